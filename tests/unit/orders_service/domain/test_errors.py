import pkgutil
from datetime import datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest

from orders_service import domain
from orders_service.domain.cart_errors import CartNotFound, CartUsed, NotInCart
from orders_service.domain.catalogue_errors import (
    CategoryNotFound,
    EmptyWindow,
    ImageNotFound,
    ProductNotFound,
    PromotionNotFound,
    UnknownCategory,
    UnknownProduct,
)
from orders_service.domain.client_errors import ClientNotFound, CpfRegistered, UnknownClient
from orders_service.domain.errors import DomainError
from orders_service.domain.order_errors import (
    CrowdedProduct,
    HeldByUnpaidOrders,
    IllegalStep,
    OrderNotFound,
    TooLateToCancel,
    TooManyUnpaidOrders,
)
from orders_service.domain.staff_errors import (
    LastManager,
    RoleForbidden,
    StaffNotFound,
    TooManyFailures,
    UsernameTaken,
)
from orders_service.domain.stock_errors import (
    BelowReserved,
    InsufficientStock,
    Shortage,
    TooMuchStock,
    WasteOnlyLowers,
)
from orders_service.domain.store_errors import (
    CategoryInUse,
    SlugTaken,
    StoreClosed,
    StoreNotFound,
    UnknownTimeZone,
)

for module in pkgutil.iter_modules(domain.__path__):
    import_module(f"{domain.__name__}.{module.name}")

HELD = (
    "It is not sold out, but orders that are not paid yet hold most of it. Order no more than is"
    " allowed, give a registered CPF, or try again in a few minutes."
)


def every_error(root=DomainError):
    for error in root.__subclasses__():
        yield error
        yield from every_error(error)


def every_own_error():
    return [error for error in every_error() if error.__module__.startswith(domain.__name__)]


def test_every_error_has_a_slug_of_its_own():
    slugs = [error.slug for error in every_own_error()]
    assert len(slugs) == len(set(slugs)) > 40


def test_every_error_has_a_kind_that_doors_know():
    kinds = {error.kind for error in every_own_error()}
    assert kinds <= {"invalid", "not_found", "conflict", "forbidden", "unsupported", "unavailable"}


def test_an_error_without_members_tells_nothing_more():
    assert UnknownClient("Nobody").members() == {}


def test_a_shortage_says_what_is_short():
    error = InsufficientStock([Shortage("p", 3, 1)])
    assert error.members() == {"shortages": [{"product_id": "p", "requested": 3, "available": 1}]}


def test_an_unknown_product_is_named():
    assert UnknownProduct(["a", "b"]).members() == {"product_ids": ["a", "b"]}


@pytest.mark.parametrize(
    ("error", "known", "said"),
    [
        (CartNotFound, ["c"], "There is no cart c."),
        (NotInCart, ["p"], "The cart has no product p."),
        (CartUsed, ["o"], "An order was made of this cart already."),
        (UnknownProduct, [["a", "b"]], "The store does not sell: a, b."),
        (UnknownCategory, ["x", ["y"]], "The store has no category x."),
        (ProductNotFound, ["p"], "There is no product p."),
        (PromotionNotFound, ["p"], "There is no promotion p."),
        (CategoryNotFound, ["x"], "There is no category x."),
        (ImageNotFound, ["h"], "There is no image h."),
        (CpfRegistered, [], "Somebody is registered with this CPF already."),
        (ClientNotFound, [], "There is no such client."),
        (
            TooManyUnpaidOrders,
            [3],
            "You have 3 orders that are not paid. Pay or cancel one, and order again.",
        ),
        (HeldByUnpaidOrders, [[]], HELD),
        (OrderNotFound, ["o"], "There is no order o."),
        (IllegalStep, ["READY", "RECEIVED", ["FINISHED"]], "An order that is READY cannot become RECEIVED."),
        (TooLateToCancel, ["READY"], "An order that is READY can no longer be cancelled."),
        (UsernameTaken, ["ana"], "The store has somebody called ana already."),
        (RoleForbidden, ["manager", "admin"], "With the role manager nobody makes somebody admin."),
        (StaffNotFound, ["ana"], "The store has nobody called ana."),
        (LastManager, ["ana"], "ana is the store's last manager: add the next one first."),
        (TooManyFailures, [timedelta(seconds=1)], "Too many sign-ins failed. Try again later."),
        (InsufficientStock, [[]], "There is not enough in stock. Nothing was reserved."),
        (BelowReserved, [1, 2], "Orders have reserved 2 of these. Cancel some of them first, or wait."),
        (WasteOnlyLowers, [4], "There are 4 on hand, and waste cannot make that more."),
        (TooMuchStock, [4, 5], "There are 4 on hand; 5 is the most that can be."),
        (StoreNotFound, ["s"], "There is no store s."),
        (SlugTaken, ["s"], "There is a store s already."),
        (UnknownTimeZone, ["Mars"], "Mars is no IANA time zone, such as America/Sao_Paulo."),
        (CategoryInUse, [["a", "b"]], "The menu has products in: a, b."),
    ],
)
def test_an_error_says_what_went_wrong(error, known, said):
    assert str(error(*known)) == said


@pytest.mark.parametrize(
    ("error", "known", "members"),
    [
        (CartUsed, ["o"], {"order_id": "o"}),
        (UnknownCategory, ["x", ["y"]], {"categories": ["y"]}),
        (EmptyWindow, ["Too short."], {"errors": {"ends_at": ["Too short."]}}),
        (TooManyUnpaidOrders, [3], {"most": 3}),
        (
            HeldByUnpaidOrders,
            [[CrowdedProduct("p", 3, 1)]],
            {"products": [{"product_id": "p", "requested": 3, "allowed": 1}]},
        ),
        (IllegalStep, ["READY", "x", ["FINISHED"]], {"order_status": "READY", "allowed": ["FINISHED"]}),
        (TooLateToCancel, ["READY"], {"order_status": "READY"}),
        (BelowReserved, [1, 2], {"on_hand": 1, "reserved": 2}),
        (WasteOnlyLowers, [4], {"on_hand": 4}),
        (TooMuchStock, [4, 5], {"on_hand": 4, "most": 5}),
        (CategoryInUse, [["a"]], {"categories": ["a"]}),
    ],
)
def test_an_error_tells_a_program_what_it_may_act_on(error, known, members):
    assert error(*known).members() == members


def test_a_closed_store_tells_when_it_opens_in_utc():
    opens_at = datetime(2026, 11, 21, 18, 0, 0, 250_000, tzinfo=ZoneInfo("America/Sao_Paulo"))

    error = StoreClosed(opens_at)

    assert str(error) == "The store is closed. It opens at 2026-11-21T21:00:00Z."
    assert error.members() == {"opens_at": "2026-11-21T21:00:00Z"}
