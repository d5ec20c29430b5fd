"""When somebody begins to work in a store, they can sign in."""

from dataclasses import dataclass, field

from orders_service.domain.staff import Role, Staff, StaffKeeper, check_credentials
from orders_service.domain.staff_errors import UsernameTaken
from orders_service.ports.secrets_ports import PasswordPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class AddStaff:
    """Who, what they may do, and who adds them."""

    store: str
    username: str
    role: Role
    password: str = field(repr=False)
    by: StaffKeeper


@dataclass(frozen=True, slots=True)
class AddStaffUseCase:
    """Adds staff."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort

    def execute(self, request: AddStaff) -> Staff:
        """The new member.

        Raises RoleForbidden, InvalidUsername, WeakPassword, StoreNotFound, UsernameTaken.
        """
        request.by.require_may_add(request.role)
        check_credentials(request.username, request.password)
        password_hash = self.passwords.hash(request.password)
        with self.uow() as uow:
            store = uow.stores.get(request.store)
            member = Staff(store.slug, request.username, password_hash, request.role)
            if not uow.staff.add(member):
                raise UsernameTaken(request.username)
            uow.commit()
        return member
