"""Event streams over real HTTP: in threads over SQLite, and in the live process over PostgreSQL."""

from datetime import UTC, datetime

import pytest
import requests

from servicekit.http.auth import Principal, TokenIssuer
from tests.builders.orders_service import ANA
from tests.fakes.orders_service.composed import PRIVATE_KEY
from tests.fakes.servicekit.deadlines import eventually
from tests.integration.orders_service.live.houses import STREAMS


def kitchen_token(*, lifetime=3600, store="default", role="kitchen"):
    issuer = TokenIssuer(PRIVATE_KEY, lifetime)
    return issuer.issue(Principal("cozinha", role, store), datetime.now(UTC))


def events_of(order):
    return f"/orders/{order['id']}/events"


def statuses(events):
    return [event.data["status"] for event in events]


def get(server, path, **headers):
    with requests.get(server.url + path, headers=headers, timeout=20, stream=True) as answer:
        if answer.status_code != 200:
            assert answer.content is not None  # read it before the connection is closed
        return answer


def test_the_present_state_comes_first_and_then_each_change_with_its_version(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.order()

    stream = connect(server, events_of(order))
    (first,) = stream.wait_for(1)
    assert (first.name, first.id, first.data) == ("order", "1", shop.show(order))
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["Cache-Control"] == "no-store"
    assert stream.headers["X-Accel-Buffering"] == "no"
    assert stream.retry == 2000

    shop.hear("payment.approved.v1", order["id"])
    stream.wait_for(2)
    shop.advance(order, "IN_PREPARATION")

    told = stream.wait_for(3)
    assert statuses(told) == ["AWAITING_PAYMENT", "RECEIVED", "IN_PREPARATION"]
    assert [event.id for event in told] == ["1", "2", "3"]
    assert told[-1].data == shop.show(order)


def test_a_payments_code_is_told_to_be_in_the_store_of_its_order(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.order()
    code = {"qr_code": "00020126", "ticket_url": "https://x/t", "expires_at": "2026-11-21T12:30:00Z"}
    shop.hear("payment.created.v1", order["id"], status="PENDING", **code)

    (told,) = connect(server, events_of(order)).wait_for(1)

    assert told.data == shop.http.get(f"/stores/default/orders/{order['id']}").json
    assert "/stores/default/payments/" in told.data["payment"]["qr_code_url"]


def test_whoever_comes_again_is_told_exactly_what_is_newer(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, events_of(order))
    stream.wait_for(1)
    stream.close()
    shop.advance(order, "IN_PREPARATION")

    again = connect(server, events_of(order), last_event_id=stream.last_id)
    assert statuses(again.wait_for(1)) == ["IN_PREPARATION"]

    third = connect(server, events_of(order), last_event_id=again.last_id)
    shop.advance(order, "READY")
    assert statuses(third.wait_for(1)) == ["READY"]
    assert statuses(again.wait_for(2)) == ["IN_PREPARATION", "READY"]


def test_a_stream_goes_on_after_a_restart_and_in_another_process(house, connect):
    shop, server = house.shop, house.serve()
    other = house.serve()
    order = shop.paid_order()
    stream = connect(server, events_of(order))
    stream.wait_for(1)

    server.stop()
    stream.wait_for_end()
    missed = shop.advance(order, "IN_PREPARATION").json
    elsewhere = connect(other, events_of(order), last_event_id=stream.last_id)
    assert [event.data for event in elsewhere.wait_for(1)] == [missed]

    again = connect(house.serve(), events_of(order), last_event_id=elsewhere.last_id)
    shop.advance(order, "READY")
    for one in (elsewhere, again):
        eventually(lambda one=one: one.events and one.events[-1].data["status"] == "READY")
    assert statuses(again.events) == ["READY"]


@pytest.mark.parametrize("last_event_id", ["0", "x", "-1", "99", "9" * 400])
def test_an_id_that_the_order_never_had_is_none(house, connect, last_event_id):
    order = house.shop.order()

    stream = connect(house.serve(), events_of(order), last_event_id=last_event_id)

    assert statuses(stream.wait_for(1)) == ["AWAITING_PAYMENT"]


def test_a_stream_ends_with_its_order_and_a_browser_is_told_not_to_come_again(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, events_of(order))
    stream.wait_for(1)
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        shop.advance(order, status)

    stream.wait_for_end()
    assert statuses(stream.events)[-1] == "FINISHED"
    assert get(server, events_of(order), **{"Last-Event-ID": stream.last_id}).status_code == 204

    late = connect(server, events_of(order))
    late.wait_for_end()
    assert statuses(late.events) == ["FINISHED"]


def test_a_cancelled_order_is_watched_until_its_money_is_back(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, events_of(order))
    shop.http.post(f"/orders/{order['id']}/cancel")
    eventually(lambda: stream.events and stream.events[-1].data["status"] == "CANCELLED")
    assert stream.is_open

    shop.hear("payment.refunded.v1", order["id"], refund_id="r", refunded_total=4980)
    shop.hear("payment.closed.v1", order["id"])

    stream.wait_for_end()
    assert stream.events[-1].data["payment"]["refunded"] == "49.80"


def test_silence_is_broken_by_heartbeats(house, connect):
    order = house.shop.order()
    stream = connect(house.serve(heartbeat_seconds=1), events_of(order))

    eventually(lambda: stream.heartbeats >= 2)
    assert len(stream.events) == 1


def test_an_order_of_another_store_or_of_none_is_not_found(house):
    shop, server = house.shop, house.serve()
    shop.open_other_store()
    order = shop.order()

    for path in (
        f"/stores/other/orders/{order['id']}/events",
        "/orders/01900000-0000-7000-8000-000000000000/events",
        "/stores/nowhere/board/events",
    ):
        answer = get(server, path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json"), path
    assert get(server, f"/stores/default/orders/{order['id']}/events").status_code == 200


def test_the_kitchen_sees_its_queue_and_then_what_changes_in_it(house, connect):
    shop, server = house.shop, house.serve()
    first = shop.paid_order()
    stream = connect(server, "/kitchen/events", token=kitchen_token())
    (snapshot,) = stream.wait_for(1)
    assert (snapshot.name, snapshot.data) == ("snapshot", {"items": [shop.show(first)]})

    second = shop.paid_order()
    stream.wait_for(2)
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        shop.advance(first, status)
        eventually(lambda status=status: stream.events[-1].data["status"] == status)

    told = [(event.name, event.data["id"], event.data["status"]) for event in stream.events[1:]]
    assert told == [
        ("order", second["id"], "RECEIVED"),
        ("order", first["id"], "IN_PREPARATION"),
        ("order", first["id"], "READY"),
        ("gone", first["id"], "FINISHED"),
    ]
    assert stream.events[-1].data["version"] == shop.show(first)["version"]


def test_the_kitchen_learns_that_an_order_was_cancelled(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, "/kitchen/events", token=kitchen_token())
    stream.wait_for(1)

    shop.http.post(f"/orders/{order['id']}/cancel")

    gone = stream.wait_for(2)[1]
    assert (gone.name, gone.data["number"], gone.data["status"]) == ("gone", order["number"], "CANCELLED")


def test_a_kitchen_that_comes_again_is_told_nothing_or_all_of_its_queue(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, "/kitchen/events", token=kitchen_token())
    stream.wait_for(1)

    same = connect(house.serve(), "/kitchen/events", token=kitchen_token(), last_event_id=stream.last_id)
    shop.advance(order, "IN_PREPARATION")
    assert [event.name for event in same.wait_for(1)] == ["order"]

    other = connect(server, "/kitchen/events", token=kitchen_token(), last_event_id="no such mark")
    assert [event.name for event in other.wait_for(1)] == ["snapshot"]


def test_the_kitchen_shows_a_token_of_its_store_and_no_other_sees_the_queue(house):
    house.shop.open_other_store()
    server = house.serve()

    assert get(server, "/kitchen/events").status_code == 401
    for token, status in (
        (kitchen_token(store="other"), 403),
        (kitchen_token(role="customer"), 403),
        (kitchen_token(role="manager"), 200),
    ):
        assert get(server, "/kitchen/events", Authorization=f"Bearer {token}").status_code == status


def test_a_stream_of_the_kitchen_does_not_outlive_its_token(house, connect):
    stream = connect(house.serve(), "/kitchen/events", token=kitchen_token(lifetime=3))
    stream.wait_for(1)
    assert stream.is_open

    stream.wait_for_end()
    assert get(house.serve(), "/kitchen/events", Authorization="Bearer x").status_code == 401


def test_a_name_that_was_erased_is_told_to_no_kitchen_any_more(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.checkout((shop.product("X-Salada"), 1), client={"cpf": ANA}).json
    shop.hear("payment.approved.v1", order["id"])
    stream = connect(server, "/kitchen/events", token=kitchen_token())
    assert stream.wait_for(1)[0].data["items"][0]["client"]["name"] == "Ana"

    path = f"/clients/{order['client']['id']}"
    assert shop.http.delete(path, headers=shop.manager).status_code == 204
    shop.paid_order()

    told = {event.data["id"]: event.data for event in stream.wait_for(3)[1:]}
    assert told[order["id"]]["client"] is None
    (snapshot,) = connect(server, "/kitchen/events", token=kitchen_token()).wait_for(1)
    assert [item["client"] for item in snapshot.data["items"]] == [None, None]


def test_the_board_shows_numbers_and_moves_them(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.paid_order()
    stream = connect(server, "/board/events")
    (snapshot,) = stream.wait_for(1)
    assert (snapshot.name, snapshot.data) == ("snapshot", {"in_preparation": [], "ready": []})

    for count, status in enumerate(("IN_PREPARATION", "READY", "FINISHED"), 2):
        shop.advance(order, status)
        stream.wait_for(count)

    number = order["number"]
    assert [(event.name, event.data) for event in stream.events[1:]] == [
        ("order", {"number": number, "status": "IN_PREPARATION", "version": 3}),
        ("order", {"number": number, "status": "READY", "version": 4}),
        ("gone", {"number": number}),
    ]
    assert order["id"] not in str(stream.events)


def test_the_board_can_be_asked_for_as_well(house):
    shop = house.shop
    waiting, ready = shop.paid_order(), shop.paid_order()
    for status in ("IN_PREPARATION", "READY"):
        shop.advance(ready, status)
    shop.advance(waiting, "IN_PREPARATION")
    shop.order()

    shop.open_other_store()
    assert shop.http.get("/board").json == {
        "in_preparation": [waiting["number"]],
        "ready": [ready["number"]],
    }
    assert shop.http.get("/stores/other/board").json == {"in_preparation": [], "ready": []}
    assert shop.http.get("/stores/nowhere/board").status_code == 404


def test_beyond_its_places_a_server_asks_to_come_again_but_keeps_one_for_the_kitchen(house, connect):
    shop, server = house.shop, house.serve()
    order = shop.order()
    streams = [connect(server, events_of(order)) for _ in range(STREAMS - 1)]

    refused = get(server, "/board/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json()["type"] == "/problems/too-many-streams"
    assert connect(server, "/kitchen/events", token=kitchen_token()).wait_for(1)

    streams[0].close()
    eventually(lambda: get(server, "/board/events").status_code == 200)


def test_nothing_but_streams_is_asked_of_a_client_that_only_looks_at_the_head(house):
    order, server = house.shop.order(), house.serve()

    for _ in range(STREAMS + 1):
        answer = requests.head(server.url + events_of(order), timeout=20)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
