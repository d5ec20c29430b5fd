"""What payers, banks and testers can do to a payment, as buttons, and the use case behind each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import request
from werkzeug.exceptions import UnprocessableEntity

from fake_checkout.domain.errors import ActionNotValid, UnknownStatusDetail
from fake_checkout.domain.method import method_named
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import RefundStatus
from fake_checkout.domain.status import DETAILS, Status
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.approve_payment_usecase import ApprovePaymentRequest
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPaymentRequest
from fake_checkout.usecases.decide_payment_usecase import DecidePaymentRequest
from fake_checkout.usecases.decide_refund_usecase import DecideRefundRequest
from fake_checkout.usecases.reject_payment_usecase import RejectPaymentRequest

Decision = Callable[[int], object]
USUAL_REJECTION = {True: "cc_rejected_other_reason", False: "rejected_by_bank"}
"""By card, and by Pix."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the name of the decision, what stands on it, its look, and the details to choose from."""

    action: str
    label: str
    look: str = "quiet"
    details: tuple[str, ...] = ()


_FORCE = Offer("force", "Pagar assim mesmo")
_EXPIRE = Offer("expire", "Expirar")
_REVIEW = Offer("review", "Deixar em análise")


def decisions(services: Services) -> dict[str, Decision]:
    """What can be done to a payment, by name."""
    approve, charge_back = services.approve_payment, services.charge_back_payment

    def become(number: int, status: Status) -> object:
        return services.decide_payment.execute(DecidePaymentRequest(number, status))

    return {
        "approve": lambda number: approve.execute(ApprovePaymentRequest(number)),
        "force": lambda number: approve.execute(ApprovePaymentRequest(number, force=True)),
        "reject": lambda number: services.reject_payment.execute(
            RejectPaymentRequest(number, request.form.get("status_detail") or "rejected_by_bank")
        ),
        "expire": services.expire_payment.execute,
        "chargeback": lambda number: charge_back.execute(ChargeBackPaymentRequest(number)),
        "settle": lambda number: charge_back.execute(ChargeBackPaymentRequest(number, "settled")),
        "review": lambda number: become(number, Status.IN_PROCESS),
        "mediate": lambda number: become(number, Status.IN_MEDIATION),
        "side_with_store": lambda number: become(number, Status.APPROVED),
        "side_with_payer": lambda number: become(number, Status.REFUNDED),
        "reimburse": lambda number: charge_back.execute(ChargeBackPaymentRequest(number, "reimbursed")),
    }


def refund_decisions(services: Services, refund_id: int) -> dict[str, Decision]:
    """What can become of a refund that is under way, by name."""
    wanted: tuple[RefundStatus, ...] = ("approved", "rejected")
    return {status: partial(_decide_refund, services, refund_id, status) for status in wanted}


def decide(choices: dict[str, Decision], payment_id: int) -> None:
    """Do what the form says. A form that says nothing known is 422."""
    chosen = choices.get(request.form.get("action", ""))
    if chosen is None:
        raise UnprocessableEntity("The form names no action.")
    try:
        chosen(payment_id)
    except UnknownStatusDetail as error:
        raise UnprocessableEntity(str(error)) from error
    except ActionNotValid:
        # Somebody was faster. The page that comes next shows what the payment has become.
        return


def offers(payment: Payment) -> tuple[Offer, ...]:
    """What can be done to a payment as it stands."""
    reject = Offer("reject", "Recusar", details=_rejections(payment))
    opened = payment.standing.status_detail == "in_process"
    return {
        Status.PENDING: (Offer("approve", "Pagar", "main"), reject, _EXPIRE, _REVIEW),
        Status.IN_PROCESS: (Offer("approve", "Aprovar", "main"), reject),
        Status.AUTHORIZED: (_EXPIRE,),
        Status.REJECTED: (_FORCE,),
        Status.CANCELLED: (_FORCE,),
        Status.APPROVED: (Offer("chargeback", "Contestar"), Offer("mediate", "Abrir mediação")),
        Status.IN_MEDIATION: (
            Offer("side_with_store", "Dar razão à loja"),
            Offer("side_with_payer", "Devolver ao pagador"),
        ),
        Status.CHARGED_BACK: (
            (Offer("settle", "Loja perde a disputa"), Offer("reimburse", "Loja ganha a disputa"))
            if opened
            else ()
        ),
    }.get(payment.status, ())


def _decide_refund(services: Services, refund_id: int, status: RefundStatus, payment_id: int) -> object:
    return services.decide_refund.execute(DecideRefundRequest(payment_id, refund_id, status))


def _rejections(payment: Payment) -> tuple[str, ...]:
    """Why a bank may refuse this kind of payment, the usual reason first."""
    method = method_named(payment.terms.method)
    by_card = method is not None and method.is_card
    usual = USUAL_REJECTION[by_card]
    fitting = {one for one in DETAILS[Status.REJECTED] if one.startswith("cc_") is by_card}
    return (usual, *sorted(fitting - {usual}))
