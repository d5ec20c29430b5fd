"""The way to the merchant."""

from abc import abstractmethod
from typing import Protocol

from fake_checkout.domain.delivery import Notification


class WebhookSenderPort(Protocol):
    """Sends one attempt of a notification."""

    @abstractmethod
    def send(self, notification: Notification, *, request_id: str, signature: str) -> int | None:
        """Post it, without following redirects; an empty signature or request_id is left out.

        Returns the status of the answer, or None where there was none within 22 seconds.
        """
