"""The composition root: every part of the service, put together once. Nothing is opened or started here."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from payment_service.domain.webhook_signature import SignatureCheck
from payment_service.entrypoints.events.order_handlers import order_handlers
from payment_service.entrypoints.loops import Steps
from payment_service.entrypoints.metrics import GAUGES, money_readings
from payment_service.entrypoints.pages.card_policy import ProviderScript
from payment_service.entrypoints.usecases import UseCases
from payment_service.infrastructure import database as tables
from payment_service.infrastructure.gateways.account_gateways import AccountGateways, MakeGateway
from payment_service.infrastructure.gateways.measured_gateway import MeasuredGateway
from payment_service.infrastructure.gateways.mercado_pago_client import MercadoPagoClient
from payment_service.infrastructure.gateways.mercado_pago_gateway import Account, MercadoPagoGateway
from payment_service.infrastructure.repositories.account_query import AccountQuery
from payment_service.infrastructure.repositories.books_query import BooksQuery
from payment_service.infrastructure.repositories.charge_query import ChargeQuery
from payment_service.infrastructure.repositories.payment_query import PaymentQuery
from payment_service.infrastructure.repositories.survey_query import SurveyQuery
from payment_service.infrastructure.unit_of_work import PaymentsUnitOfWork
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.sealing_port import CannotUnseal, SealingPort
from payment_service.ports.unit_of_work_port import UnitOfWorkFactory
from payment_service.settings import Settings
from payment_service.usecases.browse_payments_usecase import (
    ListOpenRefundsUseCase,
    ListOrderPaymentsUseCase,
    ListPaymentsUseCase,
    ListRefundsUseCase,
    ListStoresOpenRefundsUseCase,
    ShowCodeUseCase,
    ShowPaymentUseCase,
)
from payment_service.usecases.close_charge_usecase import CloseChargeUseCase
from payment_service.usecases.manage_account_usecase import (
    PutAccountUseCase,
    RetireAccountUseCase,
    ShowAccountUseCase,
)
from payment_service.usecases.note_order_progress_usecase import NoteOrderProgressUseCase
from payment_service.usecases.offer_card_usecase import OfferCardUseCase
from payment_service.usecases.open_charge_usecase import OpenChargeUseCase
from payment_service.usecases.purge_usecase import PurgeUseCase
from payment_service.usecases.read_notified_payment_usecase import ReadNotifiedPaymentUseCase
from payment_service.usecases.receive_notification_usecase import ReceiveNotificationUseCase
from payment_service.usecases.reconcile_usecase import BeginReconciliationUseCase, ReconcileUseCase
from payment_service.usecases.remind_order_usecase import RemindOrderUseCase
from payment_service.usecases.request_payment_usecase import RequestPaymentUseCase
from payment_service.usecases.request_refund_usecase import RequestRefundUseCase
from payment_service.usecases.reseal_usecase import ResealUseCase
from payment_service.usecases.return_lost_usecase import FindLostUseCase, ReturnLostUseCase
from payment_service.usecases.show_books_usecase import ListReconciliationsUseCase, ShowStatementUseCase
from payment_service.usecases.survey_money_usecase import SurveyMoneyUseCase
from payment_service.usecases.talk_to_provider_usecase import TalkToProviderUseCase
from servicekit.database.database import Database
from servicekit.database.migrations import is_current, upgrade
from servicekit.database.retry import with_retries
from servicekit.http.auth import TokenVerifier
from servicekit.http.health import Check
from servicekit.http.idempotency import IdempotencyKeys
from servicekit.ids import new_id
from servicekit.messaging.backlog import BACKLOG, Backlog
from servicekit.messaging.inbox import Inbox
from servicekit.messaging.inbox_loop import Handlers, InboxLoop
from servicekit.messaging.outbox import Outbox
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.resend import SentEvents
from servicekit.observability.surveys import Survey
from servicekit.sealing import FernetSealing
from servicekit.settings import load
from servicekit.worker import Loop


@dataclass(frozen=True, slots=True)
class Container:
    """The service, put together."""

    settings: Settings
    database: Database
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
    def provider_script(self) -> ProviderScript:
        """What makes tokens of cards, in a browser."""
        return ProviderScript(self.settings.mercado_pago_script_url, self.settings.browser_origins)

    @property
    def lease(self) -> timedelta:
        """Longer than the calls about one thing can take in a row."""
        return self.settings.lease

    @property
    def is_migrated(self) -> Check:
        """Raises where the schema is older than this version needs."""
        return self.health_checks["payments-migrations"]

    def migrate(self) -> None:
        """Bring the database up to date."""
        upgrade(self.database, tables.MIGRATIONS)


def from_environment(environ: Mapping[str, str]) -> Container:
    """The container that the environment asks for. Raises SettingsError, BadKey."""
    return build(load(Settings, environ))


def build(
    settings: Settings,
    *,
    database: Database | None = None,
    make_gateway: MakeGateway | None = None,
    make_id: Callable[[], str] = new_id,
    clock: Callable[[], float] = time.monotonic,
) -> Container:
    """Put the service together; tests may bring parts of their own. Raises BadKey.

    `clock` gives seconds that only grow, by which the breakers rest.
    """
    database = database or Database(settings.database_url)
    outbox = Outbox(tables.outbox, tables.SOURCE, heard=tables.inbox)
    inbox = Inbox(database, tables.inbox, tables.CONSUMER)
    client = MercadoPagoClient(settings.mercado_pago_base_url, settings.mercado_pago_timeout_seconds)
    make = make_gateway or (lambda account: MercadoPagoGateway(account, clock, client))
    sealing = FernetSealing(settings.provider_account_keys, CannotUnseal)
    adapters = _Adapters(
        uow=lambda: PaymentsUnitOfWork(database, outbox),
        providers=AccountGateways(
            _account(settings),
            AccountQuery(database),
            sealing,
            lambda account: MeasuredGateway(make(account)),
        ),
        sealing=sealing,
        make_id=make_id,
        clock=clock,
    )
    usecases = _usecases(database, settings, adapters)
    handlers = order_handlers(usecases, settings.payment_attempts)
    return Container(
        settings=settings,
        database=database,
        usecases=usecases,
        outbox=outbox,
        inbox=inbox,
        handlers=handlers,
        loops=(
            Loop("payments-inbox", InboxLoop(inbox, handlers).step),
            *_loops(Steps(usecases, settings.lease), settings.provider_loops),
        ),
        verifier=TokenVerifier(settings.jwt_public_key, settings.jwt_accepted_public_keys),
        idempotency_keys=IdempotencyKeys(database, tables.idempotency_keys),
        parked_events=ParkedEvents(database, inbox, outbox),
        sent_events=SentEvents(database, outbox),
        health_checks=_health_checks(database),
        survey=_survey(usecases, Backlog("payments", database, inbox, outbox)),
    )


@dataclass(frozen=True, slots=True)
class _Adapters:
    """What leaves the process or is left to chance."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    sealing: SealingPort
    make_id: Callable[[], str]
    clock: Callable[[], float]


def _account(settings: Settings) -> Account:
    return Account(
        access_token=settings.mercado_pago_access_token,
        base_url=settings.mercado_pago_base_url,
        payer_email=settings.mercado_pago_payer_email,
        webhook_url=settings.webhook_url,
        timeout_seconds=settings.mercado_pago_timeout_seconds,
    )


def _usecases(database: Database, settings: Settings, adapters: _Adapters) -> UseCases:
    """Each use case with its dependencies; each of one transaction is repeated on request.

    Those that speak with the provider are not: what they have taken comes up again when their lease ends.
    """
    uow, providers, sealing, make_id = (
        adapters.uow,
        adapters.providers,
        adapters.sealing,
        adapters.make_id,
    )
    payments = PaymentQuery(database)
    books = BooksQuery(database, providers.platform)
    check = SignatureCheck(settings.mercado_pago_webhook_secret, settings.webhook_tolerance)
    return UseCases(
        open_charge=with_retries(database, OpenChargeUseCase(uow, providers, make_id)),
        close_charge=with_retries(database, CloseChargeUseCase(uow, make_id)),
        note_order_progress=with_retries(database, NoteOrderProgressUseCase(uow)),
        offer_card=OfferCardUseCase(ChargeQuery(database), settings.mercado_pago_public_key),
        request_payment=with_retries(
            database, RequestPaymentUseCase(uow, providers, sealing, payments, make_id)
        ),
        request_refund=with_retries(database, RequestRefundUseCase(uow, make_id)),
        receive_notification=with_retries(database, ReceiveNotificationUseCase(uow, check, sealing, make_id)),
        put_account=with_retries(database, PutAccountUseCase(uow, sealing)),
        show_account=ShowAccountUseCase(uow),
        retire_account=with_retries(database, RetireAccountUseCase(uow)),
        show_payment=ShowPaymentUseCase(payments),
        show_code=ShowCodeUseCase(payments),
        list_order_payments=ListOrderPaymentsUseCase(payments),
        list_payments=ListPaymentsUseCase(payments),
        list_refunds=ListRefundsUseCase(payments),
        list_stores_open_refunds=ListStoresOpenRefundsUseCase(payments),
        list_open_refunds=ListOpenRefundsUseCase(payments),
        talk_to_provider=TalkToProviderUseCase(uow, providers, sealing, make_id),
        read_notified_payment=ReadNotifiedPaymentUseCase(uow, providers, make_id),
        remind_order=with_retries(database, RemindOrderUseCase(uow)),
        reseal=with_retries(database, ResealUseCase(uow, sealing)),
        purge=with_retries(database, PurgeUseCase(uow)),
        find_lost=FindLostUseCase(uow, providers, books),
        return_lost=with_retries(database, ReturnLostUseCase(uow, providers, make_id)),
        reconcile=ReconcileUseCase(uow, providers, books, make_id, adapters.clock),
        begin_reconciliation=with_retries(database, BeginReconciliationUseCase(uow, books)),
        show_statement=ShowStatementUseCase(books),
        list_reconciliations=ListReconciliationsUseCase(books),
        survey_money=SurveyMoneyUseCase(SurveyQuery(database), settings.lease),
    )


def _loops(steps: Steps, provider_loops: int) -> tuple[Loop, ...]:
    """Intervals in seconds."""
    speaking = (
        Loop(f"payments-provider-{number + 1}", steps.talk_to_provider) for number in range(provider_loops)
    )
    return (
        *speaking,
        Loop("payments-notices", steps.read_notified_payment),
        Loop("payments-remind", steps.remind_order, interval=5),
        Loop("payments-purge", steps.purge, interval=600),
        Loop("payments-reconcile", steps.reconcile, interval=60),
    )


def _survey(usecases: UseCases, backlog: Backlog) -> Survey:
    return Survey("payments", (*BACKLOG, *GAUGES), lambda: [*backlog.readings(), *money_readings(usecases)])


def _health_checks(database: Database) -> Mapping[str, Check]:
    def migrations() -> None:
        if not is_current(database, tables.MIGRATIONS):
            raise RuntimeError("the database is not at the newest migration")

    return {"payments-database": lambda: _ping(database), "payments-migrations": migrations}


def _ping(database: Database) -> None:
    database.now()
