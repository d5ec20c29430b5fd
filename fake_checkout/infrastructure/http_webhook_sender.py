"""Webhooks over HTTP, as Mercado Pago sends them."""

import json
import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
import structlog

from fake_checkout.domain.delivery import Notification
from fake_checkout.domain.provider_time import written_time
from fake_checkout.ports.webhook_sender_port import WebhookSenderPort

TIMEOUT_SECONDS = 22.0
"""How long Mercado Pago waits for an answer."""

log = structlog.get_logger(__name__)


class HttpWebhookSender(WebhookSenderPort):
    """Posts to the merchant; the answer's body does not matter and is not read.

    `live_accounts`: the numbers of those whose credentials are not for tests.
    """

    def __init__(self, timeout: float = TIMEOUT_SECONDS, live_accounts: frozenset[int] = frozenset()) -> None:
        self._timeout = timeout
        self._live_accounts = live_accounts

    def send(self, notification: Notification, *, request_id: str, signature: str) -> int | None:
        """Post it, without following redirects; an empty signature or request_id is left out.

        Returns the status of the answer, or None where there was none within 22 seconds.
        """
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "restclient-node/4.15.3",
            "X-Rest-Pool-Name": "/services/webhooks.js",
            "X-Retry": str(notification.attempt),
            "Traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
            "X-Socket-Timeout": str(int(TIMEOUT_SECONDS * 1000)),
        }
        own = {"X-Request-Id": request_id, "X-Signature": signature}
        headers |= {name: value for name, value in own.items() if value}
        try:
            with requests.Session() as session:
                # Neither a proxy nor a .netrc of this machine is the merchant's business.
                session.trust_env = False
                with session.post(
                    address(notification),
                    data=body(notification, is_live=notification.user_id in self._live_accounts),
                    headers=headers,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    return answer.status_code
        except (requests.RequestException, ValueError) as error:
            log.info("webhook_unanswered", payment_id=notification.payment_id, why=repr(error))
            return None


def address(notification: Notification) -> str:
    """The merchant's URL with the query that tells what this is about."""
    parts = urlsplit(notification.url)
    number = notification.payment_id
    told = urlencode(
        {"topic": "payment", "id": number}
        if notification.style == "ipn"
        else {"data.id": number, "type": "payment"}
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{told}" if parts.query else told))


def body(notification: Notification, *, is_live: bool = False) -> bytes:
    """What it is about; never the amount or the status."""
    if notification.style == "ipn":
        return json.dumps({"resource": str(notification.payment_id), "topic": "payment"}).encode()
    return json.dumps(
        {
            "id": notification.id,
            "live_mode": is_live,
            "type": "payment",
            "date_created": written_time(notification.created_at),
            "user_id": notification.user_id,
            "api_version": "v1",
            "action": notification.action,
            "data": {"id": str(notification.payment_id)},
        }
    ).encode()
