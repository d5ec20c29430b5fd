"""The script for browsers at the path that the provider's has, and the frames that it opens.

It has what is documented of the provider's (https://github.com/mercadopago/sdk-js): secure fields, a token of
what was typed in them, and installments. A number is typed in a frame of ours and told to nobody but our API.
"""

from pathlib import Path

from flask import Blueprint, Response

from servicekit.http.security_headers import content_security_policy
from servicekit.http.static_files import StaticFiles

FILES = Path(__file__).parent / "static"
OWN = ("'self'",)
FIELD_POLICY = content_security_policy(script_src=OWN, style_src=OWN, connect_src=OWN, frame_ancestors=("*",))
"""Any shop may frame a field, as with the provider's."""


def sdk_blueprint() -> Blueprint:
    """Script and frames."""
    blueprint = Blueprint("sdk", __name__)
    files = StaticFiles(FILES)

    @blueprint.get("/js/v2")
    def script() -> Response:
        return files.answer("sdk.js")

    @blueprint.get("/js/v2/field")
    def field() -> Response:
        page = files.answer("field.html")
        page.headers["Content-Security-Policy"] = FIELD_POLICY
        return page

    @blueprint.get("/js/v2/<file>")
    def field_file(file: str) -> Response:
        return files.answer(file)

    return blueprint
