"""What the emulator reads from its environment."""

import json
from dataclasses import dataclass, field, fields
from typing import Any

from fake_checkout.domain.errors import SwitchNotValid
from fake_checkout.domain.switches import Switches, switches_from
from servicekit.settings import SettingsError, meant_for_development, setting

DEMO_ACCESS_TOKEN = "APP_USR-1-010126-demo-100200300"  # noqa: S105 - of an emulator that moves no money
DEMO_PUBLIC_KEY = "APP_USR-3f6c5a1e-0d7b-4c55-9a41-7d2b8e90c1f4"
DEMO_WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105 - likewise


@dataclass(frozen=True)
class Settings:
    """See each meaning; `./run help settings` prints them."""

    database_url: str = setting("DATABASE_URL", meaning="where the books are kept")
    access_token: str = setting(
        "MERCADO_PAGO_ACCESS_TOKEN",
        default=DEMO_ACCESS_TOKEN,
        meaning="the access token that is accepted; the number after its last dash is the collector's id",
        secret=True,
    )
    public_key: str = setting(
        "MERCADO_PAGO_PUBLIC_KEY",
        default=DEMO_PUBLIC_KEY,
        meaning="the public key with which a browser exchanges a card for a token",
    )
    webhook_secret: str = setting(
        "MERCADO_PAGO_WEBHOOK_SECRET",
        default=DEMO_WEBHOOK_SECRET,
        meaning="what webhooks are signed with",
        secret=True,
    )
    public_url: str = setting(
        "PUBLIC_URL",
        default="http://localhost:5000",
        meaning="the address that people use; the emulator is below it at /fake-checkout",
    )
    own_public_url: str = setting(
        "FAKE_CHECKOUT_PUBLIC_URL",
        default="",
        meaning="the emulator's whole public address, where it is not PUBLIC_URL/fake-checkout",
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        default=0,
        meaning="how many proxies in front are believed what they say of a client's address and scheme",
    )
    environment: str = setting("ENVIRONMENT", default="development", meaning="development or production")
    control: str = setting(
        "FAKE_CHECKOUT_CONTROL",
        default="",
        meaning="on or off: the control paths and the pages; empty is on in development and off elsewhere",
    )
    seller_name: str = setting(
        "FAKE_CHECKOUT_SELLER_NAME", default="Comanda Restaurante", meaning="whom the payer sees"
    )
    seller_city: str = setting("FAKE_CHECKOUT_SELLER_CITY", default="São Paulo", meaning="where that is")
    pix_key: str = setting(
        "FAKE_CHECKOUT_PIX_KEY",
        default="5f0c2c9e-6f0e-4d0b-9a53-3c1d7b8a2e64",
        meaning="the seller's random Pix key",
    )
    fee_basis_points: int = setting(
        "FAKE_CHECKOUT_FEE_BASIS_POINTS",
        default=99,
        meaning="what the provider keeps of a Pix payment, in hundredths of a per cent",
    )
    card_fee_basis_points: int = setting(
        "FAKE_CHECKOUT_CARD_FEE_BASIS_POINTS",
        default=499,
        meaning="what the provider keeps of a payment by card, in hundredths of a per cent",
    )
    accounts: str = setting(
        "FAKE_CHECKOUT_ACCOUNTS",
        default="",
        meaning="further accounts: a JSON list of objects with access_token, public_key and, if need be, "
        "webhook_secret, seller_name, live, expired",
        secret=True,
    )
    webhook_url: str = setting(
        "FAKE_CHECKOUT_WEBHOOK_URL",
        default="",
        meaning="where merchants are told of payments without a notification_url, as in the provider's panel",
    )
    switches_text: str = setting(
        "FAKE_CHECKOUT_SWITCHES",
        default="",
        meaning="name=position of switches, with commas between them; testers turn them at /__fake/switches",
    )

    def __post_init__(self) -> None:
        """Raises SettingsError, naming everything that is wrong."""
        wrong = []
        if self.control.lower() not in {"", "on", "off"}:
            wrong.append("FAKE_CHECKOUT_CONTROL is neither on nor off")
        if self.trusted_proxies < 0:
            wrong.append("TRUSTED_PROXIES is below zero")
        if self.environment not in {"development", "production"}:
            wrong.append("ENVIRONMENT is neither development nor production")
        wrong.extend(self._wrong_accounts())
        try:
            switches_from(self.switches_text)
        except SwitchNotValid as error:
            wrong.append(f"FAKE_CHECKOUT_SWITCHES: {error}")
        if self.environment == "production":
            wrong.extend(self._unfit_for_production())
        if wrong:
            raise SettingsError("; ".join(wrong))

    def _unfit_for_production(self) -> list[str]:
        unfit = {
            "MERCADO_PAGO_ACCESS_TOKEN is the demo's": self.access_token == DEMO_ACCESS_TOKEN,
            "MERCADO_PAGO_WEBHOOK_SECRET is the demo's": self.webhook_secret == DEMO_WEBHOOK_SECRET,
            "FAKE_CHECKOUT_CONTROL is on": self.control_is_on,
        }
        refused = [f"{what}, which production refuses" for what, is_so in unfit.items() if is_so]
        return meant_for_development(self) + refused

    def _wrong_accounts(self) -> list[str]:
        try:
            others = self.other_accounts
        except (ValueError, TypeError) as error:
            return [f"FAKE_CHECKOUT_ACCOUNTS is no list of accounts: {type(error).__name__}"]
        numbers = [self.collector_id, *(collector_of(one.access_token) for one in others)]
        keys = [self.public_key, *(one.public_key for one in others)]
        if len(set(numbers)) < len(numbers) or len(set(keys)) < len(keys):
            return ["FAKE_CHECKOUT_ACCOUNTS has an account, or a public key, twice"]
        return []

    @property
    def other_accounts(self) -> "tuple[OtherAccount, ...]":
        """The accounts beside the house's own. Raises ValueError or TypeError for what is no list of them."""
        members = json.loads(self.accounts) if self.accounts else []
        return tuple(OtherAccount.read(one) for one in members)

    @property
    def control_is_on(self) -> bool:
        """Whether testers may reach the control paths and the pages."""
        if self.control:
            return self.control.lower() == "on"
        return self.environment == "development"

    @property
    def switches(self) -> Switches:
        """How the provider behaves until testers turn a switch."""
        return switches_from(self.switches_text)

    @property
    def base_url(self) -> str:
        """The emulator's public address, without a slash at its end."""
        return (self.own_public_url or f"{self.public_url.rstrip('/')}/fake-checkout").rstrip("/")

    @property
    def collector_id(self) -> int:
        """The account's number, from the access token."""
        return collector_of(self.access_token)


@dataclass(frozen=True)
class OtherAccount:
    """An account beside the house's own."""

    access_token: str = field(repr=False)
    public_key: str
    webhook_secret: str = field(default="", repr=False)
    seller_name: str = "Outra Loja"
    is_live: bool = False
    is_expired: bool = False

    @classmethod
    def read(cls, members: Any) -> "OtherAccount":
        """The account of these members. Raises ValueError or TypeError."""
        if not isinstance(members, dict):
            raise TypeError("no object")
        members = dict(members)
        flags = {f"is_{name}": members.pop(name) for name in ("live", "expired") if name in members}
        account = cls(**members, **flags)
        kinds = {"is_live": bool, "is_expired": bool}
        for one in fields(cls):
            if not isinstance(getattr(account, one.name), kinds.get(one.name, str)):
                raise TypeError(one.name)
        return account


def collector_of(access_token: str) -> int:
    """The account's number, after the last dash of its access token."""
    number = access_token.rpartition("-")[2]
    return int(number) if number.isdecimal() and number.isascii() else 100_200_300
