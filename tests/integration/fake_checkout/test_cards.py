"""Card tokens and payments by card, as a browser's page and a merchant's program see them."""

import re
from datetime import timedelta

import pytest

from fake_checkout.domain.provider_time import read_time
from fake_checkout.settings import DEMO_PUBLIC_KEY
from tests.integration.fake_checkout.conftest import TOKEN, a_request
from tests.integration.fake_checkout.test_payments_api import DATA, MEMBERS, assert_refused

VISA = "4235647728025682"
CARDS = {
    "master": "5031 4332 1540 6351",
    "visa": "4235 6477 2802 5682",
    "amex": "3753 651535 56885",
    "debelo": "5067 7667 8388 8311",
}
DAY = 24 * 3600
REFUSED = {
    "OTHE": "cc_rejected_other_reason",
    "CALL": "cc_rejected_call_for_authorize",
    "FUND": "cc_rejected_insufficient_amount",
    "SECU": "cc_rejected_bad_filled_security_code",
    "EXPI": "cc_rejected_bad_filled_date",
    "FORM": "cc_rejected_bad_filled_other",
    "CARD": "cc_rejected_bad_filled_card_number",
    "INST": "cc_rejected_invalid_installments",
    "DUPL": "cc_rejected_duplicated_payment",
    "LOCK": "cc_rejected_card_disabled",
    "CTNA": "cc_rejected_card_type_not_allowed",
    "ATTE": "cc_rejected_max_attempts",
    "BLAC": "cc_rejected_blacklist",
}


def a_card(**fields):
    card = {
        "card_number": VISA,
        "expiration_month": "11",
        "expiration_year": "2030",
        "security_code": "123",
        "cardholder": {"name": "APRO", "identification": {"type": "CPF", "number": "12345678909"}},
        **fields,
    }
    return {name: value for name, value in card.items() if value is not ...}


def a_token(emulator, name="APRO", **fields):
    answer = emulator.call("POST", "/v1/card_tokens", a_card(cardholder={"name": name}, **fields))
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def by_card(emulator, name="APRO", card=None, **fields):
    """A payment by card, as the provider tells it."""
    token = a_token(emulator, name, **(card or {}))
    body = {"payment_method_id": ..., "installments": 1, **fields}
    return emulator.create(token=token, **body)


def pay(emulator, **fields):
    body = {"payment_method_id": ..., "installments": 1, **fields}
    return emulator.call("POST", "/v1/payments", a_request(**body))


class TestTokens:
    def test_a_token_tells_of_its_card_what_may_be_kept_and_no_more(self, emulator):
        answer = emulator.call("POST", "/v1/card_tokens", a_card(), X_Idempotency_Key=None)

        token = answer.json
        assert answer.status_code == 201
        assert re.fullmatch(r"[0-9a-f]{32}", token["id"])
        assert token == {
            **token,
            "public_key": DEMO_PUBLIC_KEY,
            "card_id": None,
            "status": "active",
            "first_six_digits": "423564",
            "last_four_digits": "5682",
            "card_number_length": 16,
            "security_code_length": 3,
            "expiration_month": 11,
            "expiration_year": 2030,
            "cardholder": {"name": "APRO", "identification": {"type": "CPF", "number": "12345678909"}},
            "luhn_validation": True,
            "live_mode": False,
            "require_esc": False,
        }
        life = read_time(token["date_due"]) - read_time(token["date_created"])
        assert life == timedelta(days=8)
        assert emulator.call("GET", f"/v1/card_tokens/{token['id']}").json == token

    def test_neither_number_nor_code_is_kept_anywhere(self, emulator):
        emulator.call("POST", "/v1/card_tokens", a_card(security_code="987"))
        emulator.call("POST", "/v1/card_tokens", a_card(security_code="98"))
        by_card(emulator)
        assert_refused(pay(emulator, card_number=VISA, security_code="987"), 400, 8)

        told = emulator.control("GET", "/requests").text + emulator.control("GET", "/books").text
        with emulator.container.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM card_tokens").all()
        everything = f"{told}{rows}"
        assert "423564" in everything
        assert not re.search("647728|4235 ?6477|\\b987\\b", everything)

    def test_a_page_of_another_origin_may_make_one_with_the_public_key(self, emulator):
        path = f"/v1/card_tokens?public_key={DEMO_PUBLIC_KEY}"
        origin = {"Origin": "https://shop.example"}
        asked = {**origin, "Access-Control-Request-Method": "POST"}
        wanted = {"Access-Control-Request-Headers": "content-type,x-product-id"}

        before = emulator.client.options(path, headers={**asked, **wanted})
        made = emulator.client.post(path, json=a_card(), headers=origin)
        refused = emulator.client.post(path, json={}, headers=origin)

        assert before.status_code == 204
        assert before.headers["Access-Control-Allow-Headers"] == "content-type,x-product-id"
        assert "POST" in before.headers["Access-Control-Allow-Methods"]
        assert (made.status_code, refused.status_code) == (201, 400)
        origins = {answer.headers["Access-Control-Allow-Origin"] for answer in (before, made, refused)}
        assert origins == {"*"}
        read = emulator.client.get(f"/v1/card_tokens/{made.json['id']}?public_key={DEMO_PUBLIC_KEY}")
        assert read.json == made.json

    @pytest.mark.parametrize("path", ["card_tokens/1", "payment_methods", "identification_types"])
    def test_a_browser_asks_before_any_of_its_calls(self, emulator, path):
        answer = emulator.client.options(f"/v1/{path}", headers={"Origin": "https://shop.example"})

        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")

    def test_no_page_of_another_origin_reaches_payments(self, emulator):
        answer = emulator.client.get(f"/v1/payments/1?public_key={DEMO_PUBLIC_KEY}")

        assert_refused(answer, 401, 5, "unauthorized")
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert emulator.client.options("/v1/payments").status_code == 401

    def test_another_public_key_is_nobodys(self, emulator):
        answer = emulator.client.post("/v1/card_tokens?public_key=other", json=a_card())

        assert_refused(answer, 400, 17)

    @pytest.mark.parametrize(
        ("fields", "codes"),
        [
            ({"card_number": ...}, ["205"]),
            ({"card_number": "4235647728025683"}, ["E301"]),
            ({"card_number": "42356477280256"}, ["E301"]),
            ({"card_number": [4]}, ["205"]),
            ({"security_code": ""}, ["224"]),
            ({"security_code": "12"}, ["E203"]),
            ({"security_code": "1234"}, ["E203"]),
            ({"card_number": "375365153556885"}, ["E203"]),
            ({"expiration_month": ...}, ["208"]),
            ({"expiration_month": 13}, ["325"]),
            ({"expiration_month": "x"}, ["325"]),
            ({"expiration_year": None}, ["209"]),
            ({"expiration_year": 2020}, ["326"]),
            ({"expiration_year": "199"}, ["326"]),
            ({"cardholder": ...}, ["221"]),
            ({"cardholder": "APRO"}, ["221"]),
            ({"cardholder": {"name": "4235"}}, ["316"]),
            ({"cardholder": {"name": "APRO", "identification": {}}}, ["212", "214"]),
            ({"cardholder": {"name": "APRO", "identification": {"type": "RG", "number": "1"}}}, ["322"]),
            ({"cardholder": {"name": "APRO", "identification": {"type": "CPF", "number": "1"}}}, ["324"]),
            (
                dict.fromkeys(a_card(), ...),
                ["205", "224", "208", "209", "221"],
            ),
        ],
    )
    def test_every_field_that_is_wrong_is_named_in_one_answer(self, emulator, fields, codes):
        answer = emulator.call("POST", "/v1/card_tokens", a_card(**fields))

        assert answer.status_code == 400
        assert (answer.json["error"], answer.json["message"]) == ("bad_request", "invalid parameters")
        assert [cause["code"] for cause in answer.json["cause"]] == codes
        assert all(DATA.fullmatch(cause["data"]) for cause in answer.json["cause"])

    def test_a_card_that_has_expired_by_the_virtual_clock_is_refused(self, emulator):
        emulator.control("PUT", "/clock", {"offset_seconds": 4 * 366 * DAY})
        answers = [
            emulator.call("POST", "/v1/card_tokens", a_card(expiration_month=1, expiration_year=year))
            for year in (28, 2030, 31)
        ]

        codes = [[cause["code"] for cause in answer.json.get("cause", [])] for answer in answers]
        assert codes == [["326"], ["325"], []]

    @pytest.mark.parametrize(("token", "code"), [("0" * 32, 2006), ("x", 2062)])
    def test_a_token_that_is_not_there_cannot_be_read(self, emulator, token, code):
        assert_refused(emulator.call("GET", f"/v1/card_tokens/{token}"), 400, code)

    def test_saved_cards_there_are_none(self, emulator):
        answer = emulator.call("POST", "/v1/card_tokens", {"card_id": "1", "security_code": "123"})

        assert_refused(answer, 400, 2010)


class TestPaying:
    @pytest.mark.parametrize("method", CARDS)
    def test_the_card_tells_the_method(self, emulator, method):
        code = "1234" if method == "amex" else "123"

        payment = by_card(emulator, card={"card_number": CARDS[method], "security_code": code})

        assert set(payment) == set(MEMBERS.split())
        kind = "debit_card" if method == "debelo" else "credit_card"
        assert payment["payment_method"] == {
            "id": method,
            "type": kind,
            "issuer_id": payment["issuer_id"],
        }
        assert (payment["payment_method_id"], payment["payment_type_id"]) == (method, kind)
        assert payment["issuer_id"].isdecimal()
        assert (payment["status"], payment["status_detail"]) == ("approved", "accredited")
        digits = CARDS[method].replace(" ", "")
        card = payment["card"]
        assert (card["first_six_digits"], card["last_four_digits"]) == (digits[:6], digits[-4:])

    def test_an_approved_payment_by_card_is_told_with_every_member(self, emulator):
        payment = by_card(emulator, transaction_amount=12.34, installments=3, issuer_id=310)

        assert payment["installments"] == 3
        assert payment["issuer_id"] == "310"
        assert re.fullmatch(r"\d{6}", payment["authorization_code"])
        assert payment["date_of_expiration"] is None
        assert payment["date_approved"] == payment["date_created"]
        assert payment["captured"] is True
        assert payment["fee_details"] == [
            {"type": "mercadopago_fee", "amount": 0.62, "fee_payer": "collector"}
        ]
        details = payment["transaction_details"]
        assert (details["net_received_amount"], details["total_paid_amount"]) == (11.72, 12.34)
        assert details["installment_amount"] == 4.11
        assert details["bank_transfer_id"] is None
        assert payment["point_of_interaction"]["transaction_data"] == {}
        assert payment["card"]["cardholder"] == {
            "name": "APRO",
            "identification": {"number": None, "type": None},
        }

    @pytest.mark.parametrize("name", REFUSED)
    def test_a_refusal_is_a_payment_too(self, emulator, name):
        payment = by_card(emulator, name)

        assert (payment["status"], payment["status_detail"]) == ("rejected", REFUSED[name])
        assert payment["date_approved"] is payment["authorization_code"] is None
        assert payment["fee_details"] == []

    @pytest.mark.parametrize("verb", ["approve", "reject"])
    def test_one_in_process_is_decided_later(self, emulator, verb):
        payment = by_card(emulator, "CONT")
        assert (payment["status"], payment["status_detail"]) == ("in_process", "pending_contingency")

        decided = emulator.control("POST", f"/payments/{payment['id']}/{verb}").json

        assert decided["status"] == {"approve": "approved", "reject": "rejected"}[verb]

    def test_a_binary_payment_is_never_in_process(self, emulator):
        payment = by_card(emulator, "CONT", binary_mode=True)

        assert (payment["status"], payment["binary_mode"]) == ("rejected", True)

    def test_a_token_pays_once(self, emulator):
        token = a_token(emulator)

        assert pay(emulator, token=token).status_code == 201
        assert_refused(pay(emulator, token=token), 400, 3003)
        assert emulator.call("GET", f"/v1/card_tokens/{token}").json["status"] == "used"

    def test_a_token_that_was_refused_with_its_request_may_come_again(self, emulator):
        token = a_token(emulator)

        assert_refused(pay(emulator, token=token, installments=13), 400, 4033)
        assert pay(emulator, token=token).status_code == 201

    def test_a_replayed_request_spends_no_token(self, emulator):
        body = a_request(token=a_token(emulator), installments=1, payment_method_id="visa")
        first, second = (
            emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="one") for _ in range(2)
        )

        assert (second.status_code, second.json) == (201, first.json)

    def test_a_token_lives_for_eight_days(self, emulator):
        token = a_token(emulator)
        emulator.control("PUT", "/clock", {"offset_seconds": 8 * DAY + 60})

        assert_refused(pay(emulator, token=token), 400, 3003)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"token": ..., "payment_method_id": "visa"}, 4000),
            ({"token": None, "payment_method_id": "visa"}, 4000),
            ({"token": "0" * 32}, 2006),
            ({"token": "nonsense"}, 2062),
            ({"token": 1}, 2062),
            ({"installments": ...}, 4004),
            ({"installments": "1"}, 4005),
            ({"installments": 0}, 4033),
            ({"installments": 13}, 4033),
            ({"installments": 1.5}, 4033),
            ({"payment_method_id": "master"}, 3014),
            ({"payment_method_id": "diners"}, 3028),
            ({"payment_method_id": "debvisa", "capture": False}, 2077),
            ({"payment_method_id": "debvisa", "installments": 2}, 4033),
            ({"capture": "no"}, 1),
            ({"binary_mode": 1}, 1),
            ({"issuer_id": "abc"}, 1),
            ({"issuer_id": True}, 1),
            ({"application_fee": -1}, 4039),
            ({"application_fee": 60}, 4038),
            ({"application_fee": "1"}, 1),
        ],
    )
    def test_what_is_wrong_with_it_has_the_providers_code(self, emulator, fields, code):
        token = a_token(emulator)

        assert_refused(pay(emulator, **{"token": token, **fields}), 400, code)

    def test_a_card_that_nobody_knows_names_no_method(self, emulator):
        token = a_token(emulator, card_number="9999999999999995")

        assert_refused(pay(emulator, token=token), 400, 2131)


class TestCapturing:
    def capture(self, emulator, payment, **fields):
        return emulator.call("PUT", f"/v1/payments/{payment['id']}", {"capture": True, **fields})

    def test_what_is_authorized_is_not_paid(self, emulator):
        payment = by_card(emulator, capture=False, transaction_amount=110)

        assert (payment["status"], payment["status_detail"]) == ("authorized", "pending_capture")
        assert payment["captured"] is False
        assert payment["date_approved"] is None
        assert re.fullmatch(r"\d{6}", payment["authorization_code"])
        refund = emulator.call("POST", f"/v1/payments/{payment['id']}/refunds")
        assert_refused(refund, 400, 2063)

    @pytest.mark.parametrize(("fields", "amount"), [({}, 110), ({"transaction_amount": 40}, 40)])
    def test_it_is_captured_as_a_whole_or_in_part(self, emulator, fields, amount):
        payment = by_card(emulator, capture=False, transaction_amount=110)

        answer = self.capture(emulator, payment, **fields)

        captured = answer.json
        assert (answer.status_code, captured["status"]) == (200, "approved")
        assert (captured["transaction_amount"], captured["captured"]) == (amount, True)
        assert captured["date_approved"] is not None
        assert_refused(self.capture(emulator, payment), 400, 2018)
        refund = emulator.call("POST", f"/v1/payments/{payment['id']}/refunds").json
        assert refund["amount"] == amount

    @pytest.mark.parametrize(
        ("amount", "code"), [(110.01, 2017), (0, 4037), ("40", 4003), (None, 4002), (0.001, 2072)]
    )
    def test_not_more_than_is_authorized(self, emulator, amount, code):
        payment = by_card(emulator, capture=False, transaction_amount=110)

        assert_refused(self.capture(emulator, payment, transaction_amount=amount), 400, code)

    def test_it_lapses_by_the_clock(self, emulator):
        payment = by_card(emulator, capture=False)
        emulator.control("PUT", "/clock", {"offset_seconds": 5 * DAY - 60})
        emulator.run_loops()
        assert emulator.call("GET", f"/v1/payments/{payment['id']}").json["status"] == "authorized"

        emulator.control("PUT", "/clock", {"offset_seconds": 5 * DAY + 60})
        assert_refused(self.capture(emulator, payment), 400, 2018)
        emulator.run_loops()

        lapsed = emulator.call("GET", f"/v1/payments/{payment['id']}").json
        assert (lapsed["status"], lapsed["status_detail"]) == ("cancelled", "expired")

    def test_it_can_be_cancelled_instead(self, emulator):
        payment = by_card(emulator, capture=False)

        answer = emulator.call("PUT", f"/v1/payments/{payment['id']}", {"status": "cancelled"})

        assert (answer.json["status"], answer.json["status_detail"]) == ("cancelled", "by_collector")
        assert_refused(self.capture(emulator, payment), 400, 2018)


@pytest.mark.parametrize("credential", [{}, {"Authorization": None}])
def test_the_ways_to_pay_are_listed(emulator, credential):
    query = f"?public_key={DEMO_PUBLIC_KEY}" if credential else ""

    methods = emulator.call("GET", f"/v1/payment_methods{query}", **credential).json

    by_id = {method["id"]: method for method in methods}
    assert {"pix", "visa", "master", "elo", "amex", "hipercard", "debelo", "bolbradesco"} <= set(by_id)
    assert by_id["pix"]["payment_type_id"] == "bank_transfer"
    assert by_id["visa"]["deferred_capture"] == "supported"
    assert by_id["amex"]["settings"][0]["security_code"] == {
        "length": 4,
        "card_location": "front",
        "mode": "mandatory",
    }
    for method, number in CARDS.items():
        (setting,) = by_id[method]["settings"]
        assert re.match(setting["bin"]["pattern"], number.replace(" ", ""))


def test_the_documents_are_listed(emulator):
    kinds = emulator.call("GET", "/v1/identification_types").json

    assert [(kind["id"], kind["min_length"]) for kind in kinds] == [("CPF", 11), ("CNPJ", 14)]


def test_a_merchant_is_told_who_it_is(emulator):
    user = emulator.call("GET", "/users/me").json

    assert (user["id"], user["site_id"], user["country_id"]) == (100200300, "MLB", "BR")
    assert "test_user" in user["tags"]
    assert_refused(emulator.call("GET", "/users/me", Authorization="Bearer x"), 400, 17)
    assert TOKEN not in str(user)
