"""One operation of the document for each route: what the view declares, and what follows from that."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema
from werkzeug.routing import Rule

from servicekit.http.auth import Policy
from servicekit.http.documentation import Content, Documentation, Refusal
from servicekit.http.idempotency import LONGEST_KEY, is_idempotent
from servicekit.http.problems import STATUS_OF_KIND
from servicekit.http.stores import SLUG
from standalone.api.json_schemas import JsonSchema, Schemas

SUCCESS = {200: "Done.", 201: "Made.", 202: "Taken on.", 204: "Done; nothing to say.", 304: "As you know it."}
NOT_FOUND = Refusal(404, "not-found", "Not Found")
OF_TOKENS = (Refusal(401, "unauthorized", "Unauthorized"),)
OF_ROLES = (Refusal(403, "forbidden", "Forbidden"),)
OF_BODIES = (
    Refusal(400, "malformed-body", "Malformed body"),
    Refusal(413, "request-entity-too-large", "Request Entity Too Large"),
    Refusal(415, "unsupported-media-type", "Unsupported media type"),
)
OF_SCHEMAS = (Refusal(422, "validation-error", "Invalid request"),)
OF_KEYS = (
    Refusal(409, "idempotency-key-in-use", "Idempotency-Key in use"),
    Refusal(422, "invalid-idempotency-key", "Invalid Idempotency-Key"),
    Refusal(422, "idempotency-key-reused", "Idempotency-Key reused"),
)
OF_MATCHES = (Refusal(412, "precondition-failed", "Precondition failed"),)
OF_WRITES = (Refusal(409, "lost-race", "Changed meanwhile"),)
OF_ALL = (Refusal(503, "unavailable", "Service unavailable"),)

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body gets the stored answer again, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that was seen: where it is stale, nothing is changed.",
    "schema": {"type": "string"},
}
LAST_EVENT = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event that was heard: the stream goes on from there.",
    "schema": {"type": "string"},
}
SIGNATURE = {
    "name": "X-Signature",
    "in": "header",
    "description": "The provider's, `ts=...,v1=...`.",
    "schema": {"type": "string"},
}
CONVERTERS: dict[str, JsonSchema] = {
    "uuid": {"type": "string", "format": "uuid"},
    "slug": {"type": "string", "pattern": f"^{SLUG}$"},
    "default": {"type": "string", "minLength": 1},
}
_PLACE = re.compile(r"<(?:(\w+)(?:\((.*?)\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """A route of an application, as its view declares it."""

    rule: Rule
    method: str
    view: Callable[..., Any]
    domain_refusals: tuple[Any, ...]
    """What the application may answer to any request."""

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return _PLACE.sub(r"{\3}", self.rule.rule)

    @property
    def said(self) -> Documentation:
        """What stands beside the view."""
        said: Documentation = self.view.__dict__["documentation"]
        return said

    @property
    def policy(self) -> Policy:
        """Who may call it."""
        policy: Policy = self.view.__dict__["policy"]
        return policy

    @property
    def operation_id(self) -> str:
        """Its name: the blueprint's and the view's."""
        return str(self.rule.endpoint).replace(".", "_")

    @property
    def tag(self) -> str:
        """What it is about."""
        return str(self.rule.endpoint).partition(".")[0]

    @property
    def takes_key(self) -> bool:
        """Whether it honours an Idempotency-Key."""
        return self.said.takes_key or is_idempotent(self.view)


def operation(route: Route, schemas: Schemas) -> JsonSchema:
    """The operation, without examples."""
    said = route.said
    made: JsonSchema = {
        "operationId": route.operation_id,
        "tags": [route.tag],
        "summary": said.summary,
        "security": security(route),
        "parameters": parameters(route, schemas),
    }
    if said.body is not None:
        made["requestBody"] = {"required": said.body_required, "content": _request(said.body, schemas)}
    answers = {str(status): _answer(status, route, schemas) for status in said.answers}
    made["responses"] = dict(sorted({**_refusals(route), **answers}.items()))
    return made


def security(route: Route) -> list[JsonSchema]:
    """What has to be shown: one of these."""
    if route.policy.signed:
        return [{"signature": []}]
    if route.policy.roles is not None:
        return [{"bearer": [role]} for role in sorted(route.policy.roles)]
    return [{}, *({"bearer": [role]} for role in route.said.also_for)]


def parameters(route: Route, schemas: Schemas) -> list[JsonSchema]:
    """Of path, query and headers."""
    said = route.said
    made = [_in_path(place, said.path, schemas) for place in _PLACE.findall(route.rule.rule)]
    if said.query is not None:
        for name, field in said.query.fields.items():
            schema = schemas.of_field(field)
            about = {"description": text} if (text := schema.pop("description", None)) else {}
            made.append({"name": field.data_key or name, "in": "query", **about, "schema": schema})
    headers = ((route.takes_key, KEY), (said.takes_match, MATCH), (said.event_stream, LAST_EVENT))
    return made + [header for taken, header in (*headers, (route.policy.signed, SIGNATURE)) if taken]


def refusals(route: Route) -> Iterable[Any]:
    """Every problem that it can answer: its own, and those of what it takes and asks for."""
    said = route.said
    schema_checked = isinstance(said.body, Schema) or said.query is not None or said.path is not None
    groups = (
        (True, said.problems),
        (True, route.domain_refusals),
        (True, OF_TOKENS),
        (route.policy.roles is not None, OF_ROLES),
        ("<" in route.rule.rule, (NOT_FOUND,)),
        (said.body is not None, OF_BODIES),
        (schema_checked, OF_SCHEMAS),
        (route.takes_key, OF_KEYS),
        (said.takes_match, OF_MATCHES),
        (route.method != "GET", OF_WRITES),
        (True, OF_ALL),
    )
    return [one for applies, group in groups if applies for one in group]


def status_of(problem: Any) -> int:
    """The status of a refusal, or of a domain error's kind."""
    return problem.status if isinstance(problem, Refusal) else STATUS_OF_KIND[problem.kind]


def _refusals(route: Route) -> dict[str, JsonSchema]:
    by_status: dict[int, dict[str, str]] = {}
    for problem in refusals(route):
        by_status.setdefault(status_of(problem), {})[problem.slug] = problem.title
    return {str(status): _problem(status, titles) for status, titles in by_status.items()}


def _problem(status: int, titles: dict[str, str]) -> JsonSchema:
    schema = {
        "$ref": "#/components/schemas/Problem",
        "properties": {"type": {"enum": [f"/problems/{slug}" for slug in titles]}},
    }
    made: JsonSchema = {
        "description": "; ".join(titles.values()) + ".",
        "content": {"application/problem+json": {"schema": schema}},
    }
    header = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}.get(status)
    if header is not None:
        made["headers"] = {header: {"$ref": f"#/components/headers/{header}"}}
    return made


def _answer(status: int, route: Route, schemas: Schemas) -> JsonSchema:
    kind = route.said.answers[status]
    names = list(route.said.headers) + (["Idempotency-Replayed"] if route.takes_key else [])
    made: JsonSchema = {"description": SUCCESS.get(status, "Not all is well.")}
    if names:
        made["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    if isinstance(kind, Content):
        made["content"] = {media_type: {} for media_type in kind.media_types}
    elif kind is not None:
        made["content"] = {"application/json": {"schema": schemas.of_type(kind)}}
    return made


def _request(body: Schema | Content, schemas: Schemas) -> JsonSchema:
    if isinstance(body, Content):
        return {media_type: {} for media_type in body.media_types}
    return {"application/json": {"schema": schemas.of_schema(body)}}


def _in_path(place: tuple[str, str, str], schema: Schema | None, schemas: Schemas) -> JsonSchema:
    converter, arguments, name = place
    if schema is not None and name in schema.fields:
        made = schemas.of_field(schema.fields[name])
    elif converter == "any":
        made = {"enum": [word.strip() for word in arguments.split(",")]}
    else:
        made = CONVERTERS.get(converter, CONVERTERS["default"])
    return {"name": name, "in": "path", "required": True, "schema": made}
