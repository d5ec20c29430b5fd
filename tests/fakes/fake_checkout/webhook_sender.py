"""A merchant that answers as the test says."""

from fake_checkout.domain.delivery import Notification
from fake_checkout.ports.webhook_sender_port import WebhookSenderPort


class FakeWebhookSender(WebhookSenderPort):
    """Keeps what it was sent; answers are given in turn, then always the last."""

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers) or [200]
        self.sent: list[tuple[Notification, str, str]] = []

    def send(self, notification: Notification, *, request_id: str, signature: str) -> int | None:
        self.sent.append((notification, request_id, signature))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
