"""The payer's page, and what holds of every page, as a browser without scripts sees them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from fake_checkout.domain.provider_time import written_time
from fake_checkout.entrypoints.pages import words
from tests.integration.fake_checkout.conftest import page, press


def heading(text):
    return re.search(r"<h2>(.*?)</h2>", text).group(1)


def test_a_payer_sees_store_amount_and_code(emulator):
    payment = emulator.create(description="Pedido A47 <3")
    data = payment["point_of_interaction"]["transaction_data"]

    text = page(emulator, f"/pay/{payment['id']}")

    assert "Comanda Restaurante" in text
    assert "R$\xa059,90" in text
    assert "Pedido A47 &lt;3" in text
    assert data["qr_code"] in text
    assert f"data:image/png;base64,{data['qr_code_base64']}" in text
    assert 86390 < int(re.search(r'data-seconds-left="(\d+)"', text).group(1)) <= 86400
    assert [label for label in ("Pagar", "Recusar") if f">{label}</button>" in text] == ["Pagar", "Recusar"]


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [("pay", "approved", "Pagamento aprovado"), ("refuse", "rejected", "Pagamento recusado")],
)
def test_a_payer_decides_and_is_told(emulator, action, status, says):
    number = emulator.create()["id"]

    answer = press(emulator, f"/pay/{number}", action)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pay/{number}")
    assert heading(page(emulator, f"/pay/{number}")) == says
    assert emulator.client.get(f"/pay/{number}/status").json == {"status": status}


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (["expire"], "Código expirado"),
        (["approve", "chargeback"], "Pagamento contestado"),
    ],
)
def test_a_payer_is_told_what_became_of_it(emulator, steps, says):
    number = emulator.create()["id"]
    for step in steps:
        emulator.control("POST", f"/payments/{number}/{step}")

    assert heading(page(emulator, f"/pay/{number}")) == says


def test_a_payer_is_told_of_a_cancelled_or_refunded_payment(emulator):
    cancelled, refunded = emulator.create()["id"], emulator.create()["id"]
    emulator.call("PUT", f"/v1/payments/{cancelled}", {"status": "cancelled"})
    emulator.control("POST", f"/payments/{refunded}/approve")
    emulator.call("POST", f"/v1/payments/{refunded}/refunds")

    assert heading(page(emulator, f"/pay/{cancelled}")) == "Cobrança cancelada"
    text = page(emulator, f"/pay/{refunded}")
    assert heading(text) == "Pagamento devolvido"
    assert "Devolvido: R$\xa059,90" in text


def test_a_code_whose_time_is_over_cannot_be_paid_even_before_it_was_swept(emulator):
    number = emulator.create(date_of_expiration=written_time(datetime.now(UTC) + timedelta(minutes=30)))["id"]
    emulator.control("PUT", "/clock", {"offset_seconds": 1900})

    assert heading(page(emulator, f"/pay/{number}")) == "Código expirado"
    assert press(emulator, f"/pay/{number}", "pay").status_code == 303
    assert emulator.client.get(f"/pay/{number}/status").json == {"status": "pending"}


def test_a_payment_that_is_not_there_is_a_page_that_says_so(emulator):
    answer = emulator.client.get("/pay/99")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert heading(answer.text) == "Não encontrado"
    assert press(emulator, "/pay/99", "pay").status_code == 404
    assert emulator.client.post("/console/deliveries/99").status_code == 404


@pytest.mark.parametrize(
    "path", ["/pay/{}", "/pay/{}/status", "/console/payments/{}", "/__fake/payments/{}/approve"]
)
def test_a_number_that_no_payment_can_have_is_not_found(emulator, path):
    there = path.format("9" * 40)

    assert {emulator.client.open(there, method=verb).status_code for verb in ("GET", "POST")} <= {404, 405}


def test_a_form_without_an_action_is_refused(emulator):
    assert press(emulator, f"/pay/{emulator.create()['id']}", "steal").status_code == 422


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (61, "1 min 1 s"), (-90_000, "-1 d 1 h"), (86_400 * 3, "3 d")]
)
def test_a_span_is_written_in_its_largest_units(seconds, text):
    assert words.span(seconds) == text


PAGES = ["/", "/console/faults", "/console/settings", "/console/requests", "/pay/{number}"]


@pytest.mark.parametrize("path", [*PAGES, "/pay/99"])
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(emulator, path):
    number = emulator.create(notification_url="http://m.example/hook")["id"]
    emulator.run_loops()

    answer = emulator.client.get(path.format(number=number))

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "; script-src 'self'; style-src 'self'; " in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert addresses
    assert all(address.startswith(("/", "#", "data:image/png;")) for address in addresses)


@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_is_below_where_the_emulator_hangs(emulator, path):
    number = emulator.create()["id"]

    answer = emulator.client.get(
        path.format(number=number), environ_overrides={"SCRIPT_NAME": "/fake-checkout"}
    )

    addresses = re.findall(r'(?:src|href|action)="(/[^"]*)"', answer.text)
    assert addresses
    assert all(address.startswith("/fake-checkout/") for address in addresses)


@pytest.mark.parametrize("name", ["fake_checkout.css", "pay.js", "console.js", "icon.svg"])
def test_what_a_page_needs_is_served(emulator, name):
    with emulator.client.get(f"/static/{name}") as answer:
        assert answer.status_code == 200
