"""The testers' control paths: decisions, deliveries, switches, clock, logs."""

import json

import pytest
from mercadopago.webhook import WebhookSignatureValidator

from fake_checkout.bootstrap import build
from fake_checkout.domain.switches import CHOICES
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.settings import Settings
from tests.integration.fake_checkout.conftest import (
    SECRET,
    TOKEN,
    a_request,
    an_emulator,
    assert_problem,
    strike,
)


class TestDecisions:
    @pytest.mark.parametrize(
        ("verb", "body", "status", "detail"),
        [
            ("approve", None, "approved", "accredited"),
            ("approve", {"force": False}, "approved", "accredited"),
            ("reject", None, "rejected", "rejected_by_bank"),
            ("reject", {"status_detail": "insufficient_amount"}, "rejected", "insufficient_amount"),
            ("expire", None, "cancelled", "expired"),
        ],
    )
    def test_the_payer_or_the_bank_decides_and_the_merchant_is_told(
        self, emulator, verb, body, status, detail
    ):
        payment = emulator.create(notification_url="http://m.example/hook")

        answer = emulator.control("POST", f"/payments/{payment['id']}/{verb}", body)

        assert answer.status_code == 200
        assert (answer.json["status"], answer.json["status_detail"]) == (status, detail)
        emulator.run_loops()
        assert [sent.action for sent, _, _ in emulator.sender.sent] == ["payment.created", "payment.updated"]

    def test_a_cancelled_payment_is_not_paid_unless_by_force(self, emulator):
        number = emulator.create(notification_url="http://m.example/hook")["id"]
        emulator.call("PUT", f"/v1/payments/{number}", {"status": "cancelled"})

        refused = emulator.control("POST", f"/payments/{number}/approve")
        forced = emulator.control("POST", f"/payments/{number}/approve", {"force": True})

        assert_problem(refused, 409, "action-not-valid")
        assert forced.json["status"] == "approved"
        emulator.run_loops()
        assert len(emulator.sender.sent) == 3

    def test_a_chargeback_is_opened_and_decided(self, emulator):
        number = emulator.create()["id"]
        emulator.control("POST", f"/payments/{number}/approve")

        opened = emulator.control("POST", f"/payments/{number}/chargeback").json
        decided = emulator.control(
            "POST", f"/payments/{number}/chargeback", {"status_detail": "reimbursed"}
        ).json

        assert (opened["status"], opened["status_detail"]) == ("charged_back", "in_process")
        assert (decided["status"], decided["status_detail"]) == ("charged_back", "reimbursed")

    @pytest.mark.parametrize(
        ("verb", "body", "status", "slug"),
        [
            ("approve", {"force": "yes"}, 422, "validation-error"),
            ("approve", {"force": 1.5}, 422, "validation-error"),
            ("approve", {"amount": 1}, 422, "validation-error"),
            ("reject", {"status_detail": "because"}, 422, "unknown-status-detail"),
            ("expire", {"now": True}, 422, "validation-error"),
            ("chargeback", {"status_detail": "lost"}, 422, "unknown-status-detail"),
            ("chargeback", None, 409, "action-not-valid"),
        ],
    )
    def test_what_makes_no_sense_is_a_problem(self, emulator, verb, body, status, slug):
        number = emulator.create()["id"]

        assert_problem(emulator.control("POST", f"/payments/{number}/{verb}", body), status, slug)

    @pytest.mark.parametrize("verb", ["approve", "reject", "expire", "chargeback"])
    def test_an_unknown_payment_is_not_found(self, emulator, verb):
        assert_problem(emulator.control("POST", f"/payments/99/{verb}"), 404, "unknown-payment")

    def test_unknown_paths_and_verbs_are_problems(self, emulator):
        assert_problem(emulator.control("GET", "/nothing"), 404, "not-found")
        answer = emulator.control("DELETE", "/clock")
        assert_problem(answer, 405, "method-not-allowed")
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PUT"


def of_creation(emulator):
    """What was sent of the payment's beginning; it also expires."""
    return [sent for sent, _, _ in emulator.sender.sent if sent.action == "payment.created"]


class TestDeliveries:
    def test_every_webhook_is_told_with_signature_attempt_and_answer(self, emulator):
        emulator.sender.answers = [500, 200]
        number = emulator.create(notification_url="http://m.example/hook")["id"]
        emulator.run_loops()
        emulator.control("PUT", "/clock", {"offset_seconds": 15 * 60})
        emulator.run_loops()

        first, second = emulator.control("GET", f"/deliveries?payment_id={number}").json["deliveries"]

        assert set(first) == {
            *("id", "payment_id", "action", "url", "attempt"),
            *("sent_at", "signature", "answer_status", "next_at"),
        }
        assert (first["attempt"], first["answer_status"], first["next_at"]) == (0, 500, None)
        assert (second["attempt"], second["answer_status"], second["next_at"]) == (1, 200, None)
        assert first["signature"].startswith("ts=")
        assert first["sent_at"].endswith("Z")

    def test_all_of_the_schedule_passes_as_the_clock_is_turned(self, emulator):
        emulator.sender.answers = [500]
        emulator.create(notification_url="http://m.example/hook")
        emulator.run_loops()
        last_try, tries = 0, [1]

        for hours in (0.25, 0.5, 6, 48, 96, 96, 96, 1000):
            due = last_try + int(hours * 3600)
            for at in (due - 60, due + 60):
                emulator.control("PUT", "/clock", {"offset_seconds": at})
                emulator.run_loops()
                tries.append(len(of_creation(emulator)))
            last_try = due + 60

        assert tries == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8]
        assert [sent.attempt for sent in of_creation(emulator)] == list(range(8))

    def test_an_address_of_the_panel_hears_of_payments_that_name_none(self, sqlite_url):
        emulator = an_emulator(sqlite_url, webhook_url="http://panel.example/hook")
        emulator.create()
        emulator.create(notification_url="http://m.example/hook")

        emulator.run_loops()

        addresses = [sent.url for sent, _, _ in emulator.sender.sent]
        assert addresses == ["http://panel.example/hook", "http://m.example/hook"]
        emulator.container.database.dispose()

    def test_each_account_signs_with_its_own_secret(self, sqlite_url):
        token = "APP_USR-2-010126-other-987"
        other = {"access_token": token, "public_key": "APP_USR-2", "webhook_secret": "another secret"}
        emulator = an_emulator(sqlite_url, accounts=json.dumps([other]))
        for authorization in (f"Bearer {token}", f"Bearer {TOKEN}"):
            body = a_request(notification_url="http://m.example/hook")
            emulator.call("POST", "/v1/payments", body, Authorization=authorization)
            emulator.run_loops()

        told = [(sent.payment_id, request_id, header) for sent, request_id, header in emulator.sender.sent]
        for (number, request_id, header), secret in zip(told, ["another secret", SECRET], strict=True):
            WebhookSignatureValidator.validate(header, request_id, str(number), secret)
        emulator.container.database.dispose()

    def test_an_unanswered_one_tells_when_it_is_tried_again(self, emulator):
        emulator.sender.answers = [None]
        emulator.create(notification_url="http://m.example/hook")
        emulator.run_loops()

        (delivery,) = emulator.control("GET", "/deliveries").json["deliveries"]

        assert delivery["answer_status"] is None
        assert delivery["next_at"] > delivery["sent_at"]

    def test_one_can_be_sent_again(self, emulator):
        number = emulator.create(notification_url="http://m.example/hook")["id"]
        emulator.run_loops()
        (delivery,) = emulator.control("GET", "/deliveries").json["deliveries"]

        answer = emulator.control("POST", f"/deliveries/{delivery['id']}/resend")

        assert answer.status_code == 202
        assert answer.json == {"payment_id": number, "action": "payment.created", "url": delivery["url"]}
        emulator.run_loops()
        assert len(emulator.sender.sent) == 2

    def test_deliveries_of_nothing(self, emulator):
        assert emulator.control("GET", "/deliveries?payment_id=1").json == {"deliveries": []}
        assert_problem(emulator.control("GET", "/deliveries?payment_id=x"), 422, "validation-error")
        assert_problem(emulator.control("POST", "/deliveries/x/resend"), 404, "unknown-delivery")


class TestSwitches:
    def test_those_that_are_named_are_turned_and_a_reset_turns_them_back(self, emulator):
        first = emulator.control("GET", "/switches").json

        turned = emulator.control("PUT", "/switches", {"webhook_ts": "milliseconds"}).json
        emulator.control("PUT", "/switches", {"webhook_id": "lower"})

        assert first == {name: positions[0] for name, positions in CHOICES.items()}
        assert turned == {**first, "webhook_ts": "milliseconds"}
        assert emulator.control("GET", "/switches").json == {**turned, "webhook_id": "lower"}
        emulator.control("POST", "/reset")
        assert emulator.control("GET", "/switches").json == first

    def test_they_begin_as_the_environment_says(self, sqlite_url):
        emulator = an_emulator(sqlite_url, switches_text="webhook_ts=milliseconds, webhook_id=lower")
        emulator.control("PUT", "/switches", {"webhook_id": "verbatim"})

        told = emulator.control("GET", "/switches").json

        assert (told["webhook_ts"], told["webhook_id"]) == ("milliseconds", "verbatim")
        emulator.container.database.dispose()

    @pytest.mark.parametrize(
        "body", [{"webhook_ts": "hours"}, {"webhook_ts": []}, {"webhook_ts": None}, {"gravity": "off"}]
    )
    def test_a_switch_or_position_that_is_not_there_turns_none(self, emulator, body):
        answer = emulator.control("PUT", "/switches", {"webhook_id": "lower", **body})

        assert_problem(answer, 422, "invalid-switch")
        assert emulator.control("GET", "/switches").json["webhook_id"] == "verbatim"


class TestClock:
    def test_it_moves_expiry(self, emulator):
        payment = emulator.create(notification_url="http://m.example/hook")
        assert emulator.control("GET", "/clock").json["offset_seconds"] == 0

        told = emulator.control("PUT", "/clock", {"offset_seconds": 25 * 3600}).json
        emulator.run_loops()

        assert told["offset_seconds"] == 25 * 3600
        assert told["now"].endswith("Z")
        expired = emulator.call("GET", f"/v1/payments/{payment['id']}").json
        assert (expired["status"], expired["status_detail"]) == ("cancelled", "expired")
        assert [sent.action for sent, _, _ in emulator.sender.sent] == ["payment.created", "payment.updated"]

    @pytest.mark.parametrize("offset", [None, "1", 1.5, True, 10**12])
    def test_it_takes_seconds(self, emulator, offset):
        assert_problem(emulator.control("PUT", "/clock", {"offset_seconds": offset}), 422, "validation-error")


class TestBooks:
    def test_they_are_the_contracts_own_objects(self, emulator):
        first, second = emulator.create(), emulator.create()
        emulator.control("POST", f"/payments/{first['id']}/approve")
        refund = emulator.call("POST", f"/v1/payments/{first['id']}/refunds", {"amount": 1}).json

        books = emulator.control("GET", "/books").json

        assert books["refunds"] == [refund]
        assert {payment["id"] for payment in books["payments"]} == {first["id"], second["id"]}
        told = emulator.call("GET", f"/v1/payments/{first['id']}").json
        assert told in books["payments"]

    def test_every_call_is_recorded_with_its_headers_but_not_its_secret(self, emulator):
        emulator.call("POST", "/v1/payments?x=1", b'{"description": "a\x00\xff"}', X_Idempotency_Key="my-key")

        (request,) = emulator.control("GET", "/requests").json["requests"]

        assert set(request) == {"at", "method", "path", "headers", "body", "status"}
        assert (request["method"], request["path"], request["status"]) == ("POST", "/v1/payments?x=1", 400)
        assert request["headers"]["X-Idempotency-Key"] == "my-key"
        assert TOKEN not in json.dumps(request)
        assert request["headers"]["Authorization"].startswith("Bearer ")
        assert request["body"] == '{"description": "a\ufffd\ufffd"}'

    def test_a_reset_is_a_clean_start(self, emulator):
        number = emulator.create(notification_url="http://m.example/hook")["id"]
        emulator.run_loops()
        strike(emulator, {"kind": "delay", "seconds": 1})
        emulator.control("PUT", "/clock", {"offset_seconds": 60})

        assert emulator.control("POST", "/reset").status_code == 204

        assert emulator.control("GET", "/books").json == {"payments": [], "refunds": []}
        assert emulator.control("GET", "/requests").json == {"requests": []}
        assert emulator.control("GET", "/deliveries").json == {"deliveries": []}
        assert emulator.control("GET", "/faults").json["rules"] == []
        assert emulator.control("GET", "/clock").json["offset_seconds"] == 0
        assert emulator.call("GET", f"/v1/payments/{number}").status_code == 404

    def test_the_books_can_be_leafed_through(self, emulator):
        numbers = sorted(emulator.create()["id"] for _ in range(3))
        emulator.control("POST", f"/payments/{numbers[0]}/approve")
        refund = emulator.call("POST", f"/v1/payments/{numbers[0]}/refunds", {}).json

        first = emulator.control("GET", "/books?after=0&limit=2").json
        rest = emulator.control("GET", f"/books?after={numbers[1]}").json

        assert [payment["id"] for payment in first["payments"]] == numbers[:2]
        assert first["refunds"] == [refund]
        assert [payment["id"] for payment in rest["payments"]] == numbers[2:]
        assert emulator.control("GET", f"/books?after={numbers[2]}").json == {"payments": [], "refunds": []}

    @pytest.mark.parametrize("query", ["after=x", "after=-1", "after=1&limit=x", "after=" + "9" * 16])
    def test_a_page_of_the_books_is_found_by_whole_numbers(self, emulator, query):
        assert_problem(emulator.control("GET", f"/books?{query}"), 422, "validation-error")

    def test_books_survive_a_restart(self, emulator, sqlite_url):
        payment = emulator.create()
        emulator.container.database.dispose()

        again = an_emulator(sqlite_url)

        assert again.call("GET", f"/v1/payments/{payment['id']}").json == payment
        again.container.database.dispose()


CONTROL = [
    ("GET", "/"),
    ("GET", "/pay/1"),
    ("POST", "/pay/1"),
    ("POST", "/console/payments/1"),
    ("POST", "/console/faults"),
    ("POST", "/console/reset"),
    ("GET", "/console/requests"),
    ("GET", "/static/pay.js"),
    ("GET", "/__fake/books"),
    ("GET", "/__fake/clock"),
    ("PUT", "/__fake/clock"),
    ("GET", "/__fake/faults"),
    ("GET", "/__fake/requests"),
    ("GET", "/__fake/deliveries"),
    ("POST", "/__fake/reset"),
    ("POST", "/__fake/payments/1/approve"),
]


class TestWithoutControl:
    @pytest.mark.parametrize(("method", "path"), CONTROL)
    def test_neither_control_paths_nor_pages_are_there(self, closed_emulator, method, path):
        assert_problem(closed_emulator.client.open(path, method=method), 404, "not-found")

    def test_the_api_is_there_and_records_nothing(self, closed_emulator):
        assert closed_emulator.call("POST", "/v1/payments", a_request()).status_code == 201
        assert closed_emulator.container.services.books.requests() == []

    @pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
    def test_health_is_there(self, closed_emulator, path):
        assert closed_emulator.client.get(path).status_code == 200


def test_books_that_were_not_migrated_are_not_ready(tmp_path):
    container = build(Settings(f"sqlite:///{tmp_path / 'empty.sqlite3'}"))

    answer = create_app(container).test_client().get("/health/ready")

    assert (answer.status_code, answer.json["checks"]) == (503, {"database": "failed"})
    container.database.dispose()
