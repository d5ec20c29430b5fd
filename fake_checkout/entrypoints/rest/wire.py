"""JSON as it comes in: amounts exact, nothing that cannot be kept."""

import json
import math
import re
from decimal import Decimal
from typing import Any, NoReturn

from flask import Response

from fake_checkout.entrypoints.rest.provider_errors import Refused

PARAMS_ERROR = 1
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object. Numbers with a fraction are Decimals."""
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant)
        _require_keepable(body)
    except (ValueError, RecursionError) as error:
        raise Refused(PARAMS_ERROR, "The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refused(PARAMS_ERROR, "Params Error: the request body must be an object")
    return body


def plain_numbers(value: Any) -> Any:
    """The value with Decimals as JSON numbers, to be kept and told again."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain_numbers(member) for member in value]
    return value


def canonical(body: dict[str, Any]) -> str:
    """The same text for the same body, however its members were ordered or spaced."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)


def json_answer(body: Any, status: int = 200) -> Response:
    """A body as JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def number(centavos: int) -> float | int:
    """An amount in reais as a JSON number; the nearest binary fraction is written with its two places."""
    return centavos // 100 if centavos % 100 == 0 else centavos / 100


def _require_keepable(value: Any) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            _require_keepable(name)
            _require_keepable(member)
    elif isinstance(value, list):
        for member in value:
            _require_keepable(member)
    elif isinstance(value, Decimal) and not math.isfinite(float(value)):
        message = "no number can be as large"
        raise ValueError(message)
    elif isinstance(value, str) and _UNKEEPABLE.search(value):
        message = "NUL and lone surrogates are no text"
        raise ValueError(message)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)
