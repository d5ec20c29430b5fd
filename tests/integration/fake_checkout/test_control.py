"""The testers' control paths: decisions, faults, clock, logs."""

import errno
import json
import time

import pytest
import sqlalchemy as sa
from mercadopago.webhook import WebhookSignatureValidator

from fake_checkout.bootstrap import build
from fake_checkout.domain.switches import CHOICES
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.settings import Settings
from servicekit.database.patience import patience_left
from servicekit.http import request_context
from tests.integration.fake_checkout.conftest import SECRET, TOKEN, a_request, an_emulator

PROBLEM = "application/problem+json"


def assert_problem(answer, status, slug):
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
    assert answer.json["type"] == f"/problems/{slug}"


def strike(emulator, *rules, seed=1):
    answer = emulator.control("PUT", "/faults", {"seed": seed, "rules": list(rules)})
    assert answer.status_code == 200, answer.text


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


class TestFaults:
    def test_rules_are_told_as_they_were_set_with_their_counts(self, emulator):
        rules = [
            {
                "kind": "status",
                "status": 503,
                "method": "GET",
                "path": "/v1/payments/*",
                "times": 1,
                "skip": 0,
            },
            {"kind": "webhook_delay", "seconds": 1.5, "probability": 0.5, "skip": 0},
        ]
        strike(emulator, *rules, seed=7)
        emulator.call("GET", "/v1/payments/1")

        told = emulator.control("GET", "/faults").json

        assert told["seed"] == 7
        assert told["rules"] == [{"probability": 1.0, **rules[0]}, rules[1]]
        assert told["counts"] == [{"matched": 1, "struck": 1}, {"matched": 0, "struck": 0}]
        assert emulator.control("DELETE", "/faults").status_code == 204
        assert emulator.control("GET", "/faults").json == {"seed": 0, "rules": [], "counts": []}

    @pytest.mark.parametrize(
        ("body", "slug"),
        [
            ({}, "validation-error"),
            ({"rules": [1]}, "validation-error"),
            ({"rules": [], "seed": "x"}, "validation-error"),
            ({"rules": [{"kind": "explode"}]}, "invalid-fault-rule"),
        ],
    )
    def test_rules_that_make_no_sense_are_problems(self, emulator, body, slug):
        assert_problem(emulator.control("PUT", "/faults", body), 422, slug)

    def test_a_status_strikes_before_any_effect_the_nth_time(self, emulator):
        strike(
            emulator,
            {
                "kind": "status",
                "status": 502,
                "method": "POST",
                "path": "/v1/payments",
                "skip": 1,
                "times": 1,
            },
        )

        statuses = [emulator.call("POST", "/v1/payments", a_request()) for _ in range(3)]

        assert [answer.status_code for answer in statuses] == [201, 502, 201]
        assert statuses[1].json == {"status": 502, "message": "Bad Gateway"}
        assert len(emulator.control("GET", "/books").json["payments"]) == 2

    def test_a_client_error_has_the_classic_body(self, emulator):
        strike(emulator, {"kind": "status", "status": 403})

        assert emulator.call("GET", "/v1/payments/1").json == {
            "message": "Forbidden",
            "error": "forbidden",
            "status": 403,
            "cause": [],
        }

    def test_a_rate_limit_says_how_long_to_wait(self, emulator):
        strike(emulator, {"kind": "rate_limit", "retry_after": 7})

        answer = emulator.call("GET", "/v1/payments/1")

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert answer.json["error"] == "too_many_requests"

    def test_delays_add_up(self, emulator):
        strike(emulator, {"kind": "delay", "seconds": 1.5}, {"kind": "delay", "seconds": 2})

        assert emulator.call("POST", "/v1/payments", a_request()).status_code == 201
        assert emulator.pauses == [3.5]

    def test_a_delayed_call_has_all_its_patience_with_the_books(self, emulator, monkeypatch):
        monkeypatch.setattr(request_context, "MAX_WAIT_SECONDS", 0.5)
        strike(emulator, {"kind": "delay", "seconds": 1})
        left = []
        engine = emulator.container.database.engine
        emulator.pauses.meanwhile = lambda: (
            time.sleep(0.6),
            sa.event.listen(engine, "begin", lambda _connection: left.append(patience_left(60))),
        )

        emulator.call("POST", "/v1/payments", a_request())

        assert left
        assert left[0] > 0

    def test_a_lost_answer_has_had_its_effect(self, emulator):
        strike(emulator, {"kind": "answer_lost", "times": 1})

        with pytest.raises(ConnectionResetError) as lost:
            emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k")
        replayed = emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k")

        assert lost.value.errno == errno.ECONNRESET
        assert replayed.status_code == 201
        assert len(emulator.control("GET", "/books").json["payments"]) == 1
        requests = emulator.control("GET", "/requests").json["requests"]
        assert [request["status"] for request in requests] == [None, 201]

    def test_a_page_of_html_comes_instead_of_an_answer(self, emulator):
        strike(emulator, {"kind": "html", "status": 503})

        answer = emulator.call("POST", "/v1/payments", a_request())

        assert (answer.status_code, answer.mimetype) == (503, "text/html")
        assert "503 Service Unavailable" in answer.text
        assert emulator.control("GET", "/books").json["payments"] == []

    def test_json_that_is_cut_has_had_its_effect(self, emulator):
        strike(emulator, {"kind": "cut_json"})

        answer = emulator.call("POST", "/v1/payments", a_request())

        assert answer.status_code == 201
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)
        assert len(emulator.control("GET", "/books").json["payments"]) == 1

    def test_a_reset_connection_has_had_no_effect(self, emulator):
        strike(emulator, {"kind": "reset", "times": 1})

        with pytest.raises(ConnectionResetError):
            emulator.call("POST", "/v1/payments", a_request())

        assert emulator.control("GET", "/books").json["payments"] == []
        assert emulator.control("GET", "/requests").json["requests"][0]["status"] is None

    @pytest.mark.parametrize(("sticky", "again"), [(None, 201), (True, 500)])
    def test_a_failure_after_the_effect_is_kept_under_the_key_only_where_it_sticks(
        self, emulator, sticky, again
    ):
        rule = {"kind": "status_after", "status": 500, "method": "POST", "times": 1}
        strike(emulator, rule if sticky is None else {**rule, "sticky": sticky})

        answers = [emulator.call("POST", "/v1/payments", a_request(), X_Idempotency_Key="k") for _ in "12"]

        assert [answer.status_code for answer in answers] == [500, again]
        assert len(emulator.control("GET", "/books").json["payments"]) == 1

    def test_a_status_can_have_the_providers_code(self, emulator):
        strike(emulator, {"kind": "status", "status": 400, "code": 2018})

        assert emulator.call("GET", "/v1/payments/1").json["cause"][0]["code"] == 2018

    def test_an_answer_is_late_after_its_effect(self, emulator):
        strike(emulator, {"kind": "answer_late", "seconds": 30, "method": "POST"})
        seen = []
        emulator.pauses.meanwhile = lambda: seen.append(
            len(emulator.control("GET", "/books").json["payments"])
        )

        assert emulator.call("POST", "/v1/payments", a_request()).status_code == 201
        assert (emulator.pauses, seen) == ([30], [1])

    def test_an_answer_is_altered_and_the_books_are_not(self, emulator):
        payment = emulator.create(external_reference="order-1")
        strike(emulator, {"kind": "altered", "members": {"transaction_amount": 59.91, "currency_id": "USD"}})

        one = emulator.call("GET", f"/v1/payments/{payment['id']}").json
        found = emulator.call("GET", "/v1/payments/search?external_reference=order-1").json

        assert found["results"] == [one] == [{**payment, "transaction_amount": 59.91, "currency_id": "USD"}]
        assert emulator.control("GET", "/books").json["payments"] == [payment]

    def test_an_alteration_leaves_what_is_no_object(self, emulator):
        number = emulator.create()["id"]
        strike(emulator, {"kind": "altered", "members": {"id": 1}})

        assert emulator.call("GET", f"/v1/payments/{number}/refunds").json == []

    def test_an_answer_drips_in_pieces_that_are_the_whole(self, emulator):
        payment = emulator.create()
        strike(emulator, {"kind": "drip", "seconds": 60})

        answer = emulator.call("GET", f"/v1/payments/{payment['id']}")

        assert answer.json == payment
        assert emulator.pauses == [3] * 20

    def test_a_huge_answer_is_as_many_megabytes(self, emulator):
        payment = emulator.create()
        strike(emulator, {"kind": "huge", "megabytes": 2})

        answer = emulator.call("GET", f"/v1/payments/{payment['id']}")

        assert (answer.content_length, answer.json) == (len(answer.data), payment)
        assert len(answer.data) > 2 * 1024 * 1024

    def test_a_rule_is_about_the_payment_of_one_reference(self, emulator):
        strike(emulator, {"kind": "status", "status": 503, "external_reference": "order-1"})

        refused = emulator.call("POST", "/v1/payments", a_request(external_reference="order-1"))
        created = emulator.call("POST", "/v1/payments", a_request(external_reference="order-2"))

        assert (refused.status_code, created.status_code) == (503, 201)

    @pytest.mark.parametrize(
        "body", [b"{", b"[1]", b'{"transaction_amount": true}', b'{"transaction_amount": 1e99}']
    )
    def test_a_body_that_says_nothing_is_the_apis_to_refuse(self, emulator, body):
        assert emulator.call("POST", "/v1/payments", body).status_code == 400

    def test_control_paths_and_pages_never_suffer(self, emulator):
        strike(emulator, {"kind": "status", "status": 500})

        assert emulator.control("GET", "/books").status_code == 200
        assert emulator.client.get("/").status_code == 200


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


class TestWebhookFirst:
    def told_before(self, emulator, method="POST", path="/v1/payments", body=None):
        """How many webhooks had been sent when the answer came."""
        emulator.pauses.meanwhile = emulator.run_loops
        url = "http://m.example/hook"
        answer = emulator.call(method, path, a_request(notification_url=url) if body is None else body)
        return answer.json["id"], len(emulator.sender.sent)

    def test_the_merchant_is_told_before_the_api_answers(self, emulator):
        strike(emulator, {"kind": "webhook_first", "method": "POST", "path": "/v1/payments"})

        number, told = self.told_before(emulator)

        assert (told, emulator.sender.sent[0][0].payment_id) == (1, number)

    def test_with_the_switch_it_is_so_for_everything_that_changes_a_payment(self, emulator):
        emulator.control("PUT", "/switches", {"webhook_first": "on"})

        number, _ = self.told_before(emulator)
        emulator.control("POST", f"/payments/{number}/approve")
        _, told = self.told_before(emulator, path=f"/v1/payments/{number}/refunds", body={})

        assert told == 3

    def test_an_answer_waits_for_no_webhook_that_does_not_come(self, emulator):
        emulator.control("PUT", "/switches", {"webhook_first": "on"})

        assert emulator.call("POST", "/v1/payments", a_request()).status_code == 201
        assert emulator.call("POST", "/v1/payments", {}).status_code == 400
        assert emulator.pauses == []
        assert emulator.call("POST", "/v1/payments", a_request(notification_url="http://m.example/"))
        assert sum(emulator.pauses) == pytest.approx(10)


class TestMagicValues:
    def test_a_reference_chooses_what_befalls_its_payment(self, emulator):
        body = a_request(external_reference="fake-answer_lost-1")

        with pytest.raises(ConnectionResetError):
            emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="k")
        replayed = emulator.call("POST", "/v1/payments", body, X_Idempotency_Key="k")

        assert replayed.status_code == 201
        assert len(emulator.control("GET", "/books").json["payments"]) == 1

    def test_an_amount_does_so_too(self, emulator):
        answer = emulator.call("POST", "/v1/payments", a_request(transaction_amount=13013.04))

        assert answer.status_code == 503

    def test_a_payer_pays_by_itself(self, emulator):
        number = emulator.create(external_reference="fake-pays")["id"]
        emulator.control("PUT", "/clock", {"offset_seconds": 4})

        emulator.run_loops()

        assert emulator.call("GET", f"/v1/payments/{number}").json["status"] == "approved"

    def test_none_of_it_means_anything_where_testers_may_not_decide(self, closed_emulator):
        body = a_request(external_reference="fake-unavailable", transaction_amount=13013.04)

        assert closed_emulator.call("POST", "/v1/payments", body).status_code == 201


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
