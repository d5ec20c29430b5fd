"""GET /openapi.json and /docs: Swagger UI from its package, with nothing from outside the machine.

The document is about all services, and `./run api` generates it; what is served is what was released.
"""

from collections.abc import Callable
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug import Response as WerkzeugResponse

from servicekit.http.auth import anyone
from servicekit.http.documentation import no_api
from servicekit.http.security_headers import content_security_policy

HERE = Path(__file__).parent
LIBRARY = Path(flask_swagger_ui.__file__).parent / "dist"
STATIC = (
    (HERE, "start.js", "text/javascript"),
    (LIBRARY, "swagger-ui.css", "text/css"),
    (LIBRARY, "swagger-ui-bundle.js", "text/javascript"),
)
POLICY = content_security_policy(
    script_src=("'self'",),
    style_src=("'self'", "'unsafe-inline'"),
    img_src=("'self'", "data:"),
    connect_src=("'self'",),
)
"""No script but those files. The library sets styles where it makes elements, and its pictures are inline."""
CACHING = "public, max-age=300"


def docs_blueprint() -> Blueprint:
    """Both of them, read once."""
    blueprint = Blueprint("docs", __name__)
    document = (HERE / "openapi.json").read_bytes()
    page = (HERE / "index.html").read_bytes()

    @blueprint.get("/openapi.json")
    @anyone
    @no_api
    def openapi() -> ResponseReturnValue:
        return _kept(Response(document, mimetype="application/json"))

    @blueprint.get("/docs")
    @anyone
    @no_api
    def index() -> ResponseReturnValue:
        response = _kept(Response(page, mimetype="text/html"))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    for folder, name, mimetype in STATIC:
        blueprint.add_url_rule(
            f"/docs/static/{name}", name.replace(".", "-"), _static((folder / name).read_bytes(), mimetype)
        )
    return blueprint


def _static(content: bytes, mimetype: str) -> Callable[[], ResponseReturnValue]:
    @anyone
    @no_api
    def static() -> ResponseReturnValue:
        return _kept(Response(content, mimetype=mimetype))

    return static


def _kept(response: Response) -> WerkzeugResponse:
    response.headers["Cache-Control"] = CACHING
    response.add_etag()
    return response.make_conditional(request)
