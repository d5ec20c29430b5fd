"""What a process tells of itself over HTTP beside its work, or with no other HTTP of its own."""

from collections.abc import Mapping, Sequence

from flask import Flask

from servicekit.http.auth import TokenVerifier, install_auth
from servicekit.http.health import Check, install_health
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import install_problems
from servicekit.http.request_context import install_request_context
from servicekit.http.security_headers import install_security_headers
from servicekit.observability.surveys import Survey
from servicekit.process.checks import not_stopping, not_stuck
from servicekit.process.loop_metrics import LoopCollector
from servicekit.process.survey_collector import SurveyCollector
from servicekit.worker import Loops


def monitoring_app(
    loops: Loops, checks: Mapping[str, Check], surveys: Sequence[Survey], verifier: TokenVerifier
) -> Flask:
    """Health and metrics of a process with loops.

    It is ready by its checks until it is to end, and alive until a loop is stuck.
    """
    app = Flask("monitoring", static_folder=None)
    install_request_context(app)
    install_security_headers(app)
    install_problems(app)
    install_health(app, {**checks, "running": not_stopping(loops)}, not_stuck(loops))
    install_metrics(app, (LoopCollector(loops), SurveyCollector(surveys)))
    install_auth(app, verifier)
    return app
