"""The provider's notices."""

import json
from typing import TypedDict

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from payment_service.domain.errors import UntrustedNotification
from payment_service.domain.webhook_signature import SignedNotice
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.receive_notification_usecase import ReceiveNotification
from servicekit.http.auth import signed_by_sender
from servicekit.http.documentation import Content, Refusal, documented
from servicekit.http.problems import Problem
from servicekit.http.stores import current_store

TOPICS = frozenset(
    {"payment", "order", "merchant_order", "topic_chargebacks_wh", "topic_claims_integration_wh"}
)
OTHER_TOPIC = "other"

NOTICE = Content(("application/json",))
"""Whatever it says; only what its signature covers counts."""


class ReceivedJson(TypedDict):
    """It was signed by the provider; `new` unless it has been heard before."""

    received: bool
    new: bool


log = structlog.get_logger(__name__)


def webhook_blueprint(usecases: UseCases) -> Blueprint:
    """Where the provider speaks to us: it is answered at once, and asked later what is true."""
    blueprint = Blueprint("webhook", __name__)

    @blueprint.post("/payments/webhook")
    @signed_by_sender
    @documented(
        "Hear the provider's notice",
        answers={200: ReceivedJson},
        body=NOTICE,
        body_required=False,
        problems=(Refusal(401, "untrusted-notification", "Untrusted notification"),),
    )
    def receive() -> ResponseReturnValue:
        try:
            is_new = usecases.receive_notification.execute(_notice())
        except UntrustedNotification as error:
            log.warning("untrusted_notification", why=str(error))
            # One answer for all of them: who guesses learns nothing.
            detail = "This is not a notice that the provider has just signed."
            raise Problem(401, "untrusted-notification", "Untrusted notification", detail) from error
        return {"received": True, "new": is_new}

    return blueprint


def _notice() -> ReceiveNotification:
    """What came, as it came: nothing of the body is believed but what it is about."""
    resource_ids = request.args.getlist("data.id")
    body = request.get_data(cache=True)
    return ReceiveNotification(
        store=current_store(),
        notice=SignedNotice(
            resource_id=resource_ids[0] if len(resource_ids) == 1 else "",
            signatures=tuple(request.headers.getlist("X-Signature")),
            request_ids=tuple(request.headers.getlist("X-Request-Id")),
            body=body,
        ),
        topic=_topic(body),
    )


def _topic(body: bytes) -> str:
    """What the notice is about: the query says it, and the body where it does not."""
    topic = request.args.get("type")
    if topic is None:
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            told = None
        topic = told.get("type") if isinstance(told, dict) else None
    return topic if isinstance(topic, str) and topic in TOPICS else OTHER_TOPIC
