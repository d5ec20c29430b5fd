"""The composition root: every part of the service, put together once. Nothing is opened or started here."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from orders_service.domain.errors import DomainError
from orders_service.domain.pickup_number import Below
from orders_service.domain.store import Store
from orders_service.entrypoints.cart_usecases import CartUseCases
from orders_service.entrypoints.demo.menu import PICTURED
from orders_service.entrypoints.demo.people import STAFF, demo_of
from orders_service.entrypoints.events.payment_handlers import payment_handlers
from orders_service.entrypoints.menu_usecases import MenuUseCases
from orders_service.entrypoints.metrics import GAUGES, order_readings
from orders_service.entrypoints.rest.app import DEFAULT_STORE
from orders_service.entrypoints.usecases import UseCases
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.checks import checks_of, checks_with_replica
from orders_service.infrastructure.demo_art.artist import DemoArtist
from orders_service.infrastructure.pictures import PillowPictures
from orders_service.infrastructure.repositories.cart_query import CartQuery
from orders_service.infrastructure.repositories.cart_repository import CartRepository
from orders_service.infrastructure.repositories.catalogue_query import CatalogueQuery
from orders_service.infrastructure.repositories.client_query import ClientQuery
from orders_service.infrastructure.repositories.image_repository import ImageQuery
from orders_service.infrastructure.repositories.order_query import OrderQuery
from orders_service.infrastructure.repositories.order_watch import OrderWatch
from orders_service.infrastructure.repositories.promotion_repository import PromotionQuery
from orders_service.infrastructure.repositories.redis_cart_repository import PATIENCE, RedisCartRepository
from orders_service.infrastructure.repositories.staff_query import StaffQuery
from orders_service.infrastructure.repositories.stock_query import StockQuery
from orders_service.infrastructure.repositories.store_query import StoreQuery
from orders_service.infrastructure.repositories.survey_query import SurveyQuery
from orders_service.infrastructure.secrets import (
    Argon2Passwords,
    KeyedCpfDigest,
    KeyedNameDigest,
    SignedTokens,
)
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.ports.cart_repository_port import CartRepositoryPort
from orders_service.ports.image_ports import ArtistPort, PicturePort
from orders_service.ports.secrets_ports import (
    CannotUnseal,
    CpfDigest,
    NameDigest,
    PasswordPort,
    SealingPort,
    TokenIssuer,
)
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.settings import Settings
from orders_service.usecases.add_promotion_usecase import AddPromotionUseCase
from orders_service.usecases.add_staff_usecase import AddStaffUseCase
from orders_service.usecases.advance_order_usecase import AdvanceOrderUseCase
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogueUseCase
from orders_service.usecases.browse_category_usecase import BrowseCategoryUseCase
from orders_service.usecases.browse_clients_usecase import (
    ListClientsUseCase,
    ShowClientUseCase,
    ShowHistoryUseCase,
)
from orders_service.usecases.cancel_order_usecase import CancelOrderUseCase
from orders_service.usecases.cart_desk import CartDesk
from orders_service.usecases.change_cart_usecases import (
    AddToCartUseCase,
    SetInCartUseCase,
    TakeOutOfCartUseCase,
)
from orders_service.usecases.checkout_usecase import CheckoutUseCase
from orders_service.usecases.close_payment_usecase import ClosePaymentUseCase
from orders_service.usecases.confirm_payment_usecase import ConfirmPaymentUseCase
from orders_service.usecases.create_product_usecase import CreateProductUseCase
from orders_service.usecases.describe_store_usecase import DescribeStoreUseCase
from orders_service.usecases.discard_cart_usecase import DiscardCartUseCase
from orders_service.usecases.edit_product_usecase import EditProductUseCase
from orders_service.usecases.edit_promotion_usecase import EditPromotionUseCase
from orders_service.usecases.edit_store_usecase import EditStoreUseCase
from orders_service.usecases.erase_client_usecase import EraseClientUseCase
from orders_service.usecases.expire_orders_usecase import ExpireOrdersUseCase
from orders_service.usecases.find_guests_usecase import FindGuests, FindGuestsUseCase
from orders_service.usecases.finish_erasures_usecase import FinishErasuresUseCase
from orders_service.usecases.found_store_usecase import FoundStoreUseCase
from orders_service.usecases.give_up_waiting_usecase import GiveUpWaitingUseCase
from orders_service.usecases.identify_client_usecase import IdentifyClientUseCase
from orders_service.usecases.illustrate_demo_usecase import IllustrateDemo, IllustrateDemoUseCase
from orders_service.usecases.illustrate_product_usecase import IllustrateProductUseCase
from orders_service.usecases.list_movements_usecase import ListMovementsUseCase
from orders_service.usecases.list_orders_usecase import ListOrdersUseCase
from orders_service.usecases.list_promotions_usecase import ListPromotionsUseCase
from orders_service.usecases.list_staff_usecase import ListStaffUseCase
from orders_service.usecases.list_stores_usecase import ListStoresUseCase
from orders_service.usecases.load_demo_usecase import LoadDemoUseCase
from orders_service.usecases.nudge_orders_usecase import NudgeOrdersUseCase
from orders_service.usecases.open_batch_usecase import OpenBatchUseCase
from orders_service.usecases.open_cart_usecase import OpenCartUseCase
from orders_service.usecases.open_store_usecase import OpenStore, OpenStoreUseCase
from orders_service.usecases.purge_usecase import Purge, PurgeUseCase
from orders_service.usecases.record_chargeback_usecase import RecordChargebackUseCase
from orders_service.usecases.record_refund_usecase import RecordRefundUseCase
from orders_service.usecases.register_client_usecase import RegisterClientUseCase
from orders_service.usecases.reject_payment_usecase import RejectPaymentUseCase
from orders_service.usecases.remove_promotion_usecase import RemovePromotionUseCase
from orders_service.usecases.remove_staff_usecase import RemoveStaffUseCase
from orders_service.usecases.reseal_clients_usecase import ResealClientsUseCase
from orders_service.usecases.retire_product_usecase import RetireProductUseCase
from orders_service.usecases.set_stock_usecase import SetStockUseCase
from orders_service.usecases.show_board_usecase import ShowBoardUseCase
from orders_service.usecases.show_cart_usecase import ShowCartUseCase
from orders_service.usecases.show_image_usecase import ShowImageUseCase
from orders_service.usecases.show_order_usecase import ShowOrderUseCase
from orders_service.usecases.show_payment_usecase import ShowPaymentUseCase
from orders_service.usecases.show_product_usecase import ShowProductUseCase
from orders_service.usecases.show_promotion_usecase import ShowPromotionUseCase
from orders_service.usecases.show_stock_usecase import ShowStockUseCase
from orders_service.usecases.show_store_usecase import ShowStoreUseCase
from orders_service.usecases.show_timeline_usecase import ShowTimelineUseCase
from orders_service.usecases.sign_in_usecase import SignInUseCase
from orders_service.usecases.survey_orders_usecase import SurveyOrdersUseCase
from orders_service.usecases.sweep import Sweep
from orders_service.usecases.use_cart_usecases import ForgetUsedCartUseCase, UnpackCartUseCase
from orders_service.usecases.watch_orders_usecase import WatchOrdersUseCase
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.database.notices import Notices
from servicekit.database.replica import Replica, of_either, seconds_behind
from servicekit.database.retry import UseCase, with_retries
from servicekit.http.auth import Principal, TokenVerifier
from servicekit.http.auth import TokenIssuer as JwtIssuer
from servicekit.http.health import Check
from servicekit.http.idempotency import IdempotencyKeys
from servicekit.http.problems import Problem
from servicekit.ids import new_id
from servicekit.messaging.backlog import BACKLOG, Backlog
from servicekit.messaging.inbox import Inbox
from servicekit.messaging.inbox_loop import Handlers, InboxLoop
from servicekit.messaging.outbox import Outbox
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.resend import SentEvents
from servicekit.observability.surveys import Survey
from servicekit.sealing import FernetSealing
from servicekit.settings import SettingsError, load
from servicekit.worker import Loop

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

BATCH = 50
"""Orders that a sweeper takes in one step."""
PURGE_BATCH = 1000
"""Rows of each kind that are deleted in one step."""


@dataclass(frozen=True, slots=True)
class Container:
    """The service, put together."""

    settings: Settings
    database: Database
    replica_database: Database | None
    usecases: UseCases
    outbox: Outbox
    inbox: Inbox
    handlers: Handlers
    loops: tuple[Loop, ...]
    verifier: TokenVerifier
    idempotency_keys: IdempotencyKeys
    parked_events: ParkedEvents
    sent_events: SentEvents
    health_checks: Mapping[str, Check]
    web_health_checks: Mapping[str, Check]
    survey: Survey

    @property
    def public_url(self) -> str:
        """The address that people use."""
        return self.settings.public_url.rstrip("/")

    @property
    def trusted_proxies(self) -> int:
        """How many proxies in front of it are believed."""
        return self.settings.trusted_proxies

    @property
    def rate_limit_storage(self) -> str:
        """Where failures are counted."""
        return self.settings.redis_url or "memory://"

    @property
    def rate_limit_options(self) -> Mapping[str, Any]:
        """As impatiently as carts: without Redis, failures are counted here, and nobody waits for it."""
        return PATIENCE if self.settings.redis_url is not None else {}

    @property
    def allows_guests(self) -> bool:
        """Whether the demonstration's accounts may exist here."""
        return not self.settings.in_production

    @property
    def is_migrated(self) -> Check:
        """Raises where the schema is older than this version needs."""
        return self.health_checks["orders-migrations"]

    def migrate(self) -> None:
        """Bring the database up to date, with the default store in it."""
        upgrade(self.database, tables.MIGRATIONS)
        store = Store(DEFAULT_STORE, "Comanda", "America/Sao_Paulo", self.settings.categories)
        self.usecases.open_store.execute(OpenStore(store))

    def prepare(self) -> None:
        """Migrate, and load the demonstration where the settings ask for it."""
        self.migrate()
        if self.settings.demo_data:
            self.usecases.load_demo.execute(demo_of(DEFAULT_STORE))
            self.usecases.illustrate_demo.execute(IllustrateDemo(DEFAULT_STORE, PICTURED))

    def refuse_guests(self) -> None:
        """Raises SettingsError where customers' money is at stake and a guest could sign in."""
        if self.allows_guests:
            return
        usernames = [username for username, _role in STAFF]
        guests = self.usecases.find_guests.execute(FindGuests(DEFAULT_STORE, usernames))
        if guests:
            raise SettingsError(
                f"production refuses accounts whose password is their name: {', '.join(guests)}"
            )


def from_environment(environ: Mapping[str, str]) -> Container:
    """The container that the environment asks for. Raises SettingsError, BadKey."""
    return build(load(Settings, environ))


def build(
    settings: Settings,
    *,
    database: Database | None = None,
    passwords: PasswordPort | None = None,
    artist: ArtistPort | None = None,
    random_below: Below = secrets.randbelow,
    make_id: Callable[[], str] = new_id,
) -> Container:
    """Put the service together; tests may bring parts of their own. Raises BadKey, SettingsError."""
    database = database or Database(settings.database_url)
    outbox = Outbox(tables.outbox, tables.SOURCE)
    inbox = Inbox(database, tables.inbox, tables.CONSUMER)
    notices = Notices(tables.CHANNEL) if settings.live_notify else None
    issuer, verifier = _key_pair(settings)
    adapters = _Adapters(
        uow=lambda: OrdersUnitOfWork(database, outbox, notices),
        passwords=passwords or Argon2Passwords(),
        pictures=PillowPictures(),
        artist=artist or DemoArtist(),
        issue_token=SignedTokens(issuer),
        cpf_digest=KeyedCpfDigest(settings.cpf_digest_key),
        name_digest=KeyedNameDigest(settings.cpf_digest_key),
        sealing=FernetSealing(settings.personal_data_keys, CannotUnseal),
        random_below=random_below,
        make_id=make_id,
        carts=_carts(database, settings),
    )
    menu, replicated = _menu(database), _replicated(settings)
    public_menu = menu if replicated is None else _menu_of_either(replicated, menu)
    usecases = _usecases(database, settings, adapters, menu, public_menu)
    checks = checks_of(database, adapters.carts)
    handlers = payment_handlers(usecases)
    return Container(
        settings=settings,
        database=database,
        replica_database=replicated[0] if replicated is not None else None,
        usecases=usecases,
        outbox=outbox,
        inbox=inbox,
        handlers=handlers,
        loops=(Loop("orders-inbox", InboxLoop(inbox, handlers).step), *_sweepers(usecases)),
        verifier=verifier,
        idempotency_keys=IdempotencyKeys(database, tables.idempotency_keys, _fingerprint_secret(settings)),
        parked_events=ParkedEvents(database, inbox, outbox),
        sent_events=SentEvents(database, outbox),
        health_checks=checks,
        web_health_checks=(
            checks if replicated is None else checks_with_replica(checks, database, *replicated)
        ),
        survey=_survey(usecases, Backlog("orders", database, inbox, outbox)),
    )


@dataclass(frozen=True, slots=True)
class _Adapters:
    """What leaves the process or is left to chance."""

    uow: UnitOfWorkFactory
    passwords: PasswordPort
    pictures: PicturePort
    artist: ArtistPort
    issue_token: TokenIssuer
    cpf_digest: CpfDigest
    name_digest: NameDigest
    sealing: SealingPort
    random_below: Below
    make_id: Callable[[], str]
    carts: CartRepositoryPort


def _fingerprint_secret(settings: Settings) -> bytes:
    """Of the key that hides CPFs, since requests tell them too; a key of its own all the same."""
    return hmac.digest(settings.cpf_digest_key.encode(), b"idempotency", "sha256")


def _key_pair(settings: Settings) -> tuple[JwtIssuer, TokenVerifier]:
    issuer = JwtIssuer(settings.jwt_private_key, settings.token_lifetime_seconds)
    verifier = TokenVerifier(settings.jwt_public_key, settings.jwt_accepted_public_keys)
    try:
        verifier.verify(issuer.issue(Principal("nobody", "none", DEFAULT_STORE), datetime.now(UTC)))
    except Problem as error:
        raise SettingsError("JWT_PUBLIC_KEY does not belong to JWT_PRIVATE_KEY") from error
    return issuer, verifier


def _menu(database: Database) -> MenuUseCases:
    catalogue, stores = CatalogueQuery(database), StoreQuery(database)
    return MenuUseCases(
        browse=BrowseCatalogueUseCase(catalogue),
        browse_category=BrowseCategoryUseCase(catalogue),
        show_product=ShowProductUseCase(catalogue),
        show_image=ShowImageUseCase(ImageQuery(database)),
        show_store=ShowStoreUseCase(catalogue),
        list_stores=ListStoresUseCase(stores),
        describe_store=DescribeStoreUseCase(stores),
    )


def _replicated(settings: Settings) -> tuple[Database, Replica] | None:
    if settings.database_replica_url is None:
        return None
    copy = Database(settings.database_replica_url)
    return copy, Replica(lambda: seconds_behind(copy), settings.database_replica_lag_seconds)


def _menu_of_either(replicated: tuple[Database, Replica], menu: MenuUseCases) -> MenuUseCases:
    copy, replica = replicated
    copied = _menu(copy)

    def either(
        of_copy: UseCase[RequestT, ResponseT], of_primary: UseCase[RequestT, ResponseT]
    ) -> UseCase[RequestT, ResponseT]:
        return of_either(replica, of_copy, of_primary, DomainError)

    return MenuUseCases(
        browse=either(copied.browse, menu.browse),
        browse_category=either(copied.browse_category, menu.browse_category),
        show_product=either(copied.show_product, menu.show_product),
        show_image=either(copied.show_image, menu.show_image),
        show_store=either(copied.show_store, menu.show_store),
        list_stores=either(copied.list_stores, menu.list_stores),
        describe_store=either(copied.describe_store, menu.describe_store),
    )


def _usecases(
    database: Database,
    settings: Settings,
    adapters: _Adapters,
    menu: MenuUseCases,
    public_menu: MenuUseCases,
) -> UseCases:
    """Each use case with its dependencies, repeated as a whole where the database asks for it."""
    uow, passwords, make_id = adapters.uow, adapters.passwords, adapters.make_id
    orders = OrderQuery(database)
    cpf_digest, sealing = adapters.cpf_digest, adapters.sealing
    clients = ClientQuery(database, sealing)
    watch = OrderWatch(database)
    checkout = CheckoutUseCase(
        uow, make_id, adapters.random_below, cpf_digest, settings.time_to_pay, settings.hold_limits
    )
    return UseCases(
        menu=menu,
        public_menu=public_menu,
        found_store=with_retries(database, FoundStoreUseCase(uow, settings.categories)),
        edit_store=with_retries(database, EditStoreUseCase(uow)),
        create_product=with_retries(database, CreateProductUseCase(uow, make_id)),
        illustrate_product=with_retries(database, IllustrateProductUseCase(uow, adapters.pictures)),
        edit_product=with_retries(database, EditProductUseCase(uow)),
        retire_product=with_retries(database, RetireProductUseCase(uow)),
        set_stock=with_retries(database, SetStockUseCase(uow, make_id)),
        open_batch=with_retries(database, OpenBatchUseCase(uow, make_id)),
        show_stock=ShowStockUseCase(StockQuery(database)),
        list_movements=ListMovementsUseCase(StockQuery(database)),
        add_promotion=with_retries(database, AddPromotionUseCase(uow, make_id)),
        list_promotions=ListPromotionsUseCase(PromotionQuery(database)),
        show_promotion=ShowPromotionUseCase(PromotionQuery(database)),
        edit_promotion=with_retries(database, EditPromotionUseCase(uow)),
        remove_promotion=with_retries(database, RemovePromotionUseCase(uow)),
        carts=_cart_usecases(database, adapters),
        checkout=with_retries(database, checkout),
        show_order=ShowOrderUseCase(orders),
        list_orders=ListOrdersUseCase(orders),
        advance_order=with_retries(database, AdvanceOrderUseCase(uow)),
        cancel_order=with_retries(database, CancelOrderUseCase(uow)),
        show_timeline=ShowTimelineUseCase(orders),
        watch_orders=WatchOrdersUseCase(watch),
        show_board=ShowBoardUseCase(watch),
        show_payment=with_retries(database, ShowPaymentUseCase(uow)),
        confirm_payment=with_retries(database, ConfirmPaymentUseCase(uow)),
        reject_payment=with_retries(database, RejectPaymentUseCase(uow)),
        close_payment=with_retries(database, ClosePaymentUseCase(uow)),
        record_refund=with_retries(database, RecordRefundUseCase(uow)),
        record_chargeback=with_retries(database, RecordChargebackUseCase(uow)),
        expire_orders=with_retries(database, ExpireOrdersUseCase(uow)),
        give_up_waiting=with_retries(database, GiveUpWaitingUseCase(uow, settings.patience)),
        nudge_orders=with_retries(database, NudgeOrdersUseCase(uow)),
        purge=with_retries(database, PurgeUseCase(uow, adapters.carts)),
        survey_orders=SurveyOrdersUseCase(SurveyQuery(database), settings.patience),
        register_client=with_retries(database, RegisterClientUseCase(uow, make_id, cpf_digest, sealing)),
        identify_client=IdentifyClientUseCase(clients, cpf_digest),
        list_clients=ListClientsUseCase(clients),
        show_client=ShowClientUseCase(clients),
        show_history=ShowHistoryUseCase(clients),
        erase_client=with_retries(database, EraseClientUseCase(uow, database.forget_overwritten)),
        finish_erasures=with_retries(database, FinishErasuresUseCase(uow, database.forget_overwritten)),
        reseal_clients=with_retries(database, ResealClientsUseCase(uow, sealing)),
        sign_in=with_retries(
            database, SignInUseCase(uow, passwords, adapters.name_digest, adapters.issue_token)
        ),
        add_staff=with_retries(database, AddStaffUseCase(uow, passwords)),
        list_staff=ListStaffUseCase(StaffQuery(database)),
        remove_staff=with_retries(database, RemoveStaffUseCase(uow)),
        open_store=with_retries(database, OpenStoreUseCase(uow)),
        illustrate_demo=with_retries(database, IllustrateDemoUseCase(uow, adapters.artist)),
        load_demo=with_retries(database, LoadDemoUseCase(uow, make_id, passwords, cpf_digest, sealing)),
        find_guests=FindGuestsUseCase(uow, passwords),
    )


def _carts(database: Database, settings: Settings) -> CartRepositoryPort:
    if settings.redis_url is None:
        return CartRepository(database, settings.cart_lifetime)
    return RedisCartRepository(settings.redis_url, settings.cart_lifetime)


def _cart_usecases(database: Database, adapters: _Adapters) -> CartUseCases:
    """They repeat by themselves what somebody else's change has overtaken."""
    carts, query = adapters.carts, CartQuery(database)
    desk = CartDesk(carts, query)
    return CartUseCases(
        open=OpenCartUseCase(carts, adapters.make_id),
        show=ShowCartUseCase(desk),
        add=AddToCartUseCase(desk),
        set=SetInCartUseCase(desk),
        take_out=TakeOutOfCartUseCase(desk),
        discard=DiscardCartUseCase(carts),
        unpack=UnpackCartUseCase(carts, query),
        forget_used=ForgetUsedCartUseCase(carts),
    )


def _sweepers(usecases: UseCases) -> tuple[Loop, ...]:
    """Intervals in seconds."""
    batch = Sweep(BATCH)
    return (
        Loop("orders-expire", lambda: usecases.expire_orders.execute(batch), interval=0.5),
        Loop("orders-give-up", lambda: usecases.give_up_waiting.execute(batch), interval=1),
        Loop("orders-nudge", lambda: usecases.nudge_orders.execute(batch), interval=5),
        Loop("orders-erasures", lambda: usecases.finish_erasures.execute(batch), interval=60),
        Loop("orders-purge", lambda: usecases.purge.execute(Purge(PURGE_BATCH)), interval=600),
    )


def _survey(usecases: UseCases, backlog: Backlog) -> Survey:
    return Survey("orders", (*BACKLOG, *GAUGES), lambda: [*backlog.readings(), *order_readings(usecases)])
