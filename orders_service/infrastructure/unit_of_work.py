"""The service's unit of work: servicekit's, with the service's repositories."""

from orders_service.infrastructure.repositories.client_repository import ClientRepository
from orders_service.infrastructure.repositories.image_repository import ImageRepository
from orders_service.infrastructure.repositories.order_repository import OrderRepository, OverdueOrders
from orders_service.infrastructure.repositories.people_repositories import StaffRepository
from orders_service.infrastructure.repositories.product_repository import ProductRepository
from orders_service.infrastructure.repositories.promotion_repository import PromotionRepository
from orders_service.infrastructure.repositories.sign_in_repository import SignInFailuresRepository
from orders_service.infrastructure.repositories.stock_repository import StockRepository
from orders_service.infrastructure.repositories.store_repository import StoreRepository
from orders_service.infrastructure.repositories.upkeep_repositories import Announcements, Leftovers
from orders_service.ports.unit_of_work_port import UnitOfWorkPort
from servicekit.database.unit_of_work import SqlUnitOfWork


class OrdersUnitOfWork(SqlUnitOfWork, UnitOfWorkPort):
    """What the port's properties promise, over one connection."""

    @property
    def orders(self) -> OrderRepository:
        """Orders."""
        return OrderRepository(self)

    @property
    def overdue_orders(self) -> OverdueOrders:
        """Orders whose time has come."""
        return OverdueOrders(self)

    @property
    def products(self) -> ProductRepository:
        """The catalogue."""
        return ProductRepository(self.connection)

    @property
    def promotions(self) -> PromotionRepository:
        """What costs less for a while."""
        return PromotionRepository(self.connection)

    @property
    def images(self) -> ImageRepository:
        """Pictures of products."""
        return ImageRepository(self.connection)

    @property
    def stock(self) -> StockRepository:
        """Units of counted products."""
        return StockRepository(self.connection)

    @property
    def stores(self) -> StoreRepository:
        """The stores."""
        return StoreRepository(self.connection)

    @property
    def clients(self) -> ClientRepository:
        """The clients."""
        return ClientRepository(self.connection)

    @property
    def staff(self) -> StaffRepository:
        """The staff."""
        return StaffRepository(self.connection)

    @property
    def sign_in_failures(self) -> SignInFailuresRepository:
        """Sign-ins that failed."""
        return SignInFailuresRepository(self.connection)

    @property
    def announcements(self) -> Announcements:
        """What was said before."""
        return Announcements(self)

    @property
    def leftovers(self) -> Leftovers:
        """Rows that have served."""
        return Leftovers(self.connection)
