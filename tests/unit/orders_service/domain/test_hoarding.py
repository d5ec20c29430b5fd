import pytest

from orders_service.domain.hoarding import MOST_OF_KEPT_PART, HoldLimits, UnpaidHolds, UnpaidUnits
from orders_service.domain.order_errors import CrowdedProduct, HeldByUnpaidOrders, TooManyUnpaidOrders

LIMITS = HoldLimits(orders_per_client=3, free_units=50, share_percent=80)


def units(requested, held, sellable, product_id="p"):
    return UnpaidUnits(product_id, requested, held, sellable)


def crowded(*wanted, open_orders=0, left_orders=0):
    with pytest.raises(HeldByUnpaidOrders) as refused:
        LIMITS.check(UnpaidHolds(open_orders, left_orders, wanted))
    return refused.value.products


def test_an_order_without_counted_products_or_client_is_never_refused():
    LIMITS.check(UnpaidHolds())


def test_a_client_may_have_so_many_open_orders_and_no_more():
    LIMITS.check(UnpaidHolds(open_orders=3))
    with pytest.raises(TooManyUnpaidOrders) as refused:
        LIMITS.check(UnpaidHolds(open_orders=4))
    assert refused.value.members() == {"most": 3}


def test_a_small_stock_can_be_held_to_the_last_unit():
    LIMITS.check(UnpaidHolds(units=(units(1, 50, 50),)))


def test_of_a_larger_stock_a_part_stays_free():
    LIMITS.check(UnpaidHolds(units=(units(1, 160, 200),)))
    assert crowded(units(1, 161, 200)) == [CrowdedProduct("p", 1, 0)]
    assert crowded(units(10, 165, 200)) == [CrowdedProduct("p", 10, 5)]
    assert crowded(units(10, 165, 201)) == [CrowdedProduct("p", 10, 5)]
    assert crowded(units(1, 51, 55)) == [CrowdedProduct("p", 1, 0)]


def test_only_products_that_are_crowded_are_named():
    assert crowded(units(1, 161, 200), units(1, 1, 200, "free")) == [CrowdedProduct("p", 1, 0)]


class TestThePartThatIsKept:
    def test_is_for_a_client_with_nothing_else_unpaid(self):
        LIMITS.check(UnpaidHolds(1, 0, (units(MOST_OF_KEPT_PART, 200, 200),)))

    def test_is_for_no_large_order(self):
        assert crowded(units(MOST_OF_KEPT_PART + 1, 200, 200), open_orders=1)

    def test_is_for_nobody_who_has_another_open_order(self):
        assert crowded(units(1, 161, 200), open_orders=2)

    def test_is_for_nobody_who_left_an_order_unpaid_of_late(self):
        assert crowded(units(1, 161, 200), open_orders=1, left_orders=1)
