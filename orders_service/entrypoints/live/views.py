"""Server-sent events: of one order, of the kitchen's queue, of the board."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from orders_service.domain.order_errors import OrderNotFound
from orders_service.entrypoints.live.live import Live
from orders_service.entrypoints.live.states import BoardState, OrderState, QueueState
from orders_service.entrypoints.live.tellers import BoardTeller, OrderTeller, QueueTeller, seen_version
from servicekit.http.auth import anyone, current_principal, roles
from servicekit.http.clients import departure_of_client
from servicekit.http.documentation import Content, Refusal, documented
from servicekit.http.sse import Teller, Terms, event_stream
from servicekit.http.stores import current_store
from servicekit.http.watching import Watch, wait_until_fresh

StateT = TypeVar("StateT")
STREAM = Content(("text/event-stream",))
FULL = Refusal(503, "too-many-streams", "Too many streams")


def live_blueprint(live: Live) -> Blueprint:
    """The streams. The reader's steps have to be taken somewhere in this process."""
    blueprint = Blueprint("live", __name__)
    reader = live.reader

    @blueprint.get("/orders/<uuid:order_id>/events")
    @anyone
    @documented(
        "An order's changes, as they happen",
        answers={200: STREAM, 204: None},
        event_stream=True,
        problems=(OrderNotFound, FULL),
    )
    def order_events(order_id: UUID) -> ResponseReturnValue:
        key = (current_store(), str(order_id))

        def teller(state: OrderState | None) -> OrderTeller | None:
            if state is None:
                raise OrderNotFound(key[1])
            seen = seen_version(_last_event_id(), state.version)
            return None if state.is_over and seen == state.version else OrderTeller(seen)

        return _stream(live, "order", lambda wake: reader.orders.watch(key, wake), teller)

    @blueprint.get("/kitchen/events")
    @roles("kitchen", "manager")
    @documented(
        "The queue's changes, as they happen", answers={200: STREAM}, event_stream=True, problems=(FULL,)
    )
    def kitchen_events() -> ResponseReturnValue:
        store = current_store()

        def teller(_state: QueueState | None) -> QueueTeller:
            return QueueTeller(_last_event_id())

        return _stream(live, "kitchen", lambda wake: reader.queues.watch(store, wake), teller, first=True)

    @blueprint.get("/board/events")
    @anyone
    @documented(
        "The board's changes, as they happen", answers={200: STREAM}, event_stream=True, problems=(FULL,)
    )
    def board_events() -> ResponseReturnValue:
        store = current_store()

        def teller(_state: BoardState | None) -> BoardTeller:
            return BoardTeller(_last_event_id())

        return _stream(live, "board", lambda wake: reader.boards.watch(store, wake), teller)

    return blueprint


def _stream(
    live: Live,
    kind: str,
    begin: Callable[[Callable[[], None]], Watch[StateT]],
    teller_for: Callable[[StateT | None], Teller[StateT] | None],
    *,
    first: bool = False,
) -> Response:
    """Begin to watch, and tell what the teller says of it; 204 for a client to which nothing is left to tell.

    A browser that is told so does not connect again. What was taken is given back when the answer is closed.
    """
    with ExitStack() as held:
        place = live.streams.take(kind, first=first)
        held.callback(place.leave)
        watch = begin(place.wake)
        held.callback(watch.leave)
        live.reader.wake.add()
        wait_until_fresh(watch, place.rest)
        teller = teller_for(watch.state)
        if teller is None:
            return Response(status=204)
        response = event_stream(place, watch, teller, _terms(live))
        response.call_on_close(held.pop_all().close)
        return response


def _terms(live: Live) -> Terms:
    principal = current_principal()
    expires_at = principal.expires_at if principal is not None else None
    return Terms(
        heartbeat_seconds=live.heartbeat_seconds,
        ends_at=expires_at.timestamp() if expires_at is not None else None,
        client_left=departure_of_client(request.environ),
    )


def _last_event_id() -> str | None:
    return request.headers.get("Last-Event-ID")
