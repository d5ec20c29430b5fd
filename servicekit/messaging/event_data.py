"""Reading an event's data: no more of it than a reader needs, and blind to the rest."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from servicekit.messaging.envelope import Envelope, Unintelligible


class EventData(Schema):
    """What a reader knows of an event; members that it does not name are passed over."""

    class Meta:
        """Marshmallow reads this."""

        unknown = EXCLUDE


class Instant(fields.AwareDateTime):
    """An instant of any zone, read in UTC; near the ends of time some zones have instants that UTC lacks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **options)
        try:
            return instant.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error


def read_data(schema: Schema, envelope: Envelope) -> dict[str, Any]:
    """The event's data. Raises Unintelligible: waiting will not make it any clearer."""
    try:
        loaded: dict[str, Any] = schema.load(envelope.data)
    except ValidationError as error:
        raise Unintelligible(f"{envelope.type}: {error.messages}") from error
    return loaded
