"""Clients on the wire: all that is known of them for a manager, the CPF masked; a greeting for anyone."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, TypedDict

from marshmallow import ValidationError

from orders_service.domain.client import Client, Registration
from orders_service.domain.order import Order
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.rest.cpf_field import CpfField
from orders_service.entrypoints.rest.order_schemas import OrderJson, instant_of, order_json
from orders_service.ports.client_ports import HistoryPosition
from orders_service.ports.page import Page
from servicekit.http.documentation import Instant, PageJson, Uuid
from servicekit.http.pagination import Cursor, encode_cursor
from servicekit.http.requests import StrictSchema, StrictString
from servicekit.messaging.outbox import instant

LONGEST_NAME = 100
LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
# Whether it exists, only a letter to it can tell.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class PersonName(StrictString):
    """A name as it can be called and printed: visible characters on one line, among them a letter."""

    def __init__(self) -> None:
        super().__init__(longest=LONGEST_NAME, shortest=1, required=True)
        self.json_schema |= {"format": "person-name"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **options))
        if any(unicodedata.category(character) in _INVISIBLE for character in text):
            raise ValidationError("Control characters are not allowed.")
        if not any(character.isalpha() for character in text):
            raise ValidationError("A name has a letter.")
        return " ".join(text.split())


class Email(StrictString):
    """Something that looks like an e-mail address."""

    def __init__(self) -> None:
        super().__init__(longest=LONGEST_EMAIL, load_default=None, allow_none=True)
        self.json_schema |= {"format": "email"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not _EMAIL.fullmatch(text):
            raise ValidationError("Not a valid e-mail address.")
        return text


class RegistrationSchema(StrictSchema):
    """The body of a registration."""

    cpf = CpfField(required=True)
    name = PersonName()
    email = Email()


class CpfSchema(StrictSchema):
    """The CPF in a path."""

    cpf = CpfField(required=True)


class ClientsSchema(PageSchema):
    """`?limit=&cursor=` of the clients."""


class HistorySchema(PageSchema):
    """`?limit=&cursor=` of a client's orders."""

    cursor = Cursor(2)


class GreetingJson(TypedDict):
    """What a kiosk greets by."""

    id: Uuid
    name: Annotated[str, "The first name."]


class RegistrationJson(TypedDict):
    """A client, as a manager sees them."""

    id: Uuid
    name: Annotated[str | None, "Null in a stored answer about somebody who was erased since."]
    cpf: Annotated[str | None, "Masked; null once the client was erased."]
    email: str | None
    created_at: Instant | None


def greeting_json(client: Client) -> GreetingJson:
    """What anyone may learn who knows the CPF."""
    return {"id": client.id, "name": client.first_name}


def registration_json(registration: Registration) -> RegistrationJson:
    """All that is known of a client."""
    at = registration.registered_at
    return {
        "id": registration.client.id,
        "name": registration.client.name,
        "cpf": registration.cpf.masked() if registration.cpf is not None else None,
        "email": registration.email,
        "created_at": instant(at) if at is not None else None,
    }


def registrations_json(page: Page[Registration, str]) -> PageJson[RegistrationJson]:
    """A page of clients."""
    return {
        "items": [registration_json(one) for one in page.items],
        "next": encode_cursor(page.next) if page.next is not None else None,
    }


def history_json(page: Page[Order, HistoryPosition], store_url: str) -> PageJson[OrderJson]:
    """A page of a client's orders."""
    following = page.next
    return {
        "items": [order_json(order, store_url) for order in page.items],
        "next": None
        if following is None
        else encode_cursor(following.created_at.isoformat(), following.order_id),
    }


def history_position_of(cursor: list[str] | None) -> HistoryPosition | None:
    """The position that a cursor stands for. Raises ValueError for a cursor of another list."""
    if cursor is None:
        return None
    at: datetime = instant_of(cursor[0])
    return HistoryPosition(at, cursor[1])
