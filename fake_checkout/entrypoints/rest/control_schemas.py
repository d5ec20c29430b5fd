"""What testers send."""

from marshmallow import INCLUDE, Schema, fields, validate

from fake_checkout.domain.status import Status
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString

FURTHEST_SECONDS = 10 * 366 * 24 * 3600


class ApproveSchema(StrictSchema):
    """`force`: pay even what has already ended without money."""

    force = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class RejectSchema(StrictSchema):
    """Why the bank refuses."""

    status_detail = StrictString(longest=64, load_default="rejected_by_bank")


class ChargeBackSchema(StrictSchema):
    """How far the case has come."""

    status_detail = StrictString(longest=64, load_default="in_process")


class ExpireSchema(StrictSchema):
    """Nothing to say."""


class StatusSchema(StrictSchema):
    """How a payment is to stand."""

    status = fields.String(required=True, validate=validate.OneOf([one.value for one in Status]))
    status_detail = StrictString(longest=64, load_default=None)


class RefundSchema(StrictSchema):
    """What comes of a refund that is under way."""

    status = fields.String(required=True, validate=validate.OneOf(["approved", "rejected", "cancelled"]))


class FaultsSchema(StrictSchema):
    """The rules are checked where they are understood."""

    seed = StrictInteger(load_default=0, validate=validate.Range(-(2**53), 2**53))
    rules = fields.List(fields.Dict(keys=fields.String()), required=True, validate=validate.Length(max=200))


class SwitchesSchema(Schema):
    """The switches to turn, each with its position; they are checked where they are understood."""

    class Meta:
        """Marshmallow reads this."""

        unknown = INCLUDE


class ClockSchema(StrictSchema):
    """Seconds from the real time; negative is the past."""

    offset_seconds = StrictInteger(
        required=True, validate=validate.Range(-FURTHEST_SECONDS, FURTHEST_SECONDS)
    )
