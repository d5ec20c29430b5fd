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
from orders_service.entrypoints.live.live import Live, LiveTerms, live_loops, make_live
from orders_service.infrastructure.database import CHANNEL
from servicekit.database.commits import Commits
from servicekit.database.notices import Listener
from servicekit.observability.logs import configure_logs
from servicekit.process.stream_server import serve_streams
from servicekit.worker import Loops


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
    notified = container.settings.live_notify and container.database.dialect == "postgresql"
    return Loops(live_loops(live, Listener(container.database, CHANNEL) if notified else None))


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
