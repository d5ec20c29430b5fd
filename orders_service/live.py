"""The live process, `python -m orders_service.live`: it holds the streams of server-sent events, and no more.

The rows are the truth. What is written elsewhere it learns by PostgreSQL's notices, and by looking every now
and then.
"""

from gevent import monkey

monkey.patch_all()  # before anything else is imported: what has its lock or its select by then keeps it

import os
import sys
from collections.abc import Mapping

from orders_service.bootstrap import Container, from_environment
from orders_service.entrypoints.live.app import create_live_app
from orders_service.entrypoints.live.live import Live, LiveTerms, make_live
from orders_service.infrastructure.database import CHANNEL
from servicekit.database.commits import Commits
from servicekit.database.notices import Listener
from servicekit.observability.logs import configure_logs
from servicekit.process.stream_server import serve_streams
from servicekit.worker import Loop, Loops

REST_SECONDS = 0.5
LISTEN_SECONDS = 1.0


def live_of(container: Container) -> Live:
    """The streams, woken by notices."""
    settings = container.settings
    terms = LiveTerms(
        streams=settings.live_streams,
        heartbeat_seconds=settings.live_heartbeat_seconds,
        wake=Commits(),
        poll_seconds=settings.live_poll_seconds,
    )
    return make_live(container.usecases, container.public_url, terms)


def loops_of(container: Container, live: Live) -> Loops:
    """Everything that the process repeats. Where no notices are sent, nobody listens for them."""
    loops = [Loop("orders-live", live.reader.step, interval=REST_SECONDS, wake=live.reader.wake)]
    if container.settings.live_notify and container.database.dialect == "postgresql":
        listener = Listener(container.database, CHANNEL)

        def listen() -> int:
            for words in listener.listen(LISTEN_SECONDS):
                live.reader.hint(words)
            return 0

        loops.append(Loop("orders-listen", listen, interval=0))
    return Loops(loops)


def main(environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died."""
    configure_logs()
    container = from_environment(environ)
    container.refuse_guests()
    settings = container.settings
    live = live_of(container)
    loops = loops_of(container, live)
    application = create_live_app(container, live, loops)
    return serve_streams(application, loops, (settings.live_host, settings.live_port), settings.live_streams)


if __name__ == "__main__":
    sys.exit(main(os.environ))
