"""What the provider leaves open, refuses, or decides by itself: switches, accounts, limits, decisions."""

import json

import pytest
from mercadopago.webhook import WebhookSignatureValidator

from fake_checkout.domain.status import DETAILS
from tests.integration.fake_checkout.conftest import SECRET, TOKEN, a_request, an_emulator
from tests.integration.fake_checkout.test_cards import a_card, by_card
from tests.integration.fake_checkout.test_payments_api import assert_refused

OTHER = {
    "access_token": "APP_USR-2-010126-other-555",
    "public_key": "APP_USR-other",
    "webhook_secret": "another secret",
    "seller_name": "Cantina",
}
LIVE = {"access_token": "APP_USR-3-010126-live-777", "public_key": "APP_USR-live", "live": True}
GONE = {"access_token": "APP_USR-4-010126-gone-888", "public_key": "APP_USR-gone", "expired": True}


def turn(emulator, **switches):
    assert emulator.control("PUT", "/switches", switches).status_code == 200


def paid(emulator, **fields):
    payment = emulator.create(**fields)
    emulator.control("POST", f"/payments/{payment['id']}/approve")
    return payment["id"]


def read(emulator, number):
    return emulator.call("GET", f"/v1/payments/{number}").json


def refund(emulator, number, body=None):
    return emulator.call("POST", f"/v1/payments/{number}/refunds", body)


class TestChanging:
    def test_what_a_merchant_changes_is_told_and_announced(self, emulator):
        payment = emulator.create(notification_url="http://m.example/", description="old", metadata={"a": 1})
        emulator.run_loops()
        change = {
            "metadata": {"orderId": 7},
            "external_reference": "order-7",
            "date_of_expiration": payment["date_of_expiration"],
            "description": "new",
        }

        answer = emulator.call("PUT", f"/v1/payments/{payment['id']}", change, X_Idempotency_Key=None)

        told = answer.json
        assert answer.status_code == 200
        assert (told["metadata"], told["external_reference"]) == ({"order_id": 7}, "order-7")
        assert (told["description"], told["status"]) == ("new", "pending")
        emulator.run_loops()
        assert [sent.action for sent, _, _ in emulator.sender.sent] == ["payment.created", "payment.updated"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"date_of_expiration": "tomorrow"}, 23),
            ({"date_of_expiration": "2020-01-01T00:00:00.000-04:00"}, 7523),
            ({"metadata": "x"}, 4022),
            ({"external_reference": "a b"}, 1),
            ({"notification_url": "x"}, 4020),
        ],
    )
    def test_what_is_wrong_with_a_change_has_the_providers_code(self, emulator, change, code):
        payment = emulator.create()

        assert_refused(emulator.call("PUT", f"/v1/payments/{payment['id']}", change), 400, code)
        assert read(emulator, payment["id"]) == payment

    def test_metadata_is_told_in_snake_case_or_as_it_came(self, emulator):
        metadata = {"orderId": {"itemCount": [1, {"aB": 2}]}, "URL": 1}

        snake = emulator.create(metadata=metadata)["metadata"]
        turn(emulator, metadata_keys="verbatim")
        verbatim = emulator.create(metadata=metadata)["metadata"]

        assert snake == {"order_id": {"item_count": [1, {"a_b": 2}]}, "url": 1}
        assert verbatim == metadata


class TestKeys:
    def ask(self, emulator, **fields):
        return emulator.call("POST", "/v1/payments", a_request(**fields), X_Idempotency_Key="k")

    def test_a_replay_has_the_status_that_is_chosen_and_tells_nobody(self, emulator):
        url = "http://m.example/"
        first = self.ask(emulator, notification_url=url)
        turn(emulator, replay="200")

        second = self.ask(emulator, notification_url=url)

        assert (first.status_code, second.status_code, second.json) == (201, 200, first.json)
        emulator.run_loops()
        assert len(emulator.sender.sent) == 1

    @pytest.mark.parametrize(
        ("position", "slug"), [("422", "unprocessable_entity"), ("409", "conflict"), ("400", "bad_request")]
    )
    def test_another_body_is_refused_with_the_status_that_is_chosen(self, emulator, position, slug):
        self.ask(emulator)
        turn(emulator, key_reused=position)

        assert_refused(self.ask(emulator, transaction_amount=1), int(position), int(position), slug)

    def test_a_key_is_free_again_when_its_time_is_over(self, emulator):
        turn(emulator, key_hours="1")
        first = self.ask(emulator)
        emulator.control("PUT", "/clock", {"offset_seconds": 3700})

        assert self.ask(emulator, transaction_amount=1).json["id"] != first.json["id"]

    def test_two_accounts_may_have_the_same_key(self, several):
        mine = self.ask(several)
        theirs = several.call(
            "POST",
            "/v1/payments",
            a_request(),
            X_Idempotency_Key="k",
            Authorization=f"Bearer {OTHER['access_token']}",
        )

        assert (mine.status_code, theirs.status_code) == (201, 201)
        assert mine.json["id"] != theirs.json["id"]


class TestRefunds:
    def test_one_in_process_is_decided_later(self, emulator):
        number = paid(emulator, transaction_amount=10)
        turn(emulator, refunds="in_process")

        first = refund(emulator, number, {"amount": 4})

        assert (first.status_code, first.json["status"], first.json["amount_refunded_to_payer"]) == (
            201,
            "in_process",
            0,
        )
        waiting = read(emulator, number)
        assert (waiting["status_detail"], waiting["transaction_amount_refunded"]) == ("accredited", 0)
        assert_refused(refund(emulator, number, {"amount": 6.01}), 400, 2017)
        path = f"/payments/{number}/refunds/{first.json['id']}"
        told = emulator.control("POST", path, {"status": "approved"}).json
        assert (told["status_detail"], told["transaction_amount_refunded"]) == ("partially_refunded", 4)
        assert told["refunds"][0]["amount_refunded_to_payer"] == 4
        assert emulator.control("POST", path, {"status": "rejected"}).status_code == 409
        assert emulator.control("POST", path, {"status": "lost"}).status_code == 422
        assert emulator.control("POST", f"{path}1", {"status": "approved"}).status_code == 404

    def test_one_that_is_refused_is_listed_and_gives_nothing_back(self, emulator):
        number = paid(emulator)
        turn(emulator, refunds="rejected")

        refused = refund(emulator, number).json

        assert refused["status"] == "rejected"
        assert emulator.call("GET", f"/v1/payments/{number}/refunds").json == [refused]
        assert emulator.call("GET", f"/v1/payments/{number}/refunds/{refused['id']}").json == refused
        assert read(emulator, number)["status"] == "approved"

    def test_without_money_and_in_parts_that_there_are_not(self, emulator):
        number = paid(emulator)
        turn(emulator, refunds="no_balance", partial_refunds="off")

        assert_refused(refund(emulator, number), 400, 2030)
        assert_refused(refund(emulator, number, {"amount": 1}), 400, 3024)
        assert emulator.control("GET", "/books").json["refunds"] == []

    def test_not_more_than_twenty(self, emulator):
        number = paid(emulator)
        for _ in range(20):
            refund(emulator, number, {"amount": 0.01})

        assert_refused(refund(emulator, number), 400, 2022)


class TestDecisions:
    def decide(self, emulator, number, status, detail=None):
        said = {"status": status} | ({"status_detail": detail} if detail else {})
        return emulator.control("POST", f"/payments/{number}/status", said)

    def test_a_payment_goes_through_review_mediation_and_refund_by_the_provider(self, emulator):
        number = emulator.create()["id"]

        went = [
            self.decide(emulator, number, *step).json["status_detail"]
            for step in (
                ("pending", "pending_challenge"),
                ("in_process", "pending_review_manual"),
                ("approved",),
                ("in_mediation",),
                ("approved",),
                ("in_mediation",),
                ("refunded", "bpp_refunded"),
            )
        ]

        assert went == [
            "pending_challenge",
            "pending_review_manual",
            "accredited",
            "pending",
            "accredited",
            "pending",
            "bpp_refunded",
        ]
        told = read(emulator, number)
        assert told["transaction_amount_refunded"] == told["transaction_amount"]
        assert told["refunds"][0]["source"]["type"] == "admin"

    @pytest.mark.parametrize("detail", sorted(DETAILS["rejected"]))
    def test_a_bank_has_many_reasons(self, emulator, detail):
        number = emulator.create()["id"]

        assert self.decide(emulator, number, "rejected", detail).json["status_detail"] == detail

    def test_what_may_not_follow_is_refused(self, emulator):
        number = emulator.create()["id"]

        assert self.decide(emulator, number, "refunded").status_code == 409
        assert self.decide(emulator, number, "approved", "nonsense").status_code == 422
        assert self.decide(emulator, number, "lost").status_code == 422
        assert self.decide(emulator, 1, "approved").status_code == 404
        assert read(emulator, number)["status"] == "pending"

    def test_who_was_charged_back_and_reimbursed_may_be_approved_again(self, emulator):
        turn(emulator, reimbursed="approved")
        number = paid(emulator)

        for detail in ("in_process", "reimbursed"):
            emulator.control("POST", f"/payments/{number}/chargeback", {"status_detail": detail})

        assert read(emulator, number)["status"] == "approved"


def test_who_paid_is_not_told_where_the_switch_says_so(emulator):
    payer = {
        "email": "ana@example.com",
        "first_name": "Ana",
        "identification": {"type": "CPF", "number": "52998224725"},
        "phone": {"area_code": "11", "number": "5"},
    }
    turn(emulator, anonymize_payer="on")

    created = emulator.create(payer=payer)

    told = read(emulator, created["id"])
    found = emulator.call("GET", "/v1/payments/search").json["results"]
    assert created["payer"]["email"] == "ana@example.com"
    assert told["payer"].pop("id") == created["payer"]["id"]
    assert "ana" not in json.dumps([told, found]).lower()
    assert told["payer"]["identification"] == {"type": None, "number": None}
    turn(emulator, anonymize_payer="off")
    assert read(emulator, created["id"]) == created


@pytest.fixture
def several(sqlite_url):
    """An emulator with four accounts: its own, another, a live one, and one whose token has expired."""
    emulator = an_emulator(sqlite_url, accounts=json.dumps([OTHER, LIVE, GONE]))
    yield emulator
    emulator.container.database.dispose()


class TestAccounts:
    def as_(self, emulator, account, method, path, body=None):
        return emulator.call(method, path, body, Authorization=f"Bearer {account['access_token']}")

    def test_each_is_paid_under_its_own_name_and_number(self, several):
        theirs = self.as_(several, OTHER, "POST", "/v1/payments", a_request()).json

        assert theirs["collector_id"] == 555
        assert "Cantina" in theirs["point_of_interaction"]["transaction_data"]["qr_code"]
        assert self.as_(several, OTHER, "GET", "/users/me").json["id"] == 555

    def test_each_sees_its_own_and_no_other(self, several):
        mine = paid(several)
        theirs = self.as_(several, OTHER, "POST", "/v1/payments", a_request()).json["id"]

        assert_refused(self.as_(several, OTHER, "GET", f"/v1/payments/{mine}"), 403, 4, "forbidden")
        refunds = f"/v1/payments/{mine}/refunds"
        assert_refused(self.as_(several, OTHER, "GET", refunds), 403, 4, "forbidden")
        assert_refused(self.as_(several, OTHER, "POST", refunds), 403, 3002, "forbidden")
        cancel = {"status": "cancelled"}
        assert_refused(
            self.as_(several, OTHER, "PUT", f"/v1/payments/{mine}", cancel), 403, 3002, "forbidden"
        )
        found = self.as_(several, OTHER, "GET", "/v1/payments/search").json
        assert [one["id"] for one in found["results"]] == [theirs]
        assert {one["id"] for one in several.control("GET", "/books").json["payments"]} == {mine, theirs}

    def test_each_has_its_own_secret_or_the_houses(self, several):
        body = a_request(notification_url="http://m.example/")
        accounts = {100200300: {"access_token": TOKEN}, 555: OTHER, 777: LIVE}
        for account in accounts.values():
            self.as_(several, account, "POST", "/v1/payments", body)

        several.run_loops()

        assert {sent.user_id for sent, _, _ in several.sender.sent} == set(accounts)
        for sent, request_id, header in several.sender.sent:
            secret = OTHER["webhook_secret"] if sent.user_id == 555 else SECRET
            WebhookSignatureValidator.validate(header, request_id, str(sent.payment_id), secret)

    def test_a_card_token_is_of_its_account_and_of_its_kind(self, several):
        def token(account):
            path = f"/v1/card_tokens?public_key={account['public_key']}"
            return several.client.post(path, json=a_card()).json["id"]

        def pay(account, token_id):
            body = a_request(payment_method_id=..., token=token_id, installments=1)
            return self.as_(several, account, "POST", "/v1/payments", body)

        assert_refused(pay({"access_token": TOKEN}, token(OTHER)), 400, 2006)
        assert_refused(pay(OTHER, token(LIVE)), 400, 3)
        assert_refused(pay(LIVE, token(OTHER)), 401, 7, "unauthorized")
        live = pay(LIVE, token(LIVE)).json
        assert (live["live_mode"], live["status"]) == (True, "approved")
        foreign = self.as_(several, OTHER, "GET", f"/v1/card_tokens/{token(LIVE)}")
        assert_refused(foreign, 400, 2006)

    def test_an_expired_token_is_not_taken(self, several):
        assert_refused(self.as_(several, GONE, "GET", "/users/me"), 401, 17, "unauthorized")


class TestRateLimit:
    def test_one_call_too_many_is_told_when_to_come_again(self, several):
        turn(several, calls_a_minute="10")
        statuses = [several.call("GET", "/users/me").status_code for _ in range(10)]

        answer = several.call("POST", "/v1/payments", a_request())

        assert set(statuses) == {200}
        assert answer.status_code == 429
        assert answer.json == {
            "message": "Too many requests",
            "error": "too_many_requests",
            "status": 429,
            "cause": [],
        }
        assert 1 <= int(answer.headers["Retry-After"]) <= 6
        other = several.call("GET", "/users/me", Authorization=f"Bearer {OTHER['access_token']}")
        assert other.status_code == 200
        turn(several, calls_a_minute="60")
        assert several.call("GET", "/users/me").status_code == 200


def test_what_is_paid_by_card_is_found_by_its_method(emulator):
    card, pix = by_card(emulator)["id"], emulator.create()["id"]

    found = {
        method: [
            one["id"]
            for one in emulator.call("GET", f"/v1/payments/search?payment_method_id={method}").json["results"]
        ]
        for method in ("visa", "pix", "master")
    }

    assert found == {"visa": [card], "pix": [pix], "master": []}
