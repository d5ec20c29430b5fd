"""Where the books are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ORDERS_VARIABLE = "ORDERS_DATABASE_URL"
PAYMENTS_VARIABLE = "PAYMENTS_DATABASE_URL"
PROVIDER_VARIABLE = "PROVIDER_BOOKS_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The addresses of the three books, and two files that not everybody has.

    Each address is `sqlite:///path` or `postgresql://...`; the provider's may also be the `http(s)://` base
    address of the emulator. `history` is what clients asked and were answered, `tap` what was seen on the
    wire; `audit.files` says how each is written.
    """

    orders: str
    payments: str
    provider: str
    history: Path | None = None
    tap: Path | None = None


def default_addresses(environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses by variable: what is set, else the file of the embedded run in its data folder."""
    folder = Path(environ.get("DATA_DIR") or "data").resolve()
    embedded = {
        ORDERS_VARIABLE: "orders.sqlite3",
        PAYMENTS_VARIABLE: "payments.sqlite3",
        PROVIDER_VARIABLE: "fake_checkout.sqlite3",
    }
    return {name: environ.get(name) or f"sqlite:///{folder / file}" for name, file in embedded.items()}
