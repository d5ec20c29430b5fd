"""What a merchant may tell of items, payer and shipment: known by name, kept, and of no effect."""

from typing import Any

from fake_checkout.entrypoints.rest.member_fields import require_known
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR

MEMBERS = frozenset({"ip_address", "items", "payer", "shipments", "barcode"})
OF_ITEMS = frozenset(
    {
        "id",
        "title",
        "description",
        "picture_url",
        "category_id",
        "category_descriptor",
        "quantity",
        "unit_price",
        "type",
        "event_date",
        "warranty",
    }
)
OF_PAYERS = frozenset(
    {
        "first_name",
        "last_name",
        "phone",
        "address",
        "mobile",
        "registration_date",
        "registration_source",
        "authentication_type",
        "is_prime_user",
        "is_first_purchase_online",
        "last_purchase",
    }
)
OF_SHIPMENTS = frozenset({"receiver_address", "width", "height", "local_pickup", "express_shipment"})


def require_additional_info(info: Any) -> None:
    """Raises Refused with the path of the first member that nobody knows."""
    if info is None:
        return
    if not isinstance(info, dict):
        raise Refused(PARAMS_ERROR, "additional_info attribute is malformed")
    require_known(info, MEMBERS, "additional_info.")
    for name, known in (("payer", OF_PAYERS), ("shipments", OF_SHIPMENTS)):
        if isinstance(info.get(name), dict):
            require_known(info[name], known, f"additional_info.{name}.")
    items = info.get("items")
    for number, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            require_known(item, OF_ITEMS, f"additional_info.items[{number}].")
