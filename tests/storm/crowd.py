"""A crowd of customers at once, and what their orders have to come to."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import requests

from tests.storm.customer import Customer, End, Line, Story
from tests.storm.troubles import Troubles

STORIES = (Story.LEAVE, Story.PAY, Story.PAY, Story.EAT, Story.CANCEL, Story.REGRET, Story.FAIL)


class Restaurant(Protocol):
    """Where a crowd goes."""

    @property
    def url(self) -> str:
        """The one address for clients."""
        ...

    @property
    def folder(self) -> Path:
        """Where the crowd may leave its history."""
        ...


class Crowd:
    """Customers of one restaurant.

    `troubles` is what went wrong on their way; `history` is the file of what they, and all that came
    before them, remember.
    """

    def __init__(self, restaurant: Restaurant, seed: int | str) -> None:
        self.history = restaurant.folder / "history.jsonl"
        self.troubles = Troubles()
        self._dice = random.Random(f"crowd {seed}")
        self._seed = seed
        self._url = restaurant.url
        self._customers: list[Customer] = []
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        self._ends: dict[str, str] = {}
        self._menu = [one["id"] for one in self._get("/products?available=true&limit=200")["items"]]
        signed_in = requests.post(
            f"{self._url}/auth/token", json={"username": "cozinha", "password": "cozinha"}, timeout=10
        )
        self._cook = signed_in.json()["access_token"]

    def come(
        self, customers: int, *, within: float, think: float, stories: Sequence[Story] = STORIES
    ) -> None:
        """Let so many come, one after the other within so many seconds, each to think about so long."""
        for number in range(customers):
            dice = random.Random(f"{self._seed} {number}")
            customer = Customer(
                f"storm-{self._seed}-{number}",
                stories[number % len(stories)],
                Line(self._url, self.troubles, dice),
                sorted(dice.sample(self._menu, dice.randint(1, 3))),
                self._cook,
            )
            self._customers.append(customer)
            thread = threading.Thread(
                target=self._live, args=(customer, dice.uniform(0, within), dice.uniform(0.3, 1) * think)
            )
            self._threads.append(thread)
            thread.start()

    def _live(self, customer: Customer, late: float, think: float) -> None:
        threading.Event().wait(late)
        try:
            customer.live(think)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits for the crowd
            self._errors.append(error)

    @property
    def placed(self) -> int:
        """How many orders were accepted so far."""
        return sum(1 for customer in self._customers if customer.order_id)

    @property
    def busy(self) -> int:
        """How many stories are not at their end."""
        return sum(thread.is_alive() for thread in self._threads)

    def go(self, within: float = 180) -> None:
        """Return when every story is at its end. Raises what a customer could not live with."""
        give_up = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.1, give_up - time.monotonic()))
        assert not self.busy, f"{self.busy} customers are still busy"
        if self._errors:
            raise self._errors[0]
        self._remember()

    def unfinished(self) -> list[tuple[str, End, set[End]]]:
        """The orders that are not where they have to end: the story, where it is, where it should be."""
        found = []
        for customer in self._customers:
            if not customer.refused:
                order = customer.order()
                end = (order["status"], order["cancellation_reason"])
                self._ends[customer.key] = " ".join(filter(None, end))
                if end not in customer.expected:
                    found.append((f"{customer.story} {customer.order_id}", end, customer.expected))
        return found

    def ends(self) -> dict[str, int]:
        """How many orders were at which end when they were last looked at."""
        return dict(sorted(Counter(self._ends.values()).items()))

    def _remember(self) -> None:
        """One line for each checkout, as the auditor reads it."""
        with self.history.open("a", encoding="utf-8") as history:
            for customer in self._customers:
                line = {
                    "key": customer.key,
                    "call": "checkout",
                    "status": 409 if customer.refused else 201,
                    "order_id": customer.order_id or None,
                }
                history.write(json.dumps(line) + "\n")

    def _get(self, path: str) -> dict[str, list[dict[str, str]]]:
        answer = requests.get(self._url + path, timeout=10)
        answer.raise_for_status()
        found: dict[str, list[dict[str, str]]] = answer.json()
        return found
