"""When a manager or an admin looks at a store's staff, they see whom they may add and remove."""

from dataclasses import dataclass

from orders_service.domain.staff import MANAGED_BY, Role, Staff
from orders_service.ports.page import Page
from orders_service.ports.staff_query_port import StaffQueryPort


@dataclass(frozen=True, slots=True)
class ListStaff:
    """A page of `limit` members after the username `after`, for somebody of the role `by`."""

    store: str
    by: Role
    after: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListStaffUseCase:
    """Lists staff."""

    staff: StaffQueryPort

    def execute(self, request: ListStaff) -> Page[Staff, str]:
        """The page."""
        return self.staff.page(request.store, MANAGED_BY[request.by], request.after, request.limit)
