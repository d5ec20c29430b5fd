"""What the people of the demo can do, over HTTP: the customer, the payer, the kitchen, the manager."""

import time
from collections.abc import Callable
from typing import Any

import requests

from fake_checkout.settings import DEMO_PUBLIC_KEY

WAIT_SECONDS = 30
LOOK_EVERY_SECONDS = 0.15
TEST_CARD = "5031433215406351"
NOT_KNOWN_YET = 404
Answer = dict[str, Any]


class TooLate(Exception):
    """What was awaited did not happen in time."""


class DemoClient:
    """Places one order and follows it; prints each event of its timeline once, as it appears."""

    def __init__(self, url: str, emulator: str) -> None:
        self._url = url
        self._emulator = emulator
        self._session = requests.Session()
        self._manager = self._token("gerente")
        self._cook = self._token("cozinha")
        self._shown: set[str] = set()
        self._started = time.monotonic()
        self.order_id = ""

    def place_order(self, method: str = "pix") -> Answer:
        """Order two of the first product that the menu has, as a kiosk does."""
        menu = self._ask("GET", "/products?available=true")["items"]
        body = {"items": [{"product_id": menu[0]["id"], "quantity": 2}], "payment": {"method": method}}
        self._started = time.monotonic()
        order = self._ask("POST", "/orders/checkout", body)
        self.order_id = order["id"]
        self._say(f"customer orders 2 x {menu[0]['name']}: number {order['number']}, R$ {order['total']}")
        return order

    def order(self) -> Answer:
        """The order as it is."""
        return self._ask("GET", f"/orders/{self.order_id}")

    def wait_for(self, what: str, true_of: Callable[[Answer], bool]) -> Answer:
        """The order, once that is true of it. Raises TooLate."""
        give_up = time.monotonic() + WAIT_SECONDS
        while True:
            order = self.order()
            self._show_timeline()
            if true_of(order):
                return order
            if time.monotonic() > give_up:
                raise TooLate(f"waited {WAIT_SECONDS} s for {what}; the order is {order['status']}")
            time.sleep(LOOK_EVERY_SECONDS)

    def provider_id(self) -> str:
        """The provider's id of the newest attempt, once it has one. Raises TooLate."""
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            attempts = self._ask("GET", f"/payments?order_id={self.order_id}")["items"]
            if attempts and attempts[0]["provider_id"]:
                return str(attempts[0]["provider_id"])
            time.sleep(LOOK_EVERY_SECONDS)
        raise TooLate("no attempt reached the provider")

    def pay(self, *, force: bool = False) -> None:
        """Approve the newest attempt, as the payer's bank does; by force even where it was cancelled."""
        self._say(
            "payer pays" + (" although the code was cancelled: a bank can be that late" if force else "")
        )
        self._bank("approve", {"force": force})

    def refuse(self) -> None:
        """Reject the newest attempt, as the payer's bank does."""
        self._say("bank refuses")
        self._bank("reject", {"status_detail": "rejected_by_bank"})

    def try_again(self) -> None:
        """Ask for another attempt."""
        self._say("customer tries again")
        self._ask("POST", "/payments", {"order_id": self.order_id, "method": "pix"})

    def pay_by_card(self, holder: str) -> None:
        """Pay as a browser does: with a token that the provider gives for the card. Raises TooLate.

        The name on one of the provider's test cards says what its bank will answer.
        """
        self._say(f"customer pays by a card in the name of {holder}")
        card = {"card_number": TEST_CARD, "expiration_month": 11, "expiration_year": 2030}
        told = card | {"security_code": "123", "cardholder": {"name": holder}}
        path = f"{self._emulator}/v1/card_tokens?public_key={DEMO_PUBLIC_KEY}"
        token = self._session.post(path, json=told, timeout=WAIT_SECONDS)
        token.raise_for_status()
        wanted = {"order_id": self.order_id, "method": "card", "token": token.json()["id"]}
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            answer = self._session.post(f"{self._url}/payments", json=wanted, timeout=WAIT_SECONDS)
            if answer.status_code != NOT_KNOWN_YET:
                answer.raise_for_status()
                return
            time.sleep(LOOK_EVERY_SECONDS)
        raise TooLate("the order never became known to the payments")

    def cancel(self) -> None:
        """Cancel, as the customer."""
        self._say("customer cancels")
        self._ask("POST", f"/orders/{self.order_id}/cancel", {})

    def cook(self, status: str) -> None:
        """Move the order one step, as the kitchen."""
        self._say(f"kitchen: {status}")
        self._ask("PATCH", f"/orders/{self.order_id}/status", {"status": status}, self._cook)

    def kitchen_queue(self) -> list[str]:
        """The ids of the orders that the kitchen sees."""
        return [order["id"] for order in self._ask("GET", "/orders", token=self._cook)["items"]]

    def _bank(self, verb: str, body: Answer) -> None:
        path = f"{self._emulator}/__fake/payments/{self.provider_id()}/{verb}"
        self._session.post(path, json=body, timeout=WAIT_SECONDS).raise_for_status()

    def _token(self, name: str) -> str:
        answer = self._ask("POST", "/auth/token", {"username": name, "password": name})
        return str(answer["access_token"])

    def _ask(self, method: str, path: str, body: Answer | None = None, token: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self._session.request(
            method, self._url + path, json=body, headers=headers, timeout=WAIT_SECONDS
        )
        response.raise_for_status()
        answer: Answer = response.json()
        return answer

    def _show_timeline(self) -> None:
        timeline = self._ask("GET", f"/orders/{self.order_id}/timeline", token=self._manager)["items"]
        for event in timeline:
            if event["id"] not in self._shown:
                self._shown.add(event["id"])
                self._say(f"{event['source'].strip('/'):>10} says {event['type']:<28} {_essence(event)}")

    def _say(self, text: str) -> None:
        print(f"   {time.monotonic() - self._started:6.2f} s  {text}", flush=True)


def _essence(event: Answer) -> str:
    """The part of an event's data that tells one from another."""
    telling = ("status", "reason", "attempt", "attempts_left", "goods_used", "refunded_total")
    found = {name: event["data"][name] for name in telling if event["data"].get(name) is not None}
    return ", ".join(f"{name} {value}" for name, value in found.items())
