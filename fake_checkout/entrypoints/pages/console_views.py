"""The testers' console: the payments, with what can be done to each and what merchants were told."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fake_checkout.domain.delivery import SUCCESSES, Notification
from fake_checkout.domain.errors import UnknownPayment
from fake_checkout.domain.payment import Payment
from fake_checkout.entrypoints.pages import words
from fake_checkout.entrypoints.pages.decisions import decide, decisions, offers, refund_decisions
from fake_checkout.entrypoints.services import Services
from fake_checkout.ports.books_query_port import FoundPayments, LoggedDelivery, PaymentSearch
from servicekit.http.requests import is_clean

SHOWN = 50
"""How many payments a page lists."""
MOST_DIGITS = 15


def add_console(blueprint: Blueprint, services: Services) -> None:
    """The list of payments, and its buttons."""
    choices = decisions(services)

    @blueprint.get("/")
    def console() -> str:
        found = _found(services)
        numbers = [payment.id for payment in found.payments]
        logged, untold = services.books.deliveries(numbers), services.books.untold(numbers)
        return render_template(
            "console.html",
            rows=[_row(payment, logged, untold) for payment in found.payments],
            total=found.total,
            statuses={name: label for name, (label, _) in words.STATUSES.items()},
            rejections=words.REJECTIONS,
            refunds=words.REFUNDS,
            offset=_offset(),
            shown=SHOWN,
            **workbench_notice(services),
        )

    @blueprint.post("/console/payments/<int:payment_id>")
    def act(payment_id: int) -> Response:
        decide(choices, payment_id)
        return redirect(url_for("pages.console", _anchor=f"p{payment_id}"), 303)

    @blueprint.post("/console/payments/<int:payment_id>/refunds/<int:refund_id>")
    def decide_refund(payment_id: int, refund_id: int) -> Response:
        decide(refund_decisions(services, refund_id), payment_id)
        return redirect(url_for("pages.console", _anchor=f"p{payment_id}"), 303)

    @blueprint.post("/console/deliveries/<delivery_id>")
    def resend(delivery_id: str) -> Response:
        told = services.resend_delivery.execute(delivery_id)
        return redirect(url_for("pages.console", _anchor=f"p{told.payment_id}"), 303)


def workbench_notice(services: Services) -> dict[str, Any]:
    """What every page of the console says of how things are set."""
    return {
        "seller": services.account.seller,
        "clock_offset": round(services.books.offset().total_seconds()),
        "faults": services.books.faults(),
    }


def _found(services: Services) -> FoundPayments:
    """The payments that the address asks for: by number or reference, and by status."""
    wanted, status = request.args.get("q", "").strip(), request.args.get("status") or None
    if not is_clean(f"{wanted}{status}"):
        return FoundPayments(0, ())
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= MOST_DIGITS:
        try:
            return FoundPayments(1, (services.books.payment(int(wanted)),))
        except UnknownPayment:
            # A merchant's references may be numbers, too.
            pass
    return services.books.search(
        PaymentSearch(external_reference=wanted or None, status=status, limit=SHOWN, offset=_offset())
    )


def _offset() -> int:
    text = request.args.get("offset", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _row(
    payment: Payment, logged: Sequence[LoggedDelivery], untold: Sequence[Notification]
) -> dict[str, Any]:
    deliveries = [one for one in logged if one.delivery.payment_id == payment.id]
    label, look = words.status_words(payment)
    return {
        "payment": payment,
        "label": label,
        "look": look,
        "offers": offers(payment),
        "deliveries": deliveries[::-1],
        "untold": [one for one in untold if one.payment_id == payment.id],
        "told": sum(1 for one in deliveries if one.delivery.answer_status in SUCCESSES),
    }
