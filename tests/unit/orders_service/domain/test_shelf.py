import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_service.domain.errors import DomainError
from orders_service.domain.product import StockReason
from orders_service.domain.shelf import LARGEST_STOCK, Entry, Movement, Shelf
from orders_service.domain.stock_errors import BelowReserved, TooMuchStock, WasteOnlyLowers
from tests.builders.orders_service import NOON, STORE

BY_ANA = Entry("m", NOON, "ana", "contagem")


def a_shelf(on_hand=10, reserved=0, *, new=False):
    return Shelf(STORE, "p", on_hand, reserved, new=new)


def test_a_shelf_is_empty_unless_something_is_said_of_it():
    shelf = Shelf(STORE, "p")
    assert (shelf.store, shelf.product_id) == (STORE, "p")
    assert (shelf.on_hand, shelf.reserved, shelf.low_at) == (0, 0, None)


class TestCounting:
    def test_writes_the_difference_down(self):
        shelf = a_shelf(10)
        shelf.count(7, StockReason.ADJUSTED, BY_ANA)
        assert shelf.on_hand == 7
        assert shelf.pull_movements() == (
            Movement("m", StockReason.ADJUSTED, -3, NOON, note="contagem", username="ana"),
        )
        assert shelf.pull_movements() == ()

    def test_the_same_number_again_writes_nothing(self):
        shelf = a_shelf(10)
        shelf.count(10, StockReason.SET, BY_ANA)
        assert shelf.pull_movements() == ()

    def test_for_the_first_time_is_written_down_even_where_there_is_nothing(self):
        shelf = a_shelf(0, new=True)
        shelf.count(0, StockReason.SET, BY_ANA)
        shelf.count(0, StockReason.SET, BY_ANA)
        assert [one.delta for one in shelf.pull_movements()] == [0]

    def test_goes_down_to_what_is_reserved_and_no_further(self):
        shelf = a_shelf(10, reserved=4)
        with pytest.raises(BelowReserved) as refused:
            shelf.count(3, StockReason.SET, BY_ANA)
        assert refused.value.members() == {"on_hand": 10, "reserved": 4}
        shelf.count(4, StockReason.SET, BY_ANA)
        assert [one.delta for one in shelf.pull_movements()] == [-6]

    def test_waste_only_lowers(self):
        shelf = a_shelf(10)
        with pytest.raises(WasteOnlyLowers) as refused:
            shelf.count(11, StockReason.WASTED, BY_ANA)
        assert refused.value.members() == {"on_hand": 10}
        shelf.count(10, StockReason.WASTED, BY_ANA)
        shelf.count(9, StockReason.WASTED, BY_ANA)
        assert [one.delta for one in shelf.pull_movements()] == [-1]


class TestOpeningABatch:
    def test_adds_its_units(self):
        shelf = a_shelf(2)
        batch = shelf.open_batch(8, BY_ANA)
        assert shelf.on_hand == 10
        assert shelf.pull_movements() == (batch,)
        assert (batch.reason, batch.delta, batch.note) == (StockReason.BATCH, 8, "contagem")

    def test_stops_at_what_can_be_counted(self):
        shelf = a_shelf(LARGEST_STOCK - 8)
        shelf.open_batch(8, BY_ANA)
        with pytest.raises(TooMuchStock) as refused:
            shelf.open_batch(1, BY_ANA)
        assert refused.value.members() == {"on_hand": LARGEST_STOCK, "most": LARGEST_STOCK}


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, LARGEST_STOCK), st.sampled_from(StockReason))),
    st.integers(0, 50),
)
def test_whatever_is_done_movements_explain_every_unit(deeds, reserved):
    shelf = a_shelf(50, reserved)
    for opens, units, reason in deeds:
        try:
            if opens:
                shelf.open_batch(units, BY_ANA)
            else:
                shelf.count(units, reason, BY_ANA)
        except DomainError as error:
            assert error.kind == "conflict"  # noqa: PT017 - most deeds are not refused
    assert reserved <= shelf.on_hand <= LARGEST_STOCK
    assert shelf.on_hand == 50 + sum(one.delta for one in shelf.pull_movements())
