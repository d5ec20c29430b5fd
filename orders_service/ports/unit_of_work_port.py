"""One transaction over everything that the service stores."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from orders_service.ports.client_ports import ClientRepositoryPort
from orders_service.ports.image_ports import ImageRepositoryPort
from orders_service.ports.order_repository_port import OrderRepositoryPort, OverdueOrdersPort
from orders_service.ports.people_ports import StaffRepositoryPort, StoreRepositoryPort
from orders_service.ports.product_repository_port import ProductRepositoryPort, StockPort
from orders_service.ports.promotion_ports import PromotionRepositoryPort
from orders_service.ports.sign_in_port import SignInFailuresPort
from orders_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort


class UnitOfWorkPort(Protocol):
    """Rolls back unless committed; a commit also keeps the events of every order that went through it."""

    @abstractmethod
    def __enter__(self) -> Self:
        raise NotImplementedError

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    @abstractmethod
    def commit(self) -> None:
        """Keep everything."""
        raise NotImplementedError

    @abstractmethod
    def now(self) -> datetime:
        """The database's time in UTC, right now: also after waiting for a lock."""
        raise NotImplementedError

    @property
    @abstractmethod
    def orders(self) -> OrderRepositoryPort:
        """Orders."""
        raise NotImplementedError

    @property
    @abstractmethod
    def overdue_orders(self) -> OverdueOrdersPort:
        """Orders whose time has come."""
        raise NotImplementedError

    @property
    @abstractmethod
    def products(self) -> ProductRepositoryPort:
        """The catalogue."""
        raise NotImplementedError

    @property
    @abstractmethod
    def promotions(self) -> PromotionRepositoryPort:
        """What costs less for a while."""
        raise NotImplementedError

    @property
    @abstractmethod
    def images(self) -> ImageRepositoryPort:
        """Pictures of products."""
        raise NotImplementedError

    @property
    @abstractmethod
    def stock(self) -> StockPort:
        """Units of counted products."""
        raise NotImplementedError

    @property
    @abstractmethod
    def stores(self) -> StoreRepositoryPort:
        """The stores."""
        raise NotImplementedError

    @property
    @abstractmethod
    def clients(self) -> ClientRepositoryPort:
        """The clients."""
        raise NotImplementedError

    @property
    @abstractmethod
    def staff(self) -> StaffRepositoryPort:
        """The staff."""
        raise NotImplementedError

    @property
    @abstractmethod
    def sign_in_failures(self) -> SignInFailuresPort:
        """Sign-ins that failed."""
        raise NotImplementedError

    @property
    @abstractmethod
    def announcements(self) -> AnnouncementPort:
        """What was said before."""
        raise NotImplementedError

    @property
    @abstractmethod
    def leftovers(self) -> LeftoversPort:
        """Rows that have served."""
        raise NotImplementedError


UnitOfWorkFactory = Callable[[], UnitOfWorkPort]
"""A new one for each use."""
