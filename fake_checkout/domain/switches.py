"""How the provider behaves where its documents, its SDKs and its answers differ: a switch for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_checkout.domain.errors import SwitchNotValid

CHOICES: dict[str, tuple[str, ...]] = {
    "webhook_ts": ("seconds", "milliseconds"),
    "webhook_id": ("verbatim", "lower"),
    "webhook_ipn": ("off", "on"),
    "webhook_first": ("off", "on"),
    "replay": ("201", "200"),
    "key_reused": ("422", "409", "400"),
    "key_hours": ("24", "1", "72"),
    "calls_a_minute": ("unlimited", "10", "60", "600"),
    "anonymize_payer": ("off", "on"),
    "metadata_keys": ("snake_case", "verbatim"),
    "refunds": ("approved", "in_process", "rejected", "no_balance"),
    "partial_refunds": ("on", "off"),
    "reimbursed": ("charged_back", "approved"),
}
"""The positions of each switch; the first holds until somebody chooses."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The position of every switch: what was chosen, else the first. Raises SwitchNotValid."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A position that is not there is refused, with those that are."""
        for name, position in self.chosen.items():
            if name not in CHOICES:
                message = f"there is no switch {name!r}; there are {', '.join(sorted(CHOICES))}"
                raise SwitchNotValid(message)
            if position not in CHOICES[name]:
                message = f"{name} is one of {', '.join(CHOICES[name])}"
                raise SwitchNotValid(message)

    def __getitem__(self, name: str) -> str:
        """The position of a switch."""
        return self.chosen.get(name, CHOICES[name][0])

    def turned(self, chosen: Mapping[str, str]) -> "Switches":
        """With these chosen, the others as they are. Raises SwitchNotValid."""
        return Switches({**self.chosen, **chosen})

    def told(self) -> dict[str, str]:
        """Every switch with its position."""
        return {name: self[name] for name in CHOICES}


def switches_from(text: str) -> Switches:
    """From `name=position` pairs with commas between them. Raises SwitchNotValid."""
    pairs = [pair.partition("=") for pair in text.replace(" ", "").split(",") if pair]
    return Switches({name: position for name, _, position in pairs})
