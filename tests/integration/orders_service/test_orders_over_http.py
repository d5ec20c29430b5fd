from datetime import timedelta

import pytest

from servicekit.http.pagination import encode_cursor

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def attempt(**data):
    return {"qr_code": "00020126", "ticket_url": "https://x/t", "expires_at": "2026-11-21T12:30:00Z", **data}


def statuses(order):
    return [step["status"] for step in order["history"]]


class TestShowing:
    def test_an_attempt_to_pay_is_shown_as_the_contract_says(self, shop):
        order = shop.order()
        shop.hear("payment.created.v1", order["id"], status="PENDING", **attempt())
        assert shop.show(order)["payment"] == {
            "id": "payment-1",
            "status": "PENDING",
            "method": "pix",
            "qr_code": "00020126",
            "qr_code_url": "https://comanda.example/payments/payment-1/qr.svg",
            "ticket_url": "https://x/t",
            "expires_at": "2026-11-21T12:30:00.000Z",
            "attempt": 1,
            "refunded": "0.00",
        }

    def test_the_code_is_found_in_the_store_that_the_order_was_looked_up_in(self, shop):
        order = shop.order()
        shop.hear("payment.created.v1", order["id"], status="PENDING", **attempt())
        shown = shop.http.get(f"/stores/default/orders/{order['id']}").json
        code_url = "https://comanda.example/stores/default/payments/payment-1/qr.svg"
        assert shown["payment"]["qr_code_url"] == code_url

    def test_a_paid_order_is_received(self, shop):
        order = shop.paid_order()
        shown = shop.show(order)
        assert shown["status"] == "RECEIVED"
        assert statuses(shown) == ["AWAITING_PAYMENT", "RECEIVED"]
        assert shown["payment"]["qr_code_url"] is None
        assert shown["version"] == 2

    def test_what_was_refunded_is_shown(self, shop):
        order = shop.paid_order()
        shop.http.post(f"/orders/{order['id']}/cancel")
        refund = {"refund_id": "r", "refunded_total": 4980, "reason": "customer"}
        shop.hear("payment.refunded.v1", order["id"], **refund)
        assert shop.show(order)["payment"]["refunded"] == "49.80"

    @pytest.mark.parametrize("order_id", [NOBODY, "nothing", "%00", "1"])
    def test_an_unknown_order_is_not_found(self, shop, order_id):
        answer = shop.http.get(f"/orders/{order_id}")
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"

    def test_an_order_is_not_found_through_another_store(self, shop):
        shop.open_other_store()
        order = shop.order()
        assert shop.http.get(f"/stores/other/orders/{order['id']}").status_code == 404
        assert shop.http.post(f"/stores/other/orders/{order['id']}/cancel").status_code == 404


class TestCancelling:
    def cancel(self, shop, order, **options):
        return shop.http.post(f"/orders/{order['id']}/cancel", **options)

    def test_an_unpaid_order_begins_to_end(self, shop):
        order = shop.order("calabresa", 4)
        answer = self.cancel(shop, order)
        assert answer.status_code == 202
        assert answer.json["status"] == "CANCELLING"
        assert answer.json["cancellation_reason"] == "customer"
        assert shop.product("calabresa")["available"] == 20
        nothing = dict.fromkeys(("payment_id", "attempt", "status", "method", "amount"))
        shop.hear("payment.closed.v1", order["id"], **nothing)
        assert shop.show(order)["status"] == "CANCELLED"
        assert shop.product("calabresa")["available"] == 24

    def test_a_paid_order_ends_at_once(self, shop):
        order = shop.paid_order("calabresa", 4)
        answer = self.cancel(shop, order, json={})
        assert (answer.status_code, answer.json["status"]) == (202, "CANCELLED")
        assert shop.product("calabresa")["available"] == 24

    def test_again_is_accepted_again(self, shop):
        order = shop.order()
        first = self.cancel(shop, order)
        assert self.cancel(shop, order).json == first.json

    def test_a_manager_cancels_for_the_store(self, shop):
        order = shop.order()
        assert self.cancel(shop, order, headers=shop.manager).json["cancellation_reason"] == "store"

    def test_a_cook_cancels_like_any_customer(self, shop):
        order = shop.order()
        assert self.cancel(shop, order, headers=shop.kitchen).json["cancellation_reason"] == "customer"

    def test_once_preparation_has_started_only_a_manager_may(self, shop):
        order = shop.paid_order("calabresa", 4)
        shop.advance(order, "IN_PREPARATION")
        answer = self.cancel(shop, order)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/too-late-to-cancel")
        answer = self.cancel(shop, order, headers=shop.manager)
        assert (answer.status_code, answer.json["status"]) == (202, "CANCELLED")
        assert shop.product("calabresa")["available"] == 20

    def test_a_finished_order_cannot_be_cancelled_by_anyone(self, shop):
        order = shop.paid_order()
        for status in ("IN_PREPARATION", "READY", "FINISHED"):
            shop.advance(order, status)
        assert self.cancel(shop, order, headers=shop.manager).status_code == 409

    def test_a_manager_may_delete_which_cancels(self, shop):
        order = shop.paid_order()
        path = f"/orders/{order['id']}"
        assert shop.http.delete(path).status_code == 401
        assert shop.http.delete(path, headers=shop.kitchen).status_code == 403
        answer = shop.http.delete(path, headers=shop.manager)
        assert (answer.status_code, answer.json["cancellation_reason"]) == (202, "store")
        assert statuses(shop.show(order)) == ["AWAITING_PAYMENT", "RECEIVED", "CANCELLED"]

    def test_a_body_has_nothing_to_say(self, shop):
        order = shop.order()
        assert self.cancel(shop, order, json={"reason": "store"}).status_code == 422
        assert self.cancel(shop, order, data=b"{", content_type="application/json").status_code == 400
        assert shop.show(order)["status"] == "AWAITING_PAYMENT"

    def test_with_a_key_it_is_answered_the_same_again(self, shop):
        order, key = shop.order(), {"Idempotency-Key": "one"}
        first = self.cancel(shop, order, headers=key)
        again = self.cancel(shop, order, headers=key)
        assert again.json == first.json
        assert again.headers["Idempotency-Replayed"] == "true"

    def test_an_unknown_order_is_not_found(self, shop):
        assert self.cancel(shop, {"id": NOBODY}).status_code == 404


class TestTheKitchen:
    def test_sees_its_queue_in_order(self, shop):
        first, second, third, unpaid = (shop.paid_order() for _ in range(3)), None, None, shop.order()
        first, second, third = first
        shop.clock.now += timedelta(minutes=1)
        fourth = shop.paid_order()
        shop.advance(second, "IN_PREPARATION")
        shop.advance(third, "IN_PREPARATION")
        shop.advance(third, "READY")
        answer = shop.http.get("/orders", headers=shop.kitchen)
        queue = [order["id"] for order in answer.json["items"]]
        assert queue == [third["id"], second["id"], first["id"], fourth["id"]]
        assert unpaid["id"] not in queue

    def test_sees_its_queue_in_pages(self, shop):
        orders = [shop.paid_order()["id"] for _ in range(5)]
        seen, path = [], "/orders?limit=2"
        while path:
            page = shop.http.get(path, headers=shop.kitchen).json
            seen += [order["id"] for order in page["items"]]
            path = page["next"] and f"/orders?limit=2&cursor={page['next']}"
        assert seen == orders

    def test_sees_other_states_by_name(self, shop):
        order = shop.order()
        listed = shop.http.get("/orders?status=AWAITING_PAYMENT", headers=shop.manager).json["items"]
        assert [one["id"] for one in listed] == [order["id"]]

    @pytest.mark.parametrize("query", ["status=LOST", "limit=0", "cursor=x", "cursor=WyJhIiwgImIiLCAiYyJd"])
    def test_a_query_that_makes_no_sense_is_invalid(self, shop, query):
        assert shop.http.get(f"/orders?{query}", headers=shop.kitchen).status_code == 422

    @pytest.mark.parametrize(
        "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21"]
    )
    def test_a_cursor_with_an_instant_that_is_none_is_invalid(self, shop, instant):
        cursor = encode_cursor("RECEIVED", instant, "01a00000-0000-7000-8000-000000000000")
        assert shop.http.get(f"/orders?cursor={cursor}", headers=shop.kitchen).status_code == 422

    def test_a_cursor_of_another_list_is_invalid(self, shop):
        for _ in range(2):
            shop.order()
        page = shop.http.get("/orders?status=AWAITING_PAYMENT&limit=1", headers=shop.kitchen).json
        answer = shop.http.get(f"/orders?cursor={page['next']}", headers=shop.kitchen)
        assert answer.status_code == 422
        assert list(answer.json["errors"]) == ["cursor"]

    def test_moves_an_order_step_by_step(self, shop):
        order = shop.paid_order("calabresa", 4)
        for status in ("IN_PREPARATION", "READY", "FINISHED"):
            answer = shop.advance(order, status)
            assert (answer.status_code, answer.json["status"]) == (200, status)
        assert shop.product("calabresa")["available"] == 20

    @pytest.mark.parametrize(
        ("status", "allowed"), [("READY", ["IN_PREPARATION"]), ("RECEIVED", ["IN_PREPARATION"])]
    )
    def test_takes_no_other_step(self, shop, status, allowed):
        answer = shop.advance(shop.paid_order(), status)
        assert answer.status_code == 409
        assert answer.json["allowed"] == allowed

    def test_cannot_receive_an_order_by_hand(self, shop):
        order = shop.order()
        assert shop.advance(order, "RECEIVED").status_code == 409
        assert shop.show(order)["status"] == "AWAITING_PAYMENT"

    @pytest.mark.parametrize(
        "body", [{}, {"status": "EATEN"}, {"status": 1}, {"status": "READY", "by": "me"}]
    )
    def test_a_step_that_makes_no_sense_is_invalid(self, shop, body):
        order = shop.paid_order()
        answer = shop.http.patch(f"/orders/{order['id']}/status", json=body, headers=shop.kitchen)
        assert answer.status_code == 422

    def test_of_another_store_moves_nothing_here(self, shop):
        shop.open_other_store()
        order = shop.paid_order()
        credentials = {"username": "cozinha", "password": "cozinha"}
        token = shop.http.post("/stores/other/auth/token", json=credentials).json["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        body = {"status": "IN_PREPARATION"}
        path = f"/orders/{order['id']}/status"
        assert shop.http.patch(path, json=body, headers=headers).status_code == 403
        assert shop.http.patch(f"/stores/other{path}", json=body, headers=headers).status_code == 404
        assert shop.http.get("/orders", headers=headers).status_code == 403


class TestTheTimeline:
    def test_tells_every_event_after_its_cause(self, shop):
        order = shop.order()
        shop.clock.now += timedelta(seconds=5)
        event_id = shop.hear("payment.approved.v1", order["id"])
        answer = shop.http.get(f"/orders/{order['id']}/timeline", headers=shop.manager)
        assert answer.status_code == 200
        placed, approved, paid = answer.json["items"]
        assert [event["type"] for event in (placed, approved, paid)] == [
            "order.placed.v1",
            "payment.approved.v1",
            "order.paid.v1",
        ]
        assert set(placed) == {
            "id",
            "type",
            "source",
            "time",
            "causationid",
            "handled_at",
            "attempts",
            "data",
        }
        assert (placed["source"], placed["handled_at"], placed["attempts"]) == ("/orders", None, None)
        assert (approved["id"], approved["attempts"]) == (event_id, 1)
        assert approved["handled_at"] == "2026-11-21T12:00:05.000Z"
        assert paid["causationid"] == event_id
        assert paid["data"] == {"payment_id": "payment-1"}

    def test_is_for_managers(self, shop):
        path = f"/orders/{shop.order()['id']}/timeline"
        assert shop.http.get(path).status_code == 401
        assert shop.http.get(path, headers=shop.kitchen).status_code == 403

    def test_of_an_unknown_order_is_not_found(self, shop):
        assert shop.http.get(f"/orders/{NOBODY}/timeline", headers=shop.manager).status_code == 404
