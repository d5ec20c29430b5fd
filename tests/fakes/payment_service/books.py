"""What the fakes remember."""

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from tests.builders.payment_service import NOW


@dataclass(frozen=True)
class SaidEvent:
    """An event as the outbox would hold it."""

    subject: str
    store: str
    event: object
    sequence: int
    repeated: bool = False


@dataclass
class Books:
    """Everything that is stored: charges by order (record and version), proofs, notices, what was said.

    Accounts by store and number, each with when it was retired. Comparisons by account and day.
    """

    charges: dict = field(default_factory=dict)
    answers: list = field(default_factory=list)
    notifications: dict = field(default_factory=dict)
    said: list = field(default_factory=list)
    keys: list = field(default_factory=list)
    accounts: dict = field(default_factory=dict)
    reconciliations: dict = field(default_factory=dict)

    def copy(self):
        return Books(*(copy(getattr(self, name)) for name in self.__dataclass_fields__))


@dataclass
class FakeDatabase:
    """The books, the time, and how often something was kept."""

    books: Books = field(default_factory=Books)
    now: datetime = NOW
    commits: int = 0

    def told(self):
        """The types of what was said, without family and version."""
        return [said.event.type.split(".")[1] for said in self.books.said]
