"""The people who work in a store."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from orders_service.domain.staff_errors import (
    InvalidUsername,
    LastManager,
    NotYourself,
    RoleForbidden,
    StaffNotFound,
    WeakPassword,
)

SHORTEST_PASSWORD = 10
"""Characters. The guest accounts of the demonstration do not come this way."""
USERNAME = re.compile(r"(?!\.{1,2}\Z)[\w.@+-]{1,64}")
"""A username is a segment of a path; `.` and `..` are none, and who bears them could not be removed."""


class Role(StrEnum):
    """What somebody may do."""

    KITCHEN = "kitchen"
    MANAGER = "manager"
    ADMIN = "admin"


MANAGED_BY = {
    Role.KITCHEN: frozenset[Role](),
    Role.MANAGER: frozenset({Role.KITCHEN, Role.MANAGER}),
    Role.ADMIN: frozenset(Role),
}
"""Whom somebody of a role may see among the staff, add to it and remove from it."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; the username is unique within the store."""

    store: str
    username: str
    password_hash: str = field(repr=False)
    role: Role


@dataclass(frozen=True, slots=True)
class StaffKeeper:
    """Who adds and removes staff. An admin's name need not be of the store in which they do it."""

    username: str
    role: Role

    def require_may_add(self, role: Role) -> None:
        """Raises RoleForbidden."""
        if role not in MANAGED_BY[self.role]:
            raise RoleForbidden(self.role, role)

    def require_may_remove(self, member: Staff, managers: Collection[str]) -> None:
        """`managers` are the usernames of all of the store. Raises StaffNotFound, NotYourself, LastManager.

        Whoever may not be managed by the keeper is as if they were not there.
        """
        if member.role not in MANAGED_BY[self.role]:
            raise StaffNotFound(member.username)
        if (member.username, member.role) == (self.username, self.role):
            raise NotYourself("Ask somebody else to remove you.")
        if set(managers) == {member.username}:
            raise LastManager(member.username)


OPERATOR = StaffKeeper("", Role.ADMIN)
"""Whoever may run commands on the machine itself: adds the first admin."""


def check_credentials(username: str, password: str) -> None:
    """Raises InvalidUsername, and WeakPassword where the password would not do."""
    if not USERNAME.fullmatch(username):
        raise InvalidUsername("A username has 1 to 64 letters, digits, or any of . _ @ + -")
    if len(password) < SHORTEST_PASSWORD or password.casefold() == username.casefold():
        message = f"A password has at least {SHORTEST_PASSWORD} characters and is not the username."
        raise WeakPassword(message)
