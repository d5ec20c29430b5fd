"""The use cases of the service over fakes."""

from datetime import timedelta

from payment_service.domain.webhook_signature import SignatureCheck
from payment_service.usecases.browse_payments_usecase import (
    ListOrderPaymentsUseCase,
    ListPaymentsUseCase,
    ListRefundsUseCase,
    ShowCodeUseCase,
    ShowPaymentUseCase,
)
from payment_service.usecases.close_charge_usecase import CloseCharge, CloseChargeUseCase
from payment_service.usecases.manage_account_usecase import (
    AccountOf,
    PutAccount,
    PutAccountUseCase,
    RetireAccountUseCase,
    ShowAccountUseCase,
)
from payment_service.usecases.note_order_progress_usecase import NoteOrderProgress, NoteOrderProgressUseCase
from payment_service.usecases.offer_card_usecase import OfferCard, OfferCardUseCase
from payment_service.usecases.open_charge_usecase import OpenCharge, OpenChargeUseCase
from payment_service.usecases.read_notified_payment_usecase import (
    ReadNotifiedPayment,
    ReadNotifiedPaymentUseCase,
)
from payment_service.usecases.receive_notification_usecase import ReceiveNotificationUseCase
from payment_service.usecases.remind_order_usecase import RemindOrder, RemindOrderUseCase
from payment_service.usecases.request_payment_usecase import RequestPayment, RequestPaymentUseCase
from payment_service.usecases.request_refund_usecase import RequestRefund, RequestRefundUseCase
from payment_service.usecases.reseal_usecase import Reseal, ResealUseCase
from payment_service.usecases.talk_to_provider_usecase import TalkToProvider, TalkToProviderUseCase
from tests.builders.payment_service import LEASE, ORDER, STORE, ids, terms
from tests.fakes.payment_service.books import FakeDatabase
from tests.fakes.payment_service.charge_query import FakeChargeQuery
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.fakes.payment_service.payment_queries import FakePaymentQueries
from tests.fakes.payment_service.providers import FakeProviders
from tests.fakes.payment_service.sealing import FakeSealing
from tests.fakes.payment_service.unit_of_work import FakeUnitOfWork, charge_in

SECRET = "the provider's secret"
STORES_SECRET = "the secret of the store's own account"


class House:
    def __init__(self):
        self.database = FakeDatabase()
        self.gateway = FakePaymentGateway()
        self.providers = FakeProviders(self)
        self.sealing = FakeSealing()
        self.queries = FakePaymentQueries(self.database)
        self.new_id = ids("id")

    def uow(self):
        return FakeUnitOfWork(self.database)

    def place(self, **changes):
        OpenChargeUseCase(self.uow, self.providers, self.new_id).execute(OpenCharge(terms(**changes)))

    def close(self, reason, **changes):
        CloseChargeUseCase(self.uow, self.new_id).execute(CloseCharge(terms(**changes), reason))

    def go_on(self, store=STORE, order_id=ORDER, *, finished=False):
        NoteOrderProgressUseCase(self.uow).execute(NoteOrderProgress(store, order_id, finished))

    def talk(self):
        """Says everything that is due now, one thing after the other."""
        usecase = TalkToProviderUseCase(self.uow, self.providers, self.sealing, self.new_id)
        said = []
        while (spoken := usecase.execute(TalkToProvider(LEASE))) is not None:
            said.append(spoken)
        return said

    def request_payment(self, store=STORE, order_id=ORDER, card=None):
        usecase = RequestPaymentUseCase(self.uow, self.providers, self.sealing, self.queries, self.new_id)
        return usecase.execute(RequestPayment(store, order_id, card))

    def offer_card(self, store=STORE, order_id=ORDER, *, platforms_key="the platform's"):
        usecase = OfferCardUseCase(FakeChargeQuery(self.database), platforms_key)
        return usecase.execute(OfferCard(store, order_id))

    def put_account(self, token, *, signs_with=STORES_SECRET, store=STORE):
        wanted = PutAccount(store, token, signs_with, "APP_USR-public")
        return PutAccountUseCase(self.uow, self.sealing).execute(wanted)

    def retire_account(self, store=STORE):
        RetireAccountUseCase(self.uow).execute(AccountOf(store))

    def show_account(self, store=STORE):
        return ShowAccountUseCase(self.uow).execute(AccountOf(store))

    def reseal(self):
        return ResealUseCase(self.uow, self.sealing).execute(Reseal())

    def refund(self, amount=None, reason=None, payment_id="id-1", store=STORE):
        usecase = RequestRefundUseCase(self.uow, self.new_id)
        return usecase.execute(RequestRefund(store, payment_id, amount, reason))

    def receive(self, request):
        check = SignatureCheck(SECRET, timedelta(seconds=300))
        return ReceiveNotificationUseCase(self.uow, check, self.sealing, self.new_id).execute(request)

    def read_notice(self):
        usecase = ReadNotifiedPaymentUseCase(self.uow, self.providers, self.new_id)
        return usecase.execute(ReadNotifiedPayment(LEASE))

    def remind(self):
        return RemindOrderUseCase(self.uow).execute(RemindOrder())

    @property
    def show(self):
        return ShowPaymentUseCase(self.queries)

    @property
    def show_code(self):
        return ShowCodeUseCase(self.queries)

    @property
    def list_of_order(self):
        return ListOrderPaymentsUseCase(self.queries)

    @property
    def list_payments(self):
        return ListPaymentsUseCase(self.queries)

    @property
    def list_refunds(self):
        return ListRefundsUseCase(self.queries)

    def wait(self, **time):
        self.database.now += timedelta(**time)
        self.gateway.pass_time(**time)
        return self

    def told(self):
        return self.database.told()

    @property
    def charge(self):
        return charge_in(self.database, ORDER)

    @property
    def payment(self):
        return self.charge.payments[-1]
