"""A little life for a running restaurant: `python -m tests.load.customers URL --customers 200 --within 60`.

Customers come, order, and pay, cancel, or let the kitchen cook for them; what came of the orders is printed.
It needs the demonstration's cook and the emulator's control paths, so it is for development alone.
"""

import argparse
import secrets
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.servicekit.deadlines import eventually
from tests.storm.crowd import Crowd
from tests.storm.customer import Story

STORIES = (Story.PAY, Story.EAT, Story.EAT, Story.CANCEL, Story.REGRET)
THINK_SECONDS = 5
SETTLE_SECONDS = 60
"""What a customer has asked for may take a moment: a refund, for one."""


@dataclass(frozen=True, slots=True)
class Restaurant:
    """Where they go."""

    url: str
    folder: Path


def main() -> int:
    """Return 0 when every order is where its customer wanted it."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.customers")
    parser.add_argument("url")
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--within", type=float, default=60, help="seconds")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crowd = Crowd(Restaurant(chosen.url, Path(folder)), secrets.token_hex(4))
        crowd.come(chosen.customers, within=chosen.within, think=THINK_SECONDS, stories=STORIES)
        crowd.go(within=chosen.within + 300)
        eventually(lambda: not crowd.unfinished(), within=SETTLE_SECONDS)
    sys.stdout.write(f"{crowd.placed} orders: {crowd.ends()}; answers from 500 on: {dict(crowd.troubles)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
