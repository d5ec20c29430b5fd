"""Reading the staff of a store."""

from collections.abc import Collection

import sqlalchemy as sa

from orders_service.domain.staff import Role, Staff
from orders_service.infrastructure.models.people_model import staff
from orders_service.infrastructure.repositories.people_repositories import staff_of
from orders_service.ports.page import Page
from orders_service.ports.staff_query_port import StaffQueryPort
from servicekit.database.database import Database


class StaffQuery(StaffQueryPort):
    """Staff by store and username, which is the primary key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, store: str, roles: Collection[Role], after: str | None, limit: int) -> Page[Staff, str]:
        """One row more than asked for tells whether there is a next page."""
        statement = sa.select(staff).where(staff.c.store == store, staff.c.role.in_(sorted(roles)))
        if after is not None:
            statement = statement.where(staff.c.username > after)
        statement = statement.order_by(staff.c.username).limit(limit + 1)
        with self._database.read() as connection:
            found = [staff_of(row) for row in connection.execute(statement)]
        return Page(tuple(found[:limit]), found[limit - 1].username if len(found) > limit else None)
