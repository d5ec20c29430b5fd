"""Health: `live` is the process, `ready` is what it depends on, named."""

from collections.abc import Callable, Mapping
from typing import Annotated, TypedDict

import structlog
from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from servicekit.http.auth import anyone
from servicekit.http.documentation import Words, documented
from servicekit.http.draining import is_draining

Check = Callable[[], None]
"""Returns when all is well; raises what is wrong: Degraded, where the process is of use all the same."""


class AliveJson(TypedDict):
    """How the process is."""

    status: Annotated[str, Words(enum=("ok", "unavailable"))]


class HealthJson(TypedDict):
    """How what it depends on is."""

    status: Annotated[str, Words(enum=("ok", "degraded", "unavailable"))]
    checks: Annotated[dict[str, str], "By name: ok, degraded or failed."]


class Degraded(Exception):
    """Something is away that only a part of the work needs."""


log = structlog.get_logger(__name__)


def _alive() -> None:
    """A process that answers lives."""


def install_health(app: Flask, checks: Mapping[str, Check], alive: Check = _alive) -> None:
    """Serve /health/live, /health/ready and /health. What fails `alive`, only a new process can mend.

    A process that was asked to end is not ready, whatever the checks say.
    """
    blueprint = Blueprint("health", __name__, url_prefix="/health")

    @blueprint.get("/live")
    @anyone
    @documented("Whether the process lives", answers={200: AliveJson, 503: AliveJson})
    def live() -> ResponseReturnValue:
        well = _run("alive", alive) == "ok"
        return jsonify(status="ok" if well else "unavailable"), 200 if well else 503

    @blueprint.get("/ready")
    @anyone
    @documented("Whether it can do its work", answers={200: HealthJson, 503: HealthJson})
    def ready() -> ResponseReturnValue:
        results = {"running": "failed"} if is_draining() else run_checks(checks)
        status = _status_of(results)
        return jsonify(status=status, checks=results), 503 if status == "unavailable" else 200

    blueprint.add_url_rule("", "health", ready, strict_slashes=False)
    app.register_blueprint(blueprint)


def run_checks(checks: Mapping[str, Check]) -> dict[str, str]:
    """What each check says: "ok", "degraded" or "failed". Why goes to the log, since it may name hosts."""
    return {name: _run(name, check) for name, check in checks.items()}


def _status_of(results: Mapping[str, str]) -> str:
    if "failed" in results.values():
        return "unavailable"
    return "degraded" if "degraded" in results.values() else "ok"


def _run(name: str, check: Check) -> str:
    try:
        check()
    except Degraded as error:
        log.warning("check_degraded", check=name, why=repr(error.__cause__ or error))
        return "degraded"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is the same
        log.warning("check_failed", check=name, why=repr(error))
        return "failed"
    return "ok"
