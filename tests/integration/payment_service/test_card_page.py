"""The card page as a browser gets it: what it says of the order, what it admits, and what it never holds."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.payment_status import PaymentStatus
from payment_service.settings import MERCADO_PAGO_BROWSER_ORIGINS, MERCADO_PAGO_SCRIPT
from tests.builders.payment_service import ORDER, STORE, a_payment
from tests.fakes.payment_service.composed import composed
from tests.integration.payment_service.conftest import Till

KEY = "APP_USR-the-platforms"
ACCOUNT = {
    "access_token": "APP_USR-1-200",
    "webhook_secret": "a secret of its own".replace(" ", "-"),
    "public_key": "APP_USR-the-stores",
}


@pytest.fixture
def house(sqlite_url, clock):
    """A till whose platform takes cards."""
    container = composed(sqlite_url, clock, mercado_pago_public_key=KEY)
    yield Till(container, clock, None)
    container.database.dispose()


def page_of(till, order_id=ORDER, store=None):
    path = "/payments/card" if store is None else f"/stores/{store}/payments/card"
    return till.http.get(path, query_string={"order_id": order_id})


def data(page, name):
    found = re.search(rf'<body[^>]* data-{name}="([^"]*)"', page.text)
    return found and found[1]


def test_an_order_can_be_paid_by_card(house):
    house.hear("order.placed.v1", method="card")
    page = page_of(house)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "R$\xa059,80" in page.text
    told = [data(page, name) for name in ("state", "order", "amount", "key", "attempts-left", "seconds-left")]
    assert told == ["open", ORDER, "59.80", KEY, "3", "900"]
    assert f'<script src="{MERCADO_PAGO_SCRIPT}" defer>' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_browser_may_go_to_the_provider_and_nowhere_else(house):
    house.hear("order.placed.v1", method="card")
    policy = page_of(house).headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["script-src"] == "'self' https://sdk.mercadopago.com"
    assert set(MERCADO_PAGO_BROWSER_ORIGINS) < set(directives["frame-src"].split())
    assert (directives["default-src"], directives["form-action"]) == ("'none'", "'none'")
    assert "unsafe" not in policy
    text = page_of(house).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)
    elsewhere = [url for url in re.findall(r'(?:src|href|action)="([^"]*)"', text) if "//" in url]
    assert elsewhere == [MERCADO_PAGO_SCRIPT]


def test_no_field_of_the_page_would_be_sent_by_a_form(house):
    house.hear("order.placed.v1", method="card")
    text = page_of(house).text
    inputs = re.findall(r"<(?:input|select|button)[^>]*>", text)
    assert len(inputs) == 4
    assert not any(re.search(r"\s(name|formaction)=", one) for one in inputs)
    (form,) = re.findall(r"<form[^>]*>", text)
    assert "action" not in form


def test_a_stores_own_account_brings_its_own_key(house):
    house.hear("order.placed.v1", method="card", store="cantina")
    assert data(page_of(house, store="cantina"), "key") == KEY
    put = house.http.put(
        "/stores/cantina/payments/account", json=ACCOUNT, headers=house.token("manager", "cantina")
    )
    assert put.status_code == 200
    assert data(page_of(house, store="cantina"), "key") == "APP_USR-the-stores"
    assert page_of(house).status_code == 404


def test_without_a_key_no_card_is_taken(till):
    till.hear("order.placed.v1", method="card")
    page = page_of(till)
    assert (page.status_code, data(page, "state")) == (200, "no-cards")
    assert "<input" not in page.text
    assert MERCADO_PAGO_SCRIPT not in page.text


@pytest.mark.parametrize("order_id", [ORDER, "no id", ""])
def test_an_order_that_is_not_known_has_a_page_that_says_so(house, order_id):
    page = page_of(house, order_id)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert data(page, "state") == "unknown-charge"
    assert "<form" not in page.text
    assert "'none'" in page.headers["Content-Security-Policy"]


def test_what_forbids_another_attempt_is_said_in_place_of_the_fields(till):
    payment = till.placed()
    page = page_of(till)
    assert (data(page, "state"), data(page, "payment")) == ("payment-live", payment["id"])
    assert "<form" not in page.text
    till.gateway.pay(payment["provider_id"])
    till.notify(payment["provider_id"])
    till.work("payments-notices")
    assert data(page_of(till), "state") == "already-paid"


def test_an_order_whose_deadline_has_passed_is_closed(house, clock):
    house.hear("order.placed.v1", method="card")
    clock.now += timedelta(minutes=15)
    assert data(page_of(house), "state") == "charge-closed"


def test_who_comes_back_after_a_refusal_reads_why(sqlite_url, clock, till):
    payment = till.placed()
    till.gateway.reject(payment["provider_id"], "cc_rejected_insufficient_amount")
    till.notify(payment["provider_id"])
    till.work("payments-notices")
    container = composed(sqlite_url, clock, till.gateway, mercado_pago_public_key=KEY)
    page = Till(container, clock, till.gateway).http.get("/payments/card", query_string={"order_id": ORDER})
    container.database.dispose()
    assert data(page, "state") == "open"
    assert 'data-refused="cc_rejected_insufficient_amount"' in page.text
    assert data(page, "attempts-left") == "2"


def test_more_attempts_than_are_allowed_leave_none(house):
    """So it can be after a restore, when forgotten attempts are taken up again."""
    house.hear("order.placed.v1", method="card")
    refused = [a_payment(id=f"{n}", number=n, status=PaymentStatus.REJECTED) for n in range(1, 5)]
    with house.uow() as uow:
        charge = uow.charges.get(STORE, ORDER)
        charge._record = replace(charge.record, payments=tuple(refused))
        uow.charges.save(charge)
        uow.commit()
    page = page_of(house)
    assert (data(page, "state"), data(page, "attempts-left")) == ("no-attempts-left", "0")


def test_the_page_waits_for_nobody_who_works_on_the_charge(house):
    house.hear("order.placed.v1", method="card")
    with house.uow() as uow, ThreadPoolExecutor(1) as another:
        uow.charges.get(STORE, ORDER)
        page = another.submit(page_of, house).result()
    assert (page.status_code, data(page, "state")) == (200, "open")


def test_the_files_are_where_the_page_names_them(house):
    house.hear("order.placed.v1", method="card")
    named = re.findall(r'(?:src|href)="(card/[^"]+)"', page_of(house).text)
    assert {"card/card.js", "card/card.css", "card/icon.svg"} == set(named)
    modules = re.findall(r'from "./([a-z.]+)"', house.http.get("/payments/card/card.js").text)
    for name in [*named, *(f"card/{module}" for module in modules)]:
        for base in ("/payments/", "/stores/cantina/payments/"):
            answer = house.http.get(base + name)
            assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    script = house.http.get("/payments/card/card.js")
    assert script.mimetype == "text/javascript"
    assert house.http.get("/payments/card/card.html").status_code == 404
