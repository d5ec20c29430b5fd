"""When a service starts in production, it finds out whether a guest of the demonstration could sign in."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders_service.ports.secrets_ports import PasswordPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class FindGuests:
    """The usernames of the demonstration, in which store."""

    store: str
    usernames: Sequence[str]


@dataclass(frozen=True, slots=True)
class FindGuestsUseCase:
    """Looks for accounts whose password is their name."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort

    def execute(self, request: FindGuests) -> tuple[str, ...]:
        """The usernames among these that would let a guest in."""
        with self.uow() as uow:
            staff = [uow.staff.find(request.store, username) for username in request.usernames]
        return tuple(
            member.username
            for member in staff
            if member is not None and self.passwords.matches(member.username, member.password_hash)
        )
