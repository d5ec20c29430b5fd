"""What a shop's page loads of the emulator, and what it is told of installments."""

import pytest

from fake_checkout.settings import DEMO_PUBLIC_KEY
from tests.integration.fake_checkout.test_payments_api import assert_refused


def installments(emulator, **query):
    wanted = {"public_key": DEMO_PUBLIC_KEY, "amount": "59.80", "bin": "50314332"} | query
    return emulator.client.get("/v1/payment_methods/installments", query_string=wanted)


def test_the_script_and_the_frames_are_there(emulator):
    script = emulator.client.get("/js/v2")
    assert (script.status_code, script.mimetype) == (200, "text/javascript")
    assert "window.MercadoPago" in script.text
    for file in ("field.js", "field.css"):
        assert emulator.client.get(f"/js/v2/{file}").status_code == 200
    assert emulator.client.get("/js/v2/other.js").status_code == 404


def test_any_shop_may_frame_a_field_which_speaks_to_the_emulator_alone(emulator):
    field = emulator.client.get("/js/v2/field")
    policy = field.headers["Content-Security-Policy"]
    assert "frame-ancestors *; script-src 'self'; style-src 'self'; connect-src 'self'" in policy
    assert "X-Frame-Options" not in field.headers
    assert "name=" not in field.text.replace('meta name="viewport"', "")


def test_a_page_is_told_in_how_many_parts_a_card_can_pay(emulator):
    answer = installments(emulator)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    (offer,) = answer.json
    assert (offer["payment_method_id"], offer["payment_type_id"]) == ("master", "credit_card")
    costs = offer["payer_costs"]
    assert [cost["installments"] for cost in costs] == list(range(1, 12))  # no part is below five reais
    assert (costs[1]["installment_amount"], costs[1]["total_amount"]) == (29.9, 59.8)
    assert costs[1]["recommended_message"] == "2 parcelas de R$\xa029,90 (R$\xa059,80)"


@pytest.mark.parametrize(
    ("query", "parts"),
    [({"amount": "4.00"}, [1]), ({"bin": "506776"}, [1]), ({"amount": "10"}, [1, 2])],
)
def test_small_amounts_and_debit_cards_are_paid_at_once(emulator, query, parts):
    (offer,) = installments(emulator, **query).json
    assert [cost["installments"] for cost in offer["payer_costs"]] == parts


def test_a_card_that_nobody_knows_has_no_installments(emulator):
    assert installments(emulator, bin="999999").json == []


@pytest.mark.parametrize("query", [{"amount": "1e9"}, {"amount": ""}, {"bin": "5031"}, {"bin": "cards!"}])
def test_what_makes_no_sense_is_refused(emulator, query):
    assert_refused(installments(emulator, **query), 400, 1)
