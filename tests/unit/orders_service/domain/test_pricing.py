from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orders_service.domain.money import LARGEST_TOTAL
from orders_service.domain.order_line import WantedItem, lines_of
from orders_service.domain.pricing import Price, prices_of
from orders_service.domain.promotion import Amount, Percentage
from tests.builders.orders_service import NOON, a_product, a_promotion, an_order

BURGER = a_product("burger", price=2990)
JUICE = a_product("juice", price=850, category="bebida")

prices = st.integers(0, LARGEST_TOTAL)
percentages = st.builds(Percentage, st.integers(1, 10_000))
amounts = st.builds(Amount, st.integers(1, LARGEST_TOTAL))
reductions = percentages | amounts


def price_of(product, *promotions, now=NOON):
    return prices_of([product], promotions, now)[product.id]


def exactly(reduction, price):
    """What it would take off, were there fractions of a centavo."""
    if isinstance(reduction, Amount):
        return Fraction(min(price, reduction.centavos))
    return Fraction(price * reduction.basis_points, 10_000)


def half_up(exact):
    whole, rest = divmod(exact, 1)
    return whole + (rest >= Fraction(1, 2))


def test_without_a_promotion_the_price_is_the_catalogues():
    assert price_of(BURGER) == Price(2990, 0, None)
    assert price_of(BURGER).to_pay == 2990
    assert price_of(BURGER).promotional is None


def test_a_running_promotion_takes_something_off_what_it_covers():
    promotion = a_promotion(product=BURGER)
    found = prices_of([BURGER, JUICE], [promotion], NOON)
    assert found == {"burger": Price(2990, 299, promotion.id), "juice": Price(850)}
    assert found["burger"].to_pay == found["burger"].promotional == 2691


def test_one_that_does_not_run_takes_off_nothing():
    promotion = a_promotion(product=BURGER)
    for moment in (promotion.starts_at - timedelta(microseconds=1), promotion.ends_at):
        assert price_of(BURGER, promotion, now=moment) == Price(2990)


def test_the_one_that_takes_off_most_wins_alone():
    small = a_promotion(product=BURGER, reduction=Amount(300))
    large = a_promotion(category="lanche", reduction=Amount(301))
    percentage = a_promotion(product=BURGER, reduction=Percentage(1_000))
    for given_in_this_order in ([small, large, percentage], [percentage, large, small]):
        assert price_of(BURGER, *given_in_this_order) == Price(2990, 301, large.id)


def test_of_equal_ones_the_oldest_wins_in_whatever_order_they_are_given():
    older = a_promotion(product=BURGER, reduction=Amount(299))
    newer = a_promotion(category="lanche", reduction=Percentage(1_000))
    assert price_of(BURGER, newer, older) == price_of(BURGER, older, newer) == Price(2990, 299, older.id)


def test_one_that_rounds_to_nothing_is_none():
    cheap = a_product(price=4)
    assert price_of(cheap, a_promotion(product=cheap)) == Price(4, 0, None)


def test_a_product_may_cost_nothing():
    assert price_of(BURGER, a_promotion(reduction=Percentage(10_000))).promotional == 0


@given(prices, reductions)
def test_a_price_is_never_below_zero_nor_above_the_catalogues(listed, reduction):
    product = a_product(price=listed)
    price = price_of(product, a_promotion(product=product, reduction=reduction))
    assert 0 <= price.to_pay <= price.listed == listed


@given(prices, reductions)
def test_a_discount_is_the_exact_one_rounded_half_up(listed, reduction):
    product = a_product(price=listed)
    price = price_of(product, a_promotion(product=product, reduction=reduction))
    assert price.discount == half_up(exactly(reduction, listed))


@given(prices, st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_higher_percentage_never_takes_off_less(listed, one, other):
    lower, higher = sorted((one, other))
    assert Percentage(lower).off(listed) <= Percentage(higher).off(listed)


@given(st.integers(1, 100_000), st.lists(reductions, min_size=1, max_size=5), st.randoms())
def test_no_promotion_would_have_taken_off_more_than_the_one_that_won(listed, several, random):
    product = a_product(price=listed)
    running = [a_promotion(product=product, reduction=reduction) for reduction in several]
    price = price_of(product, *running)
    assert price.discount == max(half_up(exactly(reduction, listed)) for reduction in several)
    random.shuffle(running)
    assert price_of(product, *running) == price


@given(
    st.lists(st.tuples(st.integers(1, 5_000), st.integers(1, 99), reductions), min_size=1, max_size=5),
)
def test_an_order_charges_what_was_shown_unit_by_unit(wanted):
    products = [a_product(price=price) for price, _, _ in wanted]
    running = [
        a_promotion(product=product, reduction=reduction)
        for product, (_, _, reduction) in zip(products, wanted, strict=True)
    ]
    menu = {product.id: product for product in products}
    shown = prices_of(products, running, NOON)
    items = [
        WantedItem(product.id, quantity) for product, (_, quantity, _) in zip(products, wanted, strict=True)
    ]
    lines = lines_of(items, menu, shown)
    to_pay = sum(shown[item.product_id].to_pay * item.quantity for item in items)
    assert sum(line.total - line.discount for line in lines) == to_pay
    if to_pay:
        terms = an_order(products=products, promotions=running, quantity=3).terms
        assert terms.lines == lines_of([WantedItem(product, 3) for product in menu], menu, shown)
        assert terms.discount == sum(line.discount for line in terms.lines)
        assert terms.total == terms.subtotal - terms.discount == sum(3 * one.to_pay for one in shown.values())
