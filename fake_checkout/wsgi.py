"""The emulator in a process of its own: `gunicorn --threads 16 fake_checkout.wsgi:application`.

It is served below /fake-checkout, as behind the gateway, and also without that prefix.
"""

import atexit
import os
import signal
from typing import TYPE_CHECKING

from fake_checkout.bootstrap import MIGRATIONS, build
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.entrypoints.rest.prefix import below_prefix
from fake_checkout.settings import Settings
from servicekit.database.migrations import upgrade
from servicekit.observability.logs import configure_logs
from servicekit.settings import load
from servicekit.worker import Loops

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def start() -> "WSGIApplication":
    """Migrate, start the loops, make the application. Gunicorn comes here in its worker, after the fork."""
    configure_logs()
    container = build(load(Settings, os.environ))
    upgrade(container.database, MIGRATIONS)
    loops = Loops(container.loops)
    loops.start(on_death=lambda: os.kill(os.getpid(), signal.SIGTERM))
    atexit.register(loops.stop)
    return below_prefix(create_app(container))


application = start()
