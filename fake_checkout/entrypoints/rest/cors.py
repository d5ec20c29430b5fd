"""What a page of another origin may call: it sends cards straight to the provider, past the merchant."""

from flask import Blueprint, Response, request

FOR_BROWSERS = ("/v1/card_tokens", "/v1/payment_methods", "/v1/identification_types")
"""A public key is enough for these."""
SECONDS_OF_A_DAY = 86_400


def install_cors(blueprint: Blueprint) -> None:
    """Let any page call them; before anything else, since a browser asks without credentials."""
    blueprint.before_request(_answer_browser)
    blueprint.after_request(_allow)


def is_for_browsers() -> bool:
    """Whether this call is one of them."""
    return any(request.path == path or request.path.startswith(f"{path}/") for path in FOR_BROWSERS)


def _answer_browser() -> Response | None:
    if request.method != "OPTIONS" or not is_for_browsers():
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    wanted = request.headers.get("Access-Control-Request-Headers", "Content-Type")
    response.headers["Access-Control-Allow-Headers"] = wanted
    response.headers["Access-Control-Max-Age"] = str(SECONDS_OF_A_DAY)
    return response


def _allow(response: Response) -> Response:
    if is_for_browsers():
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "X-Request-ID, Retry-After"
    return response
