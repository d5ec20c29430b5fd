"""The page that a payer sees."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from fake_checkout.entrypoints.pages import words
from fake_checkout.entrypoints.pages.decisions import decide, decisions
from fake_checkout.entrypoints.rest.payment_body import code_of, qr_png
from fake_checkout.entrypoints.services import Services


def add_pay_page(blueprint: Blueprint, services: Services) -> None:
    """Amount, code and time that is left; afterwards what became of it."""
    every = decisions(services)
    of_payers = {"pay": every["approve"], "refuse": every["reject"]}

    @blueprint.get("/pay/<int:payment_id>")
    def pay(payment_id: int) -> str:
        payment = services.books.payment(payment_id)
        account = services.accounts.of(payment.terms.collector_id)
        seconds_left = (payment.terms.expires_at - services.books.now()).total_seconds()
        code = code_of(payment, account)
        return render_template(
            "pay.html",
            payment=payment,
            payable=payment.is_payable and seconds_left > 0,
            seconds_left=max(0, int(seconds_left)),
            seller=account.seller,
            code=code,
            qr_png=qr_png(code),
            outcome=words.outcome_words(payment),
            look=words.status_words(payment)[1],
        )

    @blueprint.get("/pay/<int:payment_id>/status")
    def status(payment_id: int) -> dict[str, str]:
        return {"status": services.books.payment(payment_id).status.value}

    @blueprint.post("/pay/<int:payment_id>")
    def decide_as_payer(payment_id: int) -> Response:
        decide(of_payers, payment_id)
        return redirect(url_for("pages.pay", payment_id=payment_id), 303)
