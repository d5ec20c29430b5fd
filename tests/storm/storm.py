"""One storm: its chance, its chronicle, and the customers who live through it."""

import random
import threading

from tests.servers.system import System
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import SEED
from tests.storm.crowd import Crowd
from tests.storm.rest import come_to_rest


class Storm:
    """What happens in it by chance is the same for the same name, seed and turn."""

    def __init__(self, system: System, name: str, turn: int) -> None:
        self.dice = random.Random(f"{name} {SEED} {turn}")
        self._name = f"{name}-{SEED}-{turn}"
        self._system = system
        self._chronicle = Chronicle(self._name)
        self.crowds: list[Crowd] = []

    def crowd(self) -> Crowd:
        """More customers."""
        self.crowds.append(Crowd(self._system, f"{self._name}-{len(self.crowds)}"))
        return self.crowds[-1]

    def wait(self, least: float, most: float) -> None:
        """So many seconds, by chance."""
        threading.Event().wait(self.dice.uniform(least, most))

    def say(self, text: str) -> None:
        """Add a line to the chronicle."""
        self._chronicle.say(text)

    def end(self) -> None:
        """Return when every customer is done and the auditor content; fail if anybody met an error."""
        for crowd in self.crowds:
            crowd.go()
        come_to_rest(self._system, *self.crowds)
        for crowd in self.crowds:
            self.say(f"all ended: {crowd.ends()}; {dict(crowd.troubles)}")
            # A small machine may ask a large crowd to come again in a moment, and nothing worse.
            assert crowd.troubles.unkind == []
            assert set(crowd.troubles) <= {"503"}
