"""Where the books are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The addresses of the three books, and two files that not everybody has.

    Each address is `sqlite:///path` or `postgresql://...`; the provider's may also be the `http(s)://`
    address of its emulator. `history` is what clients were told, `tap` what was on the wire: see
    `audit.files`.
    """

    orders: str
    payments: str
    provider: str
    history: Path | None = None
    tap: Path | None = None


def embedded(file: str, environ: Mapping[str, str]) -> str:
    """The address of one of the embedded run's files, in its data folder."""
    return f"sqlite:///{Path(environ.get('DATA_DIR') or 'data').absolute() / file}"
