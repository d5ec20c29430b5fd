"""Identifiers."""

import uuid_utils


def new_id() -> str:
    """A UUID version 7: unguessable, and ordered by time, so that indexes on it stay compact."""
    return str(uuid_utils.uuid7())
