"""What the doors open to: the use cases, composed by bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.account import Account, Accounts
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.books_query_port import BooksQueryPort
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
from fake_checkout.usecases.draw_call_faults_usecase import DrawCallFaults
from fake_checkout.usecases.expire_payment_usecase import ExpirePayment
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


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case that a request can reach, and what the views need beside them."""

    accounts: Accounts
    control_is_on: bool
    books: BooksQueryPort
    switches: Callable[[], Switches]
    pause: Callable[[float], None]
    create_card_token: CreateCardToken
    create_payment: CreatePayment
    capture_payment: CapturePayment
    update_payment: UpdatePayment
    cancel_payment: CancelPayment
    refund_payment: RefundPayment
    approve_payment: ApprovePayment
    reject_payment: RejectPayment
    expire_payment: ExpirePayment
    charge_back_payment: ChargeBackPayment
    decide_payment: DecidePayment
    decide_refund: DecideRefund
    answer_once: AnswerOnce
    draw_call_faults: DrawCallFaults
    record_request: RecordRequest
    resend_delivery: ResendDelivery
    set_faults: SetFaults
    add_fault: AddFault
    remove_fault: RemoveFault
    set_switches: SetSwitches
    set_clock: SetClock
    reset: Reset

    @property
    def account(self) -> Account:
        """The house's own account."""
        return self.accounts.main
