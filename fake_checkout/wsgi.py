"""The emulator in a process of its own: `gunicorn --threads 16 fake_checkout.wsgi:application`.

It is served below /fake-checkout, as behind the gateway, and also without that prefix.
"""

import atexit
import os
import signal
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fake_checkout.bootstrap import MIGRATIONS, build
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.settings import Settings
from servicekit.database.migrations import upgrade
from servicekit.observability.logs import configure_logs
from servicekit.settings import load
from servicekit.worker import Loops

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/fake-checkout"


def below_prefix(application: "WSGIApplication") -> "WSGIApplication":
    """The application, for requests with the prefix in their path and for those without."""

    def mounted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            prefix = {
                "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + PREFIX,
                "PATH_INFO": path[len(PREFIX) :],
            }
            return application({**environ, **prefix}, start_response)
        return application(environ, start_response)

    return mounted


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
