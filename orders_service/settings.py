"""What the environment decides. Checked as a whole at start: the service does not run with half of it."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from orders_service.domain.hoarding import HoldLimits
from servicekit.sealing import is_sealing_key
from servicekit.settings import SettingsError, meant_for_development, setting

ENVIRONMENTS = ("development", "production")
DEMO_CPF_KEY = "only-fit-for-a-demonstration"
DEMO_PERSONAL_DATA_KEY = base64.urlsafe_b64encode(b"only-fit-for-a-demonstration----").decode()
SHORTEST_KEY = 32
LAST_PORT = 65535
POSTGRESQL = "postgresql"
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
EVERYTHING = 100


@dataclass(frozen=True)
class Settings:
    """The settings of orders_service. Raises SettingsError when made of what does not fit together."""

    database_url: str = setting("DATABASE_URL", meaning="postgresql://... or sqlite:///...", secret=True)
    jwt_private_key: str = setting(
        "JWT_PRIVATE_KEY", meaning="Ed25519 private key in PEM form, signs tokens", secret=True
    )
    jwt_public_key: str = setting(
        "JWT_PUBLIC_KEY", meaning="Ed25519 public key in PEM form, of the same pair", secret=True
    )
    database_replica_url: str | None = setting(
        "DATABASE_REPLICA_URL",
        default=None,
        meaning="postgresql://... of a streaming replica, which the catalogue is read from",
        secret=True,
    )
    database_replica_lag_seconds: int = setting(
        "DATABASE_REPLICA_LAG_SECONDS",
        default=5,
        meaning="how far behind the replica may be, seconds, before the primary is asked; "
        "its wal_receiver_timeout is to be no longer",
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
    redis_url: str | None = setting(
        "REDIS_URL",
        default=None,
        meaning="keeps carts and counts for rate limits; without, the database and the process do",
        secret=True,
    )
    public_url: str = setting(
        "PUBLIC_URL", default="http://localhost:5000", meaning="the address that people and QR pages use"
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        default=0,
        meaning="how many proxies in front are believed what they say of a client's address and scheme",
    )
    payment_deadline_seconds: int = setting(
        "PAYMENT_DEADLINE_SECONDS",
        default=900,
        meaning="how long an order waits to be paid, seconds, where its store does not say",
    )
    cancel_patience_seconds: int = setting(
        "CANCEL_PATIENCE_SECONDS",
        default=600,
        meaning="how long a cancel request waits for its answer, seconds",
    )
    cart_ttl_seconds: int = setting(
        "CART_TTL_SECONDS", default=7200, meaning="how long a cart lives after its last change, seconds"
    )
    unpaid_orders_per_client: int = setting(
        "UNPAID_ORDERS_PER_CLIENT", default=5, meaning="orders of one client that may wait to be paid"
    )
    unpaid_units_free: int = setting(
        "UNPAID_UNITS_FREE",
        default=50,
        meaning="units of a product that unpaid orders may hold together in any case",
    )
    unpaid_share_percent: int = setting(
        "UNPAID_SHARE_PERCENT",
        default=80,
        meaning="how much of a larger stock they may hold, percent; the rest is kept for reliable clients",
    )
    token_lifetime_seconds: int = setting(
        "TOKEN_LIFETIME_SECONDS", default=3600, meaning="how long a token of the staff is good, seconds"
    )
    categories: tuple[str, ...] = setting(
        "CATEGORIES",
        default=("lanche", "acompanhamento", "bebida", "sobremesa"),
        meaning="what a new store's menu is divided into",
    )
    cpf_digest_key: str = setting(
        "CPF_DIGEST_KEY", default=DEMO_CPF_KEY, meaning="key of the hash that finds a CPF", secret=True
    )
    personal_data_keys: tuple[str, ...] = setting(
        "PERSONAL_DATA_KEYS",
        default=(DEMO_PERSONAL_DATA_KEY,),
        meaning="keys that seal CPFs and e-mails: the first seals, all unseal",
        secret=True,
    )
    demo_data: bool = setting(
        "DEMO_DATA", default=False, meaning="load the demonstration's menu and guest accounts"
    )
    live_host: str = setting(
        "LIVE_HOST", default="127.0.0.1", meaning="address on which the live process listens"
    )
    live_port: int = setting("LIVE_PORT", default=5003, meaning="port of the live process")
    live_streams: int = setting(
        "LIVE_STREAMS", default=2000, meaning="event streams that one process holds open at most"
    )
    live_heartbeat_seconds: int = setting(
        "LIVE_HEARTBEAT_SECONDS", default=15, meaning="how long an event stream may say nothing, seconds"
    )
    live_notify: bool = setting(
        "LIVE_NOTIFY", default=True, meaning="tell the live process of each change by PostgreSQL's NOTIFY"
    )
    live_poll_seconds: int = setting(
        "LIVE_POLL_SECONDS", default=2, meaning="how often the live process looks without being told, seconds"
    )
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
        wrong = [
            *self._out_of_range(),
            *self._replicates(),
            *(self._unfit_for_production() if self.in_production else []),
        ]
        if wrong:
            raise SettingsError("; ".join(wrong))

    @property
    def in_production(self) -> bool:
        """Whether customers' money is at stake."""
        return self.environment == "production"

    @property
    def time_to_pay(self) -> timedelta:
        """How long an order waits to be paid."""
        return timedelta(seconds=self.payment_deadline_seconds)

    @property
    def hold_limits(self) -> HoldLimits:
        """How much may be held without being paid."""
        return HoldLimits(self.unpaid_orders_per_client, self.unpaid_units_free, self.unpaid_share_percent)

    @property
    def patience(self) -> timedelta:
        """How long a cancel request waits for its answer."""
        return timedelta(seconds=self.cancel_patience_seconds)

    @property
    def cart_lifetime(self) -> timedelta:
        """How long a cart lives after its last change."""
        return timedelta(seconds=self.cart_ttl_seconds)

    def _out_of_range(self) -> list[str]:
        wrong = []
        if self.environment not in ENVIRONMENTS:
            wrong.append(f"ENVIRONMENT is neither {' nor '.join(ENVIRONMENTS)}")
        for variable, seconds in (
            ("DATABASE_REPLICA_LAG_SECONDS", self.database_replica_lag_seconds),
            ("PAYMENT_DEADLINE_SECONDS", self.payment_deadline_seconds),
            ("CANCEL_PATIENCE_SECONDS", self.cancel_patience_seconds),
            ("CART_TTL_SECONDS", self.cart_ttl_seconds),
            ("TOKEN_LIFETIME_SECONDS", self.token_lifetime_seconds),
            ("UNPAID_ORDERS_PER_CLIENT", self.unpaid_orders_per_client),
            ("LIVE_STREAMS", self.live_streams),
            ("LIVE_HEARTBEAT_SECONDS", self.live_heartbeat_seconds),
            ("LIVE_POLL_SECONDS", self.live_poll_seconds),
        ):
            if seconds <= 0:
                wrong.append(f"{variable} is not above zero")
        wrong += [
            f"{variable} is below zero"
            for variable, number in (
                ("UNPAID_UNITS_FREE", self.unpaid_units_free),
                ("TRUSTED_PROXIES", self.trusted_proxies),
            )
            if number < 0
        ]
        if not 1 <= self.unpaid_share_percent <= EVERYTHING:
            wrong.append("UNPAID_SHARE_PERCENT is not among 1 to 100")
        if not self.personal_data_keys or not all(map(is_sealing_key, self.personal_data_keys)):
            wrong.append("PERSONAL_DATA_KEYS are not keys of 32 bytes each in URL-safe base64")
        if self.redis_url is not None and not self.redis_url.startswith(REDIS_SCHEMES):
            wrong.append(f"REDIS_URL begins with none of {', '.join(REDIS_SCHEMES)}")
        for variable, port in (("WORKER_PORT", self.worker_port), ("LIVE_PORT", self.live_port)):
            if not 0 <= port <= LAST_PORT:
                wrong.append(f"{variable} is not a port")
        return wrong

    def _replicates(self) -> list[str]:
        addresses = (self.database_url, self.database_replica_url or self.database_url)
        if self.database_replica_url is None or all(one.startswith(POSTGRESQL) for one in addresses):
            return []
        return ["DATABASE_REPLICA_URL needs postgresql://... there and in DATABASE_URL"]

    def _unfit_for_production(self) -> list[str]:
        wrong = meant_for_development(self)
        if self.demo_data:
            wrong.append("DEMO_DATA brings guest accounts, which production refuses")
        if self.cpf_digest_key == DEMO_CPF_KEY or len(self.cpf_digest_key) < SHORTEST_KEY:
            wrong.append(f"CPF_DIGEST_KEY needs {SHORTEST_KEY} secret characters of its own in production")
        if DEMO_PERSONAL_DATA_KEY in self.personal_data_keys:
            wrong.append("PERSONAL_DATA_KEYS needs keys of its own in production")
        return wrong
