"""The OpenAPI document of the whole, at one address: https://spec.openapis.org/oas/v3.1.1.html.

Merged from the applications as the gateway merges them. The provider's stand-in is not ours to describe: its
paths are Mercado Pago's.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from orders_service.domain.store_errors import StoreNotFound
from servicekit.http.stores import SLUG
from standalone.api.examples import Examples
from standalone.api.json_schemas import JsonSchema, Schemas
from standalone.api.operations import Route, operation

BELOW_STORES = "/stores/<slug:store>"
TITLE = "Comanda"
INTRODUCTION = """\
Ordering in restaurants: menu, carts, orders, kitchen, payments.

Every path that can be of a store exists twice: as it stands, for the default store, and below
`/stores/{store}`. They are described once: choose the server.

Every answer carries `X-Request-ID` and `traceparent`, taken from the request or made.
Errors are problem documents (RFC 9457), whose `type` says which rule was broken; an address that is not
there is 404, and a verb that it does not know 405.
Times are in UTC; amounts are texts in reais with two places; requests may also give them as JSON numbers.
"""
TAGS = {
    "catalogue": "The menu, for anyone.",
    "carts": "Carts, for whoever knows their id.",
    "orders": "Orders, for whoever knows their id.",
    "live": "What happens, as it happens: server-sent events.",
    "payments": "Attempts to pay, for whoever knows the payment's or the order's id.",
    "clients": "Clients: to register and to be greeted.",
    "board": "The board over the counter.",
    "staff": "Orders, for the people who work in the store.",
    "products": "The menu, for the manager who keeps it.",
    "images": "Pictures of products.",
    "stock": "The stock, for the staff.",
    "promotions": "Promotions, for the manager who makes them.",
    "refunds": "Giving money back.",
    "account": "Where a store is paid.",
    "stores": "The stores themselves.",
    "team": "Who works in a store.",
    "auth": "Signing in.",
    "webhook": "What the provider tells.",
    "health": "How the system is.",
}
SERVERS = [
    {"url": "/", "description": "The default store."},
    {
        "url": "/stores/{store}",
        "description": "A store by its slug.",
        "variables": {"store": {"default": "default", "description": f"As {SLUG} has it."}},
    },
]
PROBLEM: JsonSchema = {
    "type": "object",
    "description": "An error (RFC 9457). Some have members of their own, such as `errors` by field.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Which error, for good."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The path that was asked for."},
    },
    "required": ["type", "title", "status", "detail", "instance"],
}
HEADERS: dict[str, JsonSchema] = {
    "Location": {"description": "Where it is.", "schema": {"type": "string", "format": "uri-reference"}},
    "ETag": {"description": "Its version, for If-Match.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long it may be kept.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "How to show who you are.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "There where the answer is a stored one.",
        "schema": {"const": "true"},
    },
}
SECURITY: dict[str, JsonSchema] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of POST /auth/token. A requirement names the role that it needs to have.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Signature",
        "description": "The provider's, over what the notice is about and when it was sent.",
    },
}


class Undocumented(Exception):
    """A route says neither what it does nor that it is no API."""


def routes(app: Flask, domain_refusals: tuple[Any, ...] = ()) -> Iterator[Route]:
    """Each route of an application once, and without what is no API. Raises Undocumented."""
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "documentation" not in view.__dict__:
            raise Undocumented(rule.rule)
        is_again = rule.rule.startswith(BELOW_STORES + "/")
        if is_again or view.__dict__["documentation"] is None:
            continue
        refusals = domain_refusals if BELOW_STORES + rule.rule in rules else ()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule, method, view, refusals)


def openapi(orders: Flask, payments: Flask, examples: Examples) -> JsonSchema:
    """The document. Raises Undescribed, and Undocumented for a route that says nothing of itself."""
    schemas = Schemas()
    schemas.named["Problem"] = PROBLEM
    paths: dict[str, JsonSchema] = {}
    for app, refusals in ((orders, (StoreNotFound,)), (payments, ())):
        below_stores = {rule.rule for rule in app.url_map.iter_rules()}
        for route in routes(app, refusals):
            if app is payments and route.tag == "health":
                continue  # at the one address, one of them speaks for all
            path = paths.setdefault(route.path, {})
            if BELOW_STORES + route.rule.rule not in below_stores:
                path["servers"] = [SERVERS[0]]
            path[route.method.lower()] = examples.added_to(operation(route, schemas))
    return _sharing_responses(
        {
            "openapi": "3.1.0",
            "info": {"title": TITLE, "version": "1", "summary": "Ordering.", "description": INTRODUCTION},
            "servers": SERVERS,
            "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
            "paths": {path: _by_verb(paths[path]) for path in sorted(paths)},
            "components": {
                "schemas": dict(sorted(schemas.named.items())),
                "headers": HEADERS,
                "securitySchemes": SECURITY,
                "examples": examples.of_problems(),
            },
        }
    )


def written(document: Mapping[str, Any]) -> str:
    """As it is kept."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _by_verb(path: JsonSchema) -> JsonSchema:
    return {name: path[name] for name in ("servers", "get", "post", "put", "patch", "delete") if name in path}


def _sharing_responses(document: JsonSchema) -> JsonSchema:
    """Problems that many routes answer are said once."""
    every = [
        responses
        for path in document["paths"].values()
        for verb, one in path.items()
        if verb != "servers"
        for responses in [one["responses"]]
    ]
    times = Counter(json.dumps(response) for responses in every for response in responses.values())
    shared: dict[str, JsonSchema] = {}
    for responses in every:
        for status, response in responses.items():
            if times[json.dumps(response)] > 1 and "application/problem+json" in response.get("content", {}):
                kinds = response["content"]["application/problem+json"]["schema"]["properties"]["type"]
                name = ".".join([status, *(kind.removeprefix("/problems/") for kind in kinds["enum"])])
                shared[name] = response
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    document["components"]["responses"] = dict(sorted(shared.items()))
    return document
