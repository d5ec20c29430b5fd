"""Composition: everything that the emulator is made of, from its settings."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fake_checkout.domain.account import Account, Accounts
from fake_checkout.domain.brcode import Seller
from fake_checkout.domain.switches import Switches
from fake_checkout.entrypoints.services import Services
from fake_checkout.infrastructure.http_webhook_sender import HttpWebhookSender
from fake_checkout.infrastructure.repositories.books_query import BooksQuery
from fake_checkout.infrastructure.unit_of_work import UnitOfWork
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory
from fake_checkout.ports.webhook_sender_port import WebhookSenderPort
from fake_checkout.settings import Settings, collector_of
from fake_checkout.usecases.add_fault_usecase import AddFault
from fake_checkout.usecases.answer_once_usecase import AnswerOnce
from fake_checkout.usecases.approve_payment_usecase import ApprovePayment
from fake_checkout.usecases.cancel_payment_usecase import CancelPayment
from fake_checkout.usecases.capture_payment_usecase import CapturePayment
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPayment
from fake_checkout.usecases.create_card_token_usecase import CreateCardToken
from fake_checkout.usecases.create_payment_usecase import CreatePayment
from fake_checkout.usecases.decide_payment_usecase import DecidePayment
from fake_checkout.usecases.decide_refund_usecase import DecideRefund
from fake_checkout.usecases.deliver_webhook_usecase import DeliverWebhook, Numbering
from fake_checkout.usecases.draw_call_faults_usecase import DrawCallFaults
from fake_checkout.usecases.expire_overdue_payments_usecase import ExpireOverduePayments
from fake_checkout.usecases.expire_payment_usecase import ExpirePayment
from fake_checkout.usecases.forget_old_usecase import ForgetOld
from fake_checkout.usecases.let_payers_decide_usecase import LetPayersDecide
from fake_checkout.usecases.record_request_usecase import RecordRequest
from fake_checkout.usecases.refund_payment_usecase import RefundPayment
from fake_checkout.usecases.reject_payment_usecase import RejectPayment
from fake_checkout.usecases.remove_fault_usecase import RemoveFault
from fake_checkout.usecases.resend_delivery_usecase import ResendDelivery
from fake_checkout.usecases.reset_usecase import Reset
from fake_checkout.usecases.set_clock_usecase import SetClock
from fake_checkout.usecases.set_faults_usecase import SetFaults
from fake_checkout.usecases.set_switches_usecase import SetSwitches
from fake_checkout.usecases.update_payment_usecase import UpdatePayment
from servicekit.database.database import Database
from servicekit.database.migrations import is_current
from servicekit.http.health import Check
from servicekit.ids import new_id
from servicekit.worker import Loop

MIGRATIONS = Path(__file__).parent / "infrastructure" / "migrations"
COURIERS = 4
"""Webhooks under way at once: one slow merchant does not hold up the others."""
EXPIRY_SECONDS = 0.5
PAYERS_SECONDS = 1.0
FORGET_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Container:
    """The emulator, composed."""

    settings: Settings
    database: Database
    services: Services
    loops: tuple[Loop, ...]
    checks: dict[str, Check]

    @property
    def trusted_proxies(self) -> int:
        """How many proxies in front of it are believed."""
        return self.settings.trusted_proxies


def build(
    settings: Settings,
    *,
    database: Database | None = None,
    sender: WebhookSenderPort | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Container:
    """Compose it. Nothing is opened or started yet."""
    books = database or Database(settings.database_url)

    def uow() -> UnitOfWork:
        return UnitOfWork(books, new_notification_number, settings.webhook_url)

    query, accounts = BooksQuery(books, books.clock), _accounts(settings)
    live = frozenset(account.collector_id for account in accounts.every if account.is_live)
    return Container(
        settings=settings,
        database=books,
        services=_services(settings, accounts, uow, query, pause),
        loops=_loops(settings, accounts, uow, query, sender or HttpWebhookSender(live_accounts=live)),
        checks={"database": lambda: _require_current(books)},
    )


def new_card_token() -> str:
    """Thirty-two hexadecimal digits, as card tokens have."""
    return secrets.token_hex(16)


def new_payment_number() -> int:
    """Twelve digits, as payments have."""
    return 100_000_000_000 + secrets.randbelow(900_000_000_000)


def new_refund_number() -> int:
    """Ten digits, as refunds have."""
    return 1_000_000_000 + secrets.randbelow(9_000_000_000)


class Growing:
    """Numbers of twelve digits, each larger than the one before: what happened at once is told in order."""

    def __init__(self) -> None:
        self._last = 0
        self._guard = threading.Lock()

    def __call__(self) -> int:
        """The next one: milliseconds since 2020, or one more than the last."""
        with self._guard:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000 - 1_577_836_800_000)
            return self._last


new_notification_number = Growing()


def _accounts(settings: Settings) -> Accounts:
    own = Account(
        collector_id=settings.collector_id,
        seller=Seller(settings.seller_name, settings.seller_city, settings.pix_key),
        fee_basis_points=settings.fee_basis_points,
        public_url=settings.base_url,
        card_fee_basis_points=settings.card_fee_basis_points,
        access_token=settings.access_token,
        webhook_secret=settings.webhook_secret,
        public_key=settings.public_key,
    )
    others = [
        replace(
            own,
            collector_id=collector_of(one.access_token),
            seller=replace(own.seller, name=one.seller_name),
            access_token=one.access_token,
            webhook_secret=one.webhook_secret or settings.webhook_secret,
            public_key=one.public_key,
            is_live=one.is_live,
            is_expired=one.is_expired,
        )
        for one in settings.other_accounts
    ]
    return Accounts((own, *others))


def _services(
    settings: Settings,
    accounts: Accounts,
    uow: UnitOfWorkFactory,
    books: BooksQuery,
    pause: Callable[[float], None],
) -> Services:
    switches = _switches(settings, books)
    return Services(
        accounts=accounts,
        control_is_on=settings.control_is_on,
        books=books,
        switches=switches,
        pause=pause,
        create_card_token=CreateCardToken(uow, new_card_token),
        create_payment=CreatePayment(uow, new_payment_number),
        capture_payment=CapturePayment(uow),
        update_payment=UpdatePayment(uow),
        cancel_payment=CancelPayment(uow),
        refund_payment=RefundPayment(uow, switches, new_refund_number),
        approve_payment=ApprovePayment(uow),
        reject_payment=RejectPayment(uow),
        expire_payment=ExpirePayment(uow),
        charge_back_payment=ChargeBackPayment(uow, switches),
        decide_payment=DecidePayment(uow, new_refund_number),
        decide_refund=DecideRefund(uow),
        answer_once=AnswerOnce(uow, switches),
        draw_call_faults=DrawCallFaults(uow, books, magic=settings.control_is_on),
        record_request=RecordRequest(uow),
        resend_delivery=ResendDelivery(uow, new_notification_number),
        set_faults=SetFaults(uow),
        add_fault=AddFault(uow),
        remove_fault=RemoveFault(uow),
        set_switches=SetSwitches(uow),
        set_clock=SetClock(uow),
        reset=Reset(uow),
    )


def _switches(settings: Settings, books: BooksQuery) -> Callable[[], Switches]:
    return lambda: settings.switches.turned(books.switches())


def _loops(
    settings: Settings,
    accounts: Accounts,
    uow: UnitOfWorkFactory,
    books: BooksQuery,
    sender: WebhookSenderPort,
) -> tuple[Loop, ...]:
    switches = _switches(settings, books)
    deliver = DeliverWebhook(
        uow,
        books,
        sender,
        secret_of=lambda collector_id: accounts.of(collector_id).webhook_secret,
        switches=switches,
        numbering=Numbering(new_id, new_notification_number),
        magic=settings.control_is_on,
    )
    couriers = tuple(
        Loop(f"webhook-courier-{number + 1}", lambda: int(deliver.execute())) for number in range(COURIERS)
    )
    payers = (Loop("magic-payers", LetPayersDecide(uow).execute, PAYERS_SECONDS),)
    return (
        *couriers,
        *(payers if settings.control_is_on else ()),
        Loop("payment-expiry", ExpireOverduePayments(uow).execute, EXPIRY_SECONDS),
        Loop("forgetting", ForgetOld(uow, switches).execute, FORGET_SECONDS),
    )


def _require_current(database: Database) -> None:
    """Raises RuntimeError where migrations are missing, or what the database says when it is away."""
    if not is_current(database, MIGRATIONS):
        raise RuntimeError("the books are not at the newest revision")
