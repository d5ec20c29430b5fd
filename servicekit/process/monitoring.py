"""What a process tells of itself over HTTP beside its work, or with no other HTTP of its own."""

from collections.abc import Mapping

from flask import Flask

from servicekit.http.auth import TokenVerifier, install_auth
from servicekit.http.health import Check, install_health
from servicekit.http.problems import install_problems
from servicekit.http.request_context import install_request_context
from servicekit.process.checks import not_stopping, not_stuck
from servicekit.worker import Loops


def monitoring_app(loops: Loops, checks: Mapping[str, Check], verifier: TokenVerifier) -> Flask:
    """Health of a process with loops: ready by its checks until it is to end, alive until a loop is stuck."""
    app = Flask("monitoring", static_folder=None)
    install_request_context(app)
    install_problems(app)
    install_health(app, {**checks, "running": not_stopping(loops)}, not_stuck(loops))
    install_auth(app, verifier)
    return app
