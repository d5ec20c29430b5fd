"""What the doors open to: every use case, by its verb."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from payment_service.domain.provider import NotMade, Unknown
from payment_service.domain.reconciliation import Reconciliation, Statement
from payment_service.ports.page import Page
from payment_service.ports.payment_query_port import OpenRefund, PaymentView, Position, RefundView
from payment_service.ports.survey_query_port import MoneySurvey
from payment_service.usecases.browse_payments_usecase import (
    ListOpenRefunds,
    ListOrderPayments,
    ListPayments,
    ListStoresOpenRefunds,
    ShowPayment,
)
from payment_service.usecases.close_charge_usecase import CloseCharge
from payment_service.usecases.manage_account_usecase import AccountOf, PutAccount
from payment_service.usecases.note_order_progress_usecase import NoteOrderProgress
from payment_service.usecases.offer_card_usecase import CardOffer, OfferCard
from payment_service.usecases.open_charge_usecase import OpenCharge
from payment_service.usecases.purge_usecase import Purge
from payment_service.usecases.read_notified_payment_usecase import LookedInto, ReadNotifiedPayment
from payment_service.usecases.receive_notification_usecase import ReceiveNotification
from payment_service.usecases.reconcile_usecase import BeginReconciliation, Compared, Reconcile
from payment_service.usecases.remind_order_usecase import RemindOrder
from payment_service.usecases.request_payment_usecase import RequestPayment
from payment_service.usecases.request_refund_usecase import RequestRefund
from payment_service.usecases.reseal_usecase import Reseal, Resealed
from payment_service.usecases.return_lost_usecase import FindLost, Lost, ReturnLost
from payment_service.usecases.show_books_usecase import ListReconciliations, ShowStatement
from payment_service.usecases.survey_money_usecase import SurveyMoney
from payment_service.usecases.talk_to_provider_usecase import Spoken, TalkToProvider
from servicekit.database.retry import UseCase


@dataclass(frozen=True, slots=True)
class UseCases:
    """One field for each use case."""

    open_charge: UseCase[OpenCharge, None]
    close_charge: UseCase[CloseCharge, None]
    note_order_progress: UseCase[NoteOrderProgress, None]

    offer_card: UseCase[OfferCard, CardOffer]
    request_payment: UseCase[RequestPayment, PaymentView]
    request_refund: UseCase[RequestRefund, RefundView]
    receive_notification: UseCase[ReceiveNotification, bool]

    put_account: UseCase[PutAccount, datetime]
    show_account: UseCase[AccountOf, datetime | None]
    retire_account: UseCase[AccountOf, None]

    show_payment: UseCase[ShowPayment, PaymentView]
    show_code: UseCase[ShowPayment, str]
    list_order_payments: UseCase[ListOrderPayments, tuple[PaymentView, ...]]
    list_payments: UseCase[ListPayments, Page[PaymentView, Position]]
    list_refunds: UseCase[ShowPayment, tuple[RefundView, ...]]
    list_stores_open_refunds: UseCase[ListStoresOpenRefunds, Page[OpenRefund, Position]]
    list_open_refunds: UseCase[ListOpenRefunds, tuple[OpenRefund, ...]]

    talk_to_provider: UseCase[TalkToProvider, Spoken | None]
    read_notified_payment: UseCase[ReadNotifiedPayment, LookedInto | None]
    remind_order: UseCase[RemindOrder, bool]
    reseal: UseCase[Reseal, Resealed]
    purge: UseCase[Purge, int]
    find_lost: UseCase[FindLost, Lost | Unknown | NotMade]
    return_lost: UseCase[ReturnLost, None]
    reconcile: UseCase[Reconcile, Compared | None]
    begin_reconciliation: UseCase[BeginReconciliation, tuple[Reconciliation, ...]]
    show_statement: UseCase[ShowStatement, Mapping[str, Statement]]
    list_reconciliations: UseCase[ListReconciliations, tuple[Reconciliation, ...]]
    survey_money: UseCase[SurveyMoney, MoneySurvey]
