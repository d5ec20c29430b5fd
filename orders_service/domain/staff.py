"""The people who work in a store."""

from dataclasses import dataclass, field
from enum import StrEnum

from orders_service.domain.errors import WeakPassword

SHORTEST_PASSWORD = 10
"""Characters. The guest accounts of the demonstration do not come this way."""


class Role(StrEnum):
    """What somebody may do."""

    KITCHEN = "kitchen"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff; the username is unique within the store."""

    store: str
    username: str
    password_hash: str = field(repr=False)
    role: Role


def check_password(username: str, password: str) -> None:
    """Raises WeakPassword where the password would not do."""
    if len(password) < SHORTEST_PASSWORD or password.casefold() == username.casefold():
        message = f"A password has at least {SHORTEST_PASSWORD} characters and is not the username."
        raise WeakPassword(message)
