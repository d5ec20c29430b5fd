"""What the embedded run decides for itself, and what it hands to each application as its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fake_checkout.settings import DEMO_PUBLIC_KEY
from servicekit.settings import setting

DEMO_ACCESS_TOKEN = "APP_USR-1-010126-demo-100200300"  # noqa: S105 - of the emulator in this very process
DEMO_WEBHOOK_SECRET = "only-between-this-process-and-itself"  # noqa: S105 - likewise
EMULATOR = "/fake-checkout"


@dataclass(frozen=True)
class Settings:
    """The embedded run's own settings."""

    host: str = setting("HOST", default="127.0.0.1", meaning="address to listen on")
    port: int = setting("PORT", default=5000, meaning="port to listen on")
    data_dir: str = setting("DATA_DIR", default="data", meaning="folder of the databases and keys")
    threads: int = setting("THREADS", default=32, meaning="requests and event streams served at once")

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data_dir).resolve()

    @property
    def own_url(self) -> str:
        """Where this process reaches itself."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Environments:
    """The environment of each application: what the caller set, over what the embedded run assumes."""

    orders: Mapping[str, str]
    payments: Mapping[str, str]
    emulator: Mapping[str, str]


def environments(settings: Settings, environ: Mapping[str, str], keys: Mapping[str, str]) -> Environments:
    """Compose the three environments. `keys` are those that it keeps, by variable."""
    assumed = {
        "PUBLIC_URL": f"http://localhost:{settings.port}",
        "DEMO_DATA": "on",
        "FAKE_CHECKOUT_CONTROL": "on",
        "MERCADO_PAGO_BASE_URL": settings.own_url + EMULATOR,
        "MERCADO_PAGO_ACCESS_TOKEN": DEMO_ACCESS_TOKEN,
        "MERCADO_PAGO_WEBHOOK_SECRET": DEMO_WEBHOOK_SECRET,
        "MERCADO_PAGO_PUBLIC_KEY": DEMO_PUBLIC_KEY,
        "MERCADO_PAGO_SCRIPT_URL": EMULATOR + "/js/v2",
        "WEBHOOK_URL": settings.own_url + "/payments/webhook",
    }
    chosen = {**assumed, **keys, **{name: value for name, value in environ.items() if value.strip()}}

    def of(database: str) -> dict[str, str]:
        return {**chosen, "DATABASE_URL": f"sqlite:///{settings.folder / database}"}

    return Environments(of("orders.sqlite3"), of("payments.sqlite3"), of("fake_checkout.sqlite3"))
