import pytest

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.product import StockReason
from orders_service.domain.stock_errors import BelowReserved
from orders_service.usecases.list_movements_usecase import ListMovements, ListMovementsUseCase
from orders_service.usecases.open_batch_usecase import OpenBatch, OpenBatchUseCase
from orders_service.usecases.set_stock_usecase import LowMark, SetStock, SetStockUseCase
from orders_service.usecases.show_stock_usecase import ShowStock, ShowStockUseCase
from servicekit.ids import new_id
from tests.builders.orders_service import STORE, an_order


def set_stock(restaurant, product_id, on_hand, low=None, check=lambda _seen: None):
    request = SetStock(STORE, product_id, on_hand, StockReason.SET, "ana", None, low, check)
    SetStockUseCase(restaurant.uow, new_id).execute(request)


def test_a_count_is_kept_with_its_mark(restaurant):
    product = restaurant.sell(units=5)
    set_stock(restaurant, product.id, 3, LowMark(3))
    set_stock(restaurant, product.id, 3)
    report = ShowStockUseCase(restaurant.stock_query).execute(ShowStock(STORE, product.id))
    assert (report.on_hand, report.low_at, report.low) == (3, 3, True)
    set_stock(restaurant, product.id, 3, LowMark(None))
    assert not ShowStockUseCase(restaurant.stock_query).execute(ShowStock(STORE, product.id)).low
    assert restaurant.movements(product.id) == [("set", 5), ("set", -2)]


def test_a_count_below_what_is_reserved_changes_nothing(restaurant):
    product = restaurant.sell()
    restaurant.keep(an_order(products=[product]))
    with pytest.raises(BelowReserved):
        set_stock(restaurant, product.id, 1)
    assert restaurant.shelf(product.id) == (100, 2)
    assert restaurant.database.commits == 0


def test_who_has_seen_another_stock_changes_nothing(restaurant):
    product = restaurant.sell(units=5)

    def check(seen):
        raise ValueError(seen)

    with pytest.raises(ValueError, match="5"):
        set_stock(restaurant, product.id, 1, check=check)
    assert restaurant.database.commits == 0


def test_a_batch_is_opened_for_sale(restaurant):
    product = restaurant.sell(units=5)
    batch = OpenBatchUseCase(restaurant.uow, lambda: "b").execute(
        OpenBatch(STORE, product.id, 8, "pizza calabresa 2", "ana")
    )
    assert (batch.id, batch.delta, batch.note) == ("b", 8, "pizza calabresa 2")
    assert (batch.username, batch.at) == ("ana", restaurant.database.now)
    assert restaurant.shelf(product.id) == (13, 0)


def test_what_is_no_product_has_no_stock(restaurant):
    nothing = new_id()
    with pytest.raises(ProductNotFound, match=nothing):
        ShowStockUseCase(restaurant.stock_query).execute(ShowStock(STORE, nothing))
    listing = ListMovementsUseCase(restaurant.stock_query)
    with pytest.raises(ProductNotFound, match=nothing):
        listing.execute(ListMovements(STORE, nothing, None, 5))
    product = restaurant.sell(units=5)
    assert len(listing.execute(ListMovements(STORE, product.id, None, 5)).items) == 1
