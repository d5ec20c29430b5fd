"""One customer with a story, who does not give up when the restaurant, or the bank, does not answer."""

import random
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import requests

from tests.storm.troubles import Troubles

PATIENCE_SECONDS = 90
"""How long one question is repeated that nobody answers."""
ANSWER_SECONDS = 10
Answer = dict[str, Any]
End = tuple[str, str | None]
"""An order's status, and why it was cancelled."""
EXPIRED: End = ("CANCELLED", "expired")
SHORT = {"/problems/insufficient-stock", "/problems/held-by-unpaid-orders"}
"""Why a crowd that wants everything may be told to do without."""


class Story(StrEnum):
    """What a customer is about to do."""

    LEAVE = "leaves without paying"
    PAY = "pays"
    EAT = "pays, and the kitchen cooks"
    CANCEL = "cancels before paying"
    REGRET = "pays, then cancels"
    FAIL = "is refused by the bank, twice"


class NoAnswer(Exception):
    """For a long time, nobody answered."""


class Line:
    """How one customer speaks to the system: on and on, until there is an answer.

    What went wrong on the way is noted in `troubles`.
    """

    def __init__(self, url: str, troubles: Troubles, dice: random.Random) -> None:
        self._url = url
        self._troubles = troubles
        self._dice = dice
        self._session = requests.Session()

    def ask(
        self, method: str, path: str, body: Answer | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """The first answer below 500. Raises NoAnswer."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            try:
                answer = self._session.request(
                    method, self._url + path, json=body, headers=headers, timeout=ANSWER_SECONDS
                )
            except requests.RequestException as error:
                self._troubles[type(error).__name__] += 1
            else:
                self._troubles.hear(answer)
                if answer.status_code < 500:
                    return answer
            self.wait(0.3)
        raise NoAnswer(f"{method} {path}")

    def wait(self, seconds: float) -> None:
        """Wait about so long."""
        threading.Event().wait(seconds * self._dice.uniform(0.5, 1.5))


class Customer:
    """Lives one story. `expected` is where the order has to end, after what was answered so far."""

    def __init__(self, name: str, story: Story, line: Line, menu: list[str], cook: str) -> None:
        self.story = story
        self.order_id = ""
        self.refused = False
        self.expected: set[End] = {EXPIRED}
        self.key = name
        self._line = line
        self._menu = menu
        self._cook = cook

    def live(self, think: float) -> None:
        """The whole story; `think` is the time, in seconds, before the customer acts. Raises NoAnswer."""
        self._order()
        if self.refused:
            return
        self._line.wait(think)
        acts: dict[Story, Callable[[], None]] = {
            Story.LEAVE: lambda: None,
            Story.PAY: self._pay,
            Story.EAT: self._eat,
            Story.CANCEL: self._cancel,
            Story.REGRET: self._regret,
            Story.FAIL: self._fail,
        }
        acts[self.story]()

    def _order(self) -> None:
        items = [{"product_id": product_id, "quantity": 1} for product_id in self._menu]
        body = {"items": items, "payment": {"method": "pix"}}
        answer = self._line.ask("POST", "/orders/checkout", body, {"Idempotency-Key": self.key})
        while answer.status_code == 409 and answer.json()["type"] == "/problems/idempotency-key-in-use":
            self._line.wait(0.3)  # whoever began this order may just have been killed
            answer = self._line.ask("POST", "/orders/checkout", body, {"Idempotency-Key": self.key})
        self.refused = answer.status_code != 201
        if not self.refused:
            self.order_id = answer.json()["id"]
        elif answer.json()["type"] not in SHORT:
            raise AssertionError(answer.text)

    def _pay(self) -> None:
        if self._bank("approve", "approved"):
            self.expected = {("RECEIVED", None)}

    def _eat(self) -> None:
        self._pay()
        if self.expected == {EXPIRED} or not self._reaches("RECEIVED"):
            return
        for status in ("IN_PREPARATION", "READY", "FINISHED"):
            answer = self._line.ask(
                "PATCH",
                f"/orders/{self.order_id}/status",
                {"status": status},
                {"Authorization": f"Bearer {self._cook}"},
            )
            assert answer.status_code == 200 or self._status() == status, answer.text
        self.expected = {("FINISHED", None)}

    def _cancel(self) -> None:
        answer = self._line.ask("POST", f"/orders/{self.order_id}/cancel", {})
        if answer.status_code == 202 or self._reason() == "customer":
            self.expected = {("CANCELLED", "customer")}

    def _regret(self) -> None:
        self._pay()
        if self.expected != {EXPIRED} and self._reaches("RECEIVED"):
            self._cancel()

    def _fail(self) -> None:
        if not self._bank("reject", "rejected"):
            return
        while self._status() == "AWAITING_PAYMENT":
            body = {"order_id": self.order_id, "method": "pix"}
            again = self._line.ask("POST", "/payments", body, {"Idempotency-Key": f"{self.key}-2"})
            if again.status_code == 202:
                if self._bank("reject", "rejected", attempt=2):
                    self.expected = {EXPIRED, ("CANCELLED", "payment_rejected")}
                return
            self._line.wait(0.5)

    def _bank(self, verb: str, done: str, attempt: int = 1) -> bool:
        """Have the payer's bank decide an attempt; whether it did."""
        provider_id = self._provider_id(attempt)
        if provider_id is None:
            return False
        answer = self._line.ask("POST", f"/fake-checkout/__fake/payments/{provider_id}/{verb}", {})
        if answer.status_code == 200:
            return True
        # It is decided already: perhaps by the first time that this was asked, whose answer was lost.
        while (status := self._attempt(attempt)["status"]) == "PENDING":
            self._line.wait(0.7)
        return bool(status == done.upper())

    def _provider_id(self, attempt: int) -> str | None:
        """The provider's id of the attempt; None when the order ends before there is one."""
        while self._status() == "AWAITING_PAYMENT":
            provider_id = self._attempt(attempt).get("provider_id")
            if provider_id:
                return str(provider_id)
            self._line.wait(0.7)
        return None

    def _attempt(self, number: int) -> Answer:
        """The attempt as payment_service shows it; empty where it is not known yet."""
        attempts = self._line.ask("GET", f"/payments?order_id={self.order_id}").json().get("items", [])
        return next((one for one in attempts if one["attempt"] == number), {})

    def _reaches(self, status: str) -> bool:
        """Whether the order gets there, rather than being cancelled."""
        while (now := self._status()) != status:
            if now == "CANCELLED":
                return False
            self._line.wait(0.7)
        return True

    def order(self) -> Answer:
        """The order as it is."""
        answer = self._line.ask("GET", f"/orders/{self.order_id}")
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    def _status(self) -> str:
        return str(self.order()["status"])

    def _reason(self) -> str | None:
        return self.order()["cancellation_reason"]
