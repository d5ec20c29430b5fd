"""Faults on demand: by rule, by magic value, and the webhook that comes first."""

import errno
import json
import time

import pytest
import sqlalchemy as sa

from servicekit.database.patience import patience_left
from servicekit.http import request_context
from tests.integration.fake_checkout.conftest import (
    a_request,
    assert_problem,
    strike,
)


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
