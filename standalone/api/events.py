"""The AsyncAPI document of the events, from their schemas: https://www.asyncapi.com/docs/reference/specification/v3.0.0.

An event's schema, in docs/events, says what is in its data. What is around that is the same for all: the
envelope (CloudEvents 1.0), one exchange, whose routing key is the event's type, and a queue for each reader.
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from orders_service.worker import TOPOLOGY
from servicekit.messaging.envelope import CONTENT_TYPE, MAX_BYTES, MAX_LENGTHS, OPTIONAL_TEXTS
from servicekit.messaging.rabbitmq_topology import DELIVERY_LIMIT
from standalone.api.json_schemas import JsonSchema

SOURCES = {"order": "/orders", "payment": "/payments"}
SPEAKERS = {"order": "orders_service", "payment": "payment_service"}
READERS = {"comanda.payment": "payment_service", "comanda.orders": "orders_service"}
MEANINGS = {
    "id": "The event, for good: whoever has had it passes it over.",
    "type": "What happened, and the version of its schema; also the routing key.",
    "source": "Who says it.",
    "subject": "The order that it is about.",
    "store": "The slug of the store that it is of.",
    "dataschema": "The schema of the data.",
    "causationid": "The event that led to this one.",
    "traceparent": "W3C Trace Context: the request that it all began with.",
    "requestid": "That request's X-Request-ID.",
}
DESCRIPTION = f"""\
What orders_service and payment_service tell each other.

Delivery is at least once and in any order.
Readers know events by their ids, and what is older than what they know by its `sequence`.
A message is at most {MAX_BYTES // 1024} KiB.
One that no reader can understand is parked for a person.
One that was delivered {DELIVERY_LIMIT} times to workers that died goes to `{TOPOLOGY.exchange}.dead`.
A change that would break a reader is a new version of the event, with a schema and a routing key of its own.
"""


def schemas_of(folder: Path) -> dict[str, JsonSchema]:
    """The schemas of the events' data, by type."""
    paths = sorted(folder.glob("*.schema.json"))
    return {path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8")) for path in paths}


def asyncapi(schemas: Mapping[str, JsonSchema], examples: Mapping[str, Any]) -> JsonSchema:
    """The document."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Comanda: events", "version": "1", "description": DESCRIPTION},
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "broker": {
                "host": "rabbitmq:5672",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "RabbitMQ. The embedded run has none: there, events go from outbox to inbox.",
            }
        },
        "channels": {
            **{event: _routing_key(event) for event in schemas},
            **{queue: _queue(queue, schemas) for queue in TOPOLOGY.queues},
        },
        "operations": {
            **{f"say.{event}": _says(event) for event in schemas},
            **{f"hear.{queue}": _hears(queue, schemas) for queue in TOPOLOGY.queues},
        },
        "components": {
            "messages": {event: _message(event, schemas[event], examples) for event in schemas},
            "schemas": {
                "Envelope": _envelope(),
                **{event: _data(schema) for event, schema in schemas.items()},
            },
        },
    }


def speaker_of(event: str) -> str:
    """The service that says it."""
    return SPEAKERS[_topic(event)]


def readers_of(event: str) -> list[str]:
    """The services that hear it."""
    return [READERS[queue] for queue, pattern in TOPOLOGY.queues.items() if _leads(pattern, event)]


def _topic(event: str) -> str:
    return event.partition(".")[0]


def _leads(pattern: str, event: str) -> bool:
    """Whether the binding leads the event there; `#` is all there is, and the only one that is used."""
    return fnmatchcase(event, pattern.replace("#", "*"))


def _routing_key(event: str) -> JsonSchema:
    exchange = {"name": TOPOLOGY.exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": event,
        "messages": {event: {"$ref": f"#/components/messages/{event}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange}},
    }


def _queue(queue: str, schemas: Mapping[str, JsonSchema]) -> JsonSchema:
    heard = [event for event in schemas if _leads(TOPOLOGY.queues[queue], event)]
    return {
        "address": queue,
        "description": f"Bound to {TOPOLOGY.exchange} by {TOPOLOGY.queues[queue]}.",
        "messages": {event: {"$ref": f"#/components/messages/{event}"} for event in heard},
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": queue, "durable": True, "exclusive": False, "autoDelete": False},
            }
        },
    }


def _says(event: str) -> JsonSchema:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{event}"},
        "summary": f"{speaker_of(event)} says so.",
        "tags": [{"name": speaker_of(event)}],
        "messages": [{"$ref": f"#/channels/{event}/messages/{event}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True}},
    }


def _hears(queue: str, schemas: Mapping[str, JsonSchema]) -> JsonSchema:
    heard = [event for event in schemas if _leads(TOPOLOGY.queues[queue], event)]
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{queue}"},
        "summary": f"{READERS[queue]} hears of it.",
        "tags": [{"name": READERS[queue]}],
        "messages": [{"$ref": f"#/channels/{queue}/messages/{event}"} for event in heard],
        "bindings": {"amqp": {"ack": True}},
    }


def _message(event: str, schema: JsonSchema, examples: Mapping[str, Any]) -> JsonSchema:
    return {
        "name": event,
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event},
                        "source": {"const": SOURCES[_topic(event)]},
                        "dataschema": {"const": schema["$id"]},
                        "data": {"$ref": f"#/components/schemas/{event}"},
                    },
                },
            ]
        },
        **({"examples": [{"payload": examples[event]}]} if event in examples else {}),
    }


def _envelope() -> JsonSchema:
    texts = {
        name: {"type": "string", "minLength": 1, "maxLength": longest, "description": MEANINGS[name]}
        for name, longest in MAX_LENGTHS.items()
    }
    required = [name for name in texts if name not in OPTIONAL_TEXTS]
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in its JSON form, with the extensions that the services agreed on.",
        "properties": {
            "specversion": {"const": "1.0"},
            **texts,
            "time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
            "sequence": {
                "type": "integer",
                "minimum": 0,
                "maximum": 2**31 - 1,
                "description": "The version of the order, or of the charge, that spoke.",
            },
            "datacontenttype": {"const": "application/json"},
            "data": {"type": "object"},
        },
        "required": ["specversion", *required, "time", "sequence", "data"],
    }


def _data(schema: JsonSchema) -> JsonSchema:
    """Without what names the file; all else is also JSON Schema draft 7, which AsyncAPI has."""
    return {name: value for name, value in schema.items() if name not in {"$schema", "$id"}}
