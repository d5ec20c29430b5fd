"""The catalogue on the wire."""

from typing import Annotated, TypedDict

from marshmallow import EXCLUDE, Schema, fields

from orders_service.ports.catalogue_query_port import Offer
from orders_service.ports.page import Page
from servicekit.http.documentation import PageJson, Reais, Url, Uuid
from servicekit.http.money import format_centavos
from servicekit.http.pagination import Cursor, Limit, encode_cursor
from servicekit.http.requests import StrictString


class PageSchema(Schema):
    """`?limit=&cursor=`; what else a link carries is not ours."""

    class Meta:
        """Marshmallow reads this."""

        unknown = EXCLUDE

    limit = Limit()
    cursor = Cursor(1)


class OffersSchema(PageSchema):
    """`?category=&q=&available=`."""

    category = StrictString(longest=64, load_default=None)
    q = StrictString(longest=100, load_default=None)
    available = fields.Boolean(load_default=None)


class OfferJson(TypedDict):
    """A product on the menu."""

    id: Uuid
    name: str
    description: str
    category: str
    price: Reais
    promotional_price: Annotated[Reais | None, "The best promotion's; null where there is none."]
    available: Annotated[int | None, "Units for sale; null where they are not counted."]
    image_url: Url | None
    active: Annotated[bool, "False once it was retired."]


def offer_json(offer: Offer, store_url: str) -> OfferJson:
    """A product, whose picture is found below the store's address."""
    promotional = offer.promotional_price
    return {
        "id": offer.id,
        "name": offer.name,
        "description": offer.description,
        "category": offer.category,
        "price": format_centavos(offer.price),
        "promotional_price": format_centavos(promotional) if promotional is not None else None,
        "available": offer.available,
        "image_url": f"{store_url}/images/{offer.image}" if offer.image is not None else None,
        "active": offer.active,
    }


def offers_json(page: Page[Offer, str], store_url: str) -> PageJson[OfferJson]:
    """A page of products."""
    return {
        "items": [offer_json(offer, store_url) for offer in page.items],
        "next": encode_cursor(page.next) if page.next is not None else None,
    }
