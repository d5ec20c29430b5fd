"""What the environment decides. Checked as a whole at start: the service does not run with half of it."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from servicekit.sealing import is_sealing_key
from servicekit.settings import SettingsError, meant_for_development, setting
from servicekit.worker import STUCK_SECONDS

ENVIRONMENTS = ("development", "production")
MERCADO_PAGO = "https://api.mercadopago.com"
MERCADO_PAGO_SCRIPT = "https://sdk.mercadopago.com/js/v2"
MERCADO_PAGO_BROWSER_ORIGINS = (
    MERCADO_PAGO,
    "https://api-static.mercadopago.com",
    "https://secure-fields.mercadopago.com",
)
"""Where the script goes for a token, and for the frames in which a card's number is typed."""
DEMO_ACCESS_TOKEN = "APP_USR-demo-112200-comanda-100200300"  # noqa: S105 - of the emulator
DEMO_WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105 - likewise
DEMO_PUBLIC_KEY = "APP_USR-3f6c5a1e-0d7b-4c55-9a41-7d2b8e90c1f4"
DEMO_ACCOUNT_KEY = base64.urlsafe_b64encode(b"only-fit-for-a-demonstration----").decode()
SHORTEST_SECRET = 16
CALLS_IN_A_ROW = 3
LEASE_MARGIN_SECONDS = 15
LAST_PORT = 65535
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
SCRIPT = re.compile(rf"({ORIGIN.pattern})?/(?!/)[A-Za-z0-9._~/-]*")
"""At an origin, or a path of the address at which the page is."""
PUBLIC_KEY = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Settings:
    """The settings of payment_service. Raises SettingsError when made of what does not fit together."""

    database_url: str = setting("DATABASE_URL", meaning="postgresql://... or sqlite:///...", secret=True)
    jwt_public_key: str = setting(
        "JWT_PUBLIC_KEY", meaning="Ed25519 public key in PEM form, verifies tokens", secret=True
    )
    jwt_accepted_public_keys: str = setting(
        "JWT_ACCEPTED_PUBLIC_KEYS",
        default="",
        meaning="further public keys whose tokens are good, one after the other: to rotate keys",
    )
    environment: str = setting("ENVIRONMENT", default="development", meaning="development or production")
    broker_url: str = setting(
        "BROKER_URL", default="amqp://guest:guest@localhost:5672/", meaning="RabbitMQ's address", secret=True
    )
    public_url: str = setting(
        "PUBLIC_URL", default="http://localhost:5000", meaning="the address that people and QR pages use"
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        default=0,
        meaning="how many proxies in front are believed what they say of a client's address and scheme",
    )
    payment_attempts: int = setting("PAYMENT_ATTEMPTS", default=3, meaning="how often an order may be tried")
    mercado_pago_base_url: str = setting(
        "MERCADO_PAGO_BASE_URL",
        default=MERCADO_PAGO,
        meaning="where the payment provider's API is",
    )
    mercado_pago_access_token: str = setting(
        "MERCADO_PAGO_ACCESS_TOKEN",
        default=DEMO_ACCESS_TOKEN,
        meaning="whose money it is, at the provider",
        secret=True,
    )
    mercado_pago_webhook_secret: str = setting(
        "MERCADO_PAGO_WEBHOOK_SECRET",
        default=DEMO_WEBHOOK_SECRET,
        meaning="what the provider signs its notices with",
        secret=True,
    )
    mercado_pago_public_key: str | None = setting(
        "MERCADO_PAGO_PUBLIC_KEY",
        default=None,
        meaning="with which browsers make tokens of cards; none: cards are taken only in stores whose own "
        "account brings one",
    )
    mercado_pago_script_url: str = setting(
        "MERCADO_PAGO_SCRIPT_URL",
        default=MERCADO_PAGO_SCRIPT,
        meaning="the provider's script, which makes these tokens: an address, or a path at PUBLIC_URL",
    )
    mercado_pago_browser_origins: tuple[str, ...] = setting(
        "MERCADO_PAGO_BROWSER_ORIGINS",
        default=(),
        meaning="where that script takes the browser besides its own origin, with commas between them; "
        "none: where Mercado Pago's own does",
    )
    provider_account_keys: tuple[str, ...] = setting(
        "PROVIDER_ACCOUNT_KEYS",
        default=(DEMO_ACCOUNT_KEY,),
        meaning="keys that seal the stores' own accounts and cards: the first seals, all unseal",
        secret=True,
    )
    mercado_pago_payer_email: str = setting(
        "MERCADO_PAGO_PAYER_EMAIL",
        default="cliente@example.com",
        meaning="sent for Pix, since events carry no personal data",
    )
    mercado_pago_timeout_seconds: float = setting(
        "MERCADO_PAGO_TIMEOUT_SECONDS", default=10.0, meaning="how long one call to the provider may take"
    )
    mercado_pago_emulator_allowed: bool = setting(
        "MERCADO_PAGO_EMULATOR_ALLOWED",
        default=False,
        meaning="lets production speak to the emulator, in a rehearsal: another address than Mercado Pago's, "
        "another script, its public key, and origins without https",
    )
    webhook_url: str | None = setting(
        "WEBHOOK_URL",
        default=None,
        meaning="the whole address that the provider calls; none: it does not. "
        "Stores with an account of their own need one that ends in /payments/webhook",
    )
    webhook_tolerance_seconds: int = setting(
        "WEBHOOK_TOLERANCE_SECONDS", default=300, meaning="how old a notice may be, or of the future"
    )
    provider_loops: int = setting("PROVIDER_LOOPS", default=4, meaning="calls to the provider at once")
    worker_heartbeat_file: str | None = setting(
        "WORKER_HEARTBEAT_FILE", default=None, meaning="touched each second while the worker is well"
    )
    worker_host: str = setting(
        "WORKER_HOST", default="127.0.0.1", meaning="address on which the worker tells of itself"
    )
    worker_port: int = setting(
        "WORKER_PORT", default=0, meaning="port of the worker's own health and metrics; 0: it tells nothing"
    )

    def __post_init__(self) -> None:
        wrong = [*self._out_of_range(), *(self._unfit_for_production() if self.in_production else [])]
        if wrong:
            raise SettingsError("; ".join(wrong))

    @property
    def in_production(self) -> bool:
        """Whether customers' money is at stake."""
        return self.environment == "production"

    @property
    def browser_origins(self) -> tuple[str, ...]:
        """Where the provider's script takes the browser besides its own origin."""
        if self.mercado_pago_script_url == MERCADO_PAGO_SCRIPT:
            return self.mercado_pago_browser_origins or MERCADO_PAGO_BROWSER_ORIGINS
        return self.mercado_pago_browser_origins

    @property
    def webhook_tolerance(self) -> timedelta:
        """How old a notice may be."""
        return timedelta(seconds=self.webhook_tolerance_seconds)

    @property
    def lease(self) -> timedelta:
        """Longer than the calls about one thing can take in a row."""
        return timedelta(seconds=self.mercado_pago_timeout_seconds * CALLS_IN_A_ROW + LEASE_MARGIN_SECONDS)

    def _out_of_range(self) -> list[str]:
        wrong = []
        if self.environment not in ENVIRONMENTS:
            wrong.append(f"ENVIRONMENT is neither {' nor '.join(ENVIRONMENTS)}")
        for variable, number in (
            ("PAYMENT_ATTEMPTS", self.payment_attempts),
            ("MERCADO_PAGO_TIMEOUT_SECONDS", self.mercado_pago_timeout_seconds),
            ("WEBHOOK_TOLERANCE_SECONDS", self.webhook_tolerance_seconds),
            ("PROVIDER_LOOPS", self.provider_loops),
        ):
            if number <= 0:
                wrong.append(f"{variable} is not above zero")
        if self.trusted_proxies < 0:
            wrong.append("TRUSTED_PROXIES is below zero")
        if self.lease.total_seconds() > STUCK_SECONDS:
            wrong.append(
                "MERCADO_PAGO_TIMEOUT_SECONDS is so long that a worker that waits would pass for stuck"
            )
        if not self.provider_account_keys or not all(map(is_sealing_key, self.provider_account_keys)):
            wrong.append("PROVIDER_ACCOUNT_KEYS are not keys of 32 bytes each in URL-safe base64")
        if not 0 <= self.worker_port <= LAST_PORT:
            wrong.append("WORKER_PORT is not a port")
        for variable, address in (
            ("MERCADO_PAGO_BASE_URL", self.mercado_pago_base_url),
            ("WEBHOOK_URL", self.webhook_url),
        ):
            if address is not None and not _is_address(address):
                wrong.append(f"{variable} is not an address")
        return [*wrong, *self._unfit_for_browsers()]

    def _unfit_for_browsers(self) -> list[str]:
        wrong = []
        if not SCRIPT.fullmatch(self.mercado_pago_script_url):
            wrong.append("MERCADO_PAGO_SCRIPT_URL is neither an address nor a path")
        if not all(map(ORIGIN.fullmatch, self.mercado_pago_browser_origins)):
            wrong.append("MERCADO_PAGO_BROWSER_ORIGINS are not origins, such as https://example.com")
        if not PUBLIC_KEY.fullmatch(self.mercado_pago_public_key or "-"):
            wrong.append("MERCADO_PAGO_PUBLIC_KEY is not a key")
        return wrong

    def _unfit_for_production(self) -> list[str]:
        wrong = meant_for_development(self)
        if self.mercado_pago_access_token == DEMO_ACCESS_TOKEN:
            wrong.append("MERCADO_PAGO_ACCESS_TOKEN is the demonstration's, which production refuses")
        if (
            self.mercado_pago_webhook_secret == DEMO_WEBHOOK_SECRET
            or len(self.mercado_pago_webhook_secret) < SHORTEST_SECRET
        ):
            wrong.append(f"MERCADO_PAGO_WEBHOOK_SECRET needs {SHORTEST_SECRET} secret characters of its own")
        if DEMO_ACCOUNT_KEY in self.provider_account_keys:
            wrong.append("PROVIDER_ACCOUNT_KEYS needs keys of its own in production")
        return wrong if self.mercado_pago_emulator_allowed else [*wrong, *self._of_the_emulator()]

    def _of_the_emulator(self) -> list[str]:
        wrong = []
        if self.mercado_pago_base_url.rstrip("/") != MERCADO_PAGO:
            wrong.append(
                f"MERCADO_PAGO_BASE_URL is not {MERCADO_PAGO}, so no money would move;"
                " a rehearsal says MERCADO_PAGO_EMULATOR_ALLOWED=on"
            )
        if self.mercado_pago_script_url != MERCADO_PAGO_SCRIPT:
            wrong.append(f"MERCADO_PAGO_SCRIPT_URL is not {MERCADO_PAGO_SCRIPT}, to which cards are to go")
        if self.mercado_pago_public_key == DEMO_PUBLIC_KEY:
            wrong.append("MERCADO_PAGO_PUBLIC_KEY is the demonstration's, which production refuses")
        if not all(origin.startswith("https://") for origin in self.mercado_pago_browser_origins):
            wrong.append("MERCADO_PAGO_BROWSER_ORIGINS are not all https, and a card's number goes there")
        return wrong


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
