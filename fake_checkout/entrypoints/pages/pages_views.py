"""The payer's page, and the testers' console. Both work without scripts; the scripts only save a reload."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound, UnprocessableEntity
from werkzeug.wrappers import Response as BaseResponse

from fake_checkout.domain.errors import ActionNotValid, UnknownDelivery, UnknownPayment
from fake_checkout.domain.payment import Payment
from fake_checkout.entrypoints.pages import words
from fake_checkout.entrypoints.rest.payment_body import code_of, qr_png
from fake_checkout.entrypoints.services import Services
from fake_checkout.ports.books_query_port import LoggedDelivery
from fake_checkout.usecases.approve_payment_usecase import ApprovePaymentRequest
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPaymentRequest
from fake_checkout.usecases.reject_payment_usecase import RejectPaymentRequest

SHOWN = 50
"""How many payments the console lists."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Action = Callable[[int], Payment]


def pages_blueprint(services: Services) -> Blueprint:
    """The pages."""
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    blueprint.add_app_template_filter(words.reais, "reais")
    blueprint.add_app_template_filter(words.moment, "moment")
    blueprint.after_request(_secure)
    blueprint.register_error_handler(UnknownPayment, _not_found)
    blueprint.register_error_handler(UnknownDelivery, _not_found)
    _add_pay_page(blueprint, services)
    _add_console(blueprint, services, _actions(services))
    return blueprint


def _add_pay_page(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/pay/<int:payment_id>")
    def pay(payment_id: int) -> str:
        payment = services.books.payment(payment_id)
        seconds_left = (payment.terms.expires_at - services.books.now()).total_seconds()
        code = code_of(payment, services.accounts.of(payment.terms.collector_id))
        return render_template(
            "pay.html",
            payment=payment,
            payable=payment.is_payable and seconds_left > 0,
            seconds_left=max(0, int(seconds_left)),
            seller=services.accounts.of(payment.terms.collector_id).seller,
            code=code,
            qr_png=qr_png(code),
            outcome=words.outcome_words(payment),
            look=words.status_words(payment)[1],
        )

    @blueprint.get("/pay/<int:payment_id>/status")
    def status(payment_id: int) -> dict[str, str]:
        return {"status": services.books.payment(payment_id).status.value}

    @blueprint.post("/pay/<int:payment_id>")
    def decide(payment_id: int) -> BaseResponse:
        decisions: dict[str, Action] = {
            "pay": lambda number: services.approve_payment.execute(ApprovePaymentRequest(number)),
            "refuse": lambda number: services.reject_payment.execute(RejectPaymentRequest(number)),
        }
        _act(decisions, payment_id)
        return redirect(url_for("pages.pay", payment_id=payment_id), 303)


def _add_console(blueprint: Blueprint, services: Services, actions: dict[str, Action]) -> None:
    @blueprint.get("/")
    def console() -> str:
        payments = services.books.every_payment(newest=SHOWN)
        logged = services.books.deliveries([payment.id for payment in payments])
        return render_template(
            "console.html",
            rows=[_row(payment, logged) for payment in payments],
            seller=services.account.seller,
            offset=round(services.books.offset().total_seconds()),
            faults=[watch.rule.kind for watch in services.books.faults().watches],
            shown=SHOWN,
        )

    @blueprint.post("/console/payments/<int:payment_id>")
    def act(payment_id: int) -> BaseResponse:
        _act(actions, payment_id)
        return redirect(url_for("pages.console", _anchor=f"p{payment_id}"), 303)

    @blueprint.post("/console/deliveries/<delivery_id>")
    def resend(delivery_id: str) -> BaseResponse:
        told = services.resend_delivery.execute(delivery_id)
        return redirect(url_for("pages.console", _anchor=f"p{told.payment_id}"), 303)


def _actions(services: Services) -> dict[str, Action]:
    return {
        "approve": lambda number: services.approve_payment.execute(ApprovePaymentRequest(number)),
        "force": lambda number: services.approve_payment.execute(ApprovePaymentRequest(number, force=True)),
        "reject": lambda number: services.reject_payment.execute(RejectPaymentRequest(number)),
        "expire": services.expire_payment.execute,
        "chargeback": lambda number: services.charge_back_payment.execute(ChargeBackPaymentRequest(number)),
        "reimburse": lambda number: services.charge_back_payment.execute(
            ChargeBackPaymentRequest(number, "reimbursed")
        ),
    }


def _act(actions: dict[str, Action], payment_id: int) -> None:
    action = actions.get(request.form.get("action", ""))
    if action is None:
        raise UnprocessableEntity("The form names no action.")
    try:
        action(payment_id)
    except ActionNotValid:
        # Somebody was faster. The page that comes next shows what the payment has become.
        return


def _row(payment: Payment, logged: Any) -> dict[str, Any]:
    deliveries: list[LoggedDelivery] = [one for one in logged if one.delivery.payment_id == payment.id]
    label, look = words.status_words(payment)
    return {
        "payment": payment,
        "label": label,
        "look": look,
        "offers": _offers(payment),
        "deliveries": deliveries[::-1],
        "told": sum(1 for one in deliveries if one.delivery.answer_status in {200, 201}),
    }


def _offers(payment: Payment) -> tuple[tuple[str, str, str], ...]:
    """What a tester can do: action, label, look of the button."""
    force = ("force", "Pagar assim mesmo", "quiet")
    return {
        "pending": (
            ("approve", "Pagar", "main"),
            ("reject", "Recusar", "quiet"),
            ("expire", "Expirar", "quiet"),
        ),
        "in_process": (("approve", "Aprovar", "main"), ("reject", "Recusar", "quiet")),
        "authorized": (("expire", "Expirar", "quiet"),),
        "in_mediation": (),
        "rejected": (force,),
        "cancelled": (force,),
        "approved": (("chargeback", "Contestar", "quiet"),),
        "refunded": (),
        "charged_back": (("reimburse", "Desfazer contestação", "quiet"),)
        if payment.standing.status_detail == "in_process"
        else (),
    }[payment.status.value]


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "pages.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _not_found(_error: Exception) -> tuple[str, int]:
    return render_template("missing.html"), NotFound.code
