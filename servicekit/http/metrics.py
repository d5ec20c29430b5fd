"""GET /metrics: for whoever watches over the processes, inside the network; never through the gateway."""

from collections.abc import Sequence

from flask import Blueprint, Flask, Response
from prometheus_client.registry import Collector

from servicekit.http.auth import anyone
from servicekit.http.documentation import no_api
from servicekit.observability.metrics import CONTENT_TYPE, exposition


def install_metrics(app: Flask, collectors: Sequence[Collector] = ()) -> None:
    """Serve what the process has counted, and what the collectors find when they are asked."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    @anyone
    @no_api
    def metrics() -> Response:
        return Response(exposition(collectors), content_type=CONTENT_TYPE)

    app.register_blueprint(blueprint)
