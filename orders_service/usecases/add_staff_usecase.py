"""When somebody begins to work in a store, they can sign in."""

from dataclasses import dataclass, field

from orders_service.domain.errors import UsernameTaken
from orders_service.domain.staff import Role, Staff, check_password
from orders_service.ports.secrets_ports import PasswordPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class AddStaff:
    """Who, and what they may do."""

    store: str
    username: str
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddStaffUseCase:
    """Adds staff."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort

    def execute(self, request: AddStaff) -> None:
        """Raises WeakPassword, UsernameTaken."""
        check_password(request.username, request.password)
        password_hash = self.passwords.hash(request.password)
        with self.uow() as uow:
            if not uow.staff.add(Staff(request.store, request.username, password_hash, request.role)):
                raise UsernameTaken(request.username)
            uow.commit()
