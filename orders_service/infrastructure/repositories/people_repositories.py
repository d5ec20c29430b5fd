"""Staff in the database."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.staff import Role, Staff
from orders_service.domain.staff_errors import StaffNotFound
from orders_service.infrastructure.models.people_model import staff
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.ports.people_ports import StaffRepositoryPort


class StaffRepository(StaffRepositoryPort):
    """Staff by store and username."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, staff_member: Staff) -> bool:
        """Insert somebody, if new."""
        values: dict[str, object] = {
            "store": staff_member.store,
            "username": staff_member.username,
            "password_hash": staff_member.password_hash,
            "role": staff_member.role.value,
        }
        return insert_new(self._connection, staff, values)

    def find(self, store: str, username: str) -> Staff | None:
        """By the primary key."""
        same = sa.and_(staff.c.store == store, staff.c.username == username)
        row = self._connection.execute(sa.select(staff).where(same)).first()
        return staff_of(row) if row is not None else None

    def get(self, store: str, username: str) -> Staff:
        """By the primary key."""
        member = self.find(store, username)
        if member is None:
            raise StaffNotFound(username)
        return member

    def lock_managers(self, store: str) -> Collection[str]:
        """Locked in the order of their names, so that two who ask at once wait for each other."""
        managers = sa.select(staff.c.username).where(
            staff.c.store == store, staff.c.role == Role.MANAGER.value
        )
        return self._connection.scalars(managers.order_by(staff.c.username).with_for_update()).all()

    def remove(self, staff_member: Staff) -> None:
        """Delete the row."""
        same = sa.and_(staff.c.store == staff_member.store, staff.c.username == staff_member.username)
        self._connection.execute(sa.delete(staff).where(same))


def staff_of(row: Row[Any]) -> Staff:
    """The member of staff that a row tells of."""
    return Staff(row.store, row.username, row.password_hash, Role(row.role))
