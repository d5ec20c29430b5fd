"""A card that pays: never its number, only the token that the provider gave the payer's browser for it."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """The token, in how many parts it pays, and who pays, in the provider's own words.

    Whoever has the token can charge the card once, and the payer is a person: outside of the call that takes
    it to the provider it is sealed, and it is forgotten once that is answered.
    """

    token: str = field(repr=False)
    installments: int = 1
    payer: dict[str, Any] = field(default_factory=dict, repr=False)

    def to_text(self) -> str:
        """To be sealed."""
        return json.dumps([self.token, self.installments, self.payer])

    @classmethod
    def from_text(cls, text: str) -> "Card":
        """What `to_text` has written."""
        return cls(*json.loads(text))
