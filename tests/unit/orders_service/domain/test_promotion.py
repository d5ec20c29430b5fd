from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders_service.domain.catalogue_errors import EmptyWindow
from orders_service.domain.promotion import Amount, OneProduct, Percentage, PromotionEdit, WholeCategory
from tests.builders.orders_service import NOON, a_product, a_promotion

MOMENT = timedelta(microseconds=1)


def test_it_runs_from_its_start_until_just_before_its_end():
    promotion = a_promotion(starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    assert not promotion.runs(NOON - MOMENT)
    assert promotion.runs(NOON)
    assert promotion.runs(promotion.ends_at - MOMENT)
    assert not promotion.runs(promotion.ends_at)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1)])
def test_it_starts_before_it_ends(length):
    with pytest.raises(EmptyWindow) as caught:
        a_promotion(starts_at=NOON, ends_at=NOON + length)
    assert list(caught.value.members()["errors"]) == ["ends_at"]


def test_it_is_for_one_product_or_for_a_category():
    product = a_product(category="lanche")
    assert OneProduct(product.id).covers(product)
    assert not OneProduct("another").covers(product)
    assert WholeCategory("lanche").covers(product)
    assert not WholeCategory("bebida").covers(product)


@pytest.mark.parametrize(
    ("price", "basis_points", "off"),
    [
        (2990, 1_000, 299),  # 10 % of 29.90
        (2990, 1_250, 374),  # 12.5 % is 373.75 centavos
        (50, 100, 1),  # half a centavo is the customer's
        (49, 100, 0),
        (333, 3_333, 111),
        (2990, 10_000, 2990),
        (1, 1, 0),
        (0, 10_000, 0),
    ],
)
def test_what_a_percentage_takes_off_is_rounded_half_up(price, basis_points, off):
    taken_off = Percentage(basis_points).off(price)
    assert (taken_off, type(taken_off)) == (off, int)


@pytest.mark.parametrize(("price", "amount", "off"), [(2990, 500, 500), (300, 500, 300), (0, 500, 0)])
def test_an_amount_takes_no_more_than_there_is(price, amount, off):
    assert Amount(amount).off(price) == off


def test_an_edit_changes_what_it_names_and_nothing_else():
    promotion = a_promotion()
    edited = promotion.edited(PromotionEdit(name="Outro", reduction=Amount(500)))
    assert edited == replace(promotion, name="Outro", reduction=Amount(500), version=2)
    target = OneProduct("a")
    moved = edited.edited(PromotionEdit(target=target, starts_at=NOON, ends_at=NOON + MOMENT))
    assert moved == replace(edited, target=target, starts_at=NOON, ends_at=NOON + MOMENT, version=3)


def test_an_edit_may_not_end_it_before_it_starts():
    promotion = a_promotion()
    with pytest.raises(EmptyWindow, match=r"^A promotion starts before it ends\.$"):
        promotion.edited(PromotionEdit(ends_at=promotion.starts_at))


def test_an_edits_times_are_the_stores_own_unless_they_say_otherwise():
    local = datetime(2026, 11, 21, 18, 0)  # noqa: DTZ001 - as it was written
    in_utc = datetime(2026, 11, 21, 21, tzinfo=UTC)
    edit = PromotionEdit(name="x", starts_at=local, ends_at=NOON).in_utc(ZoneInfo("America/Sao_Paulo"))
    assert edit == PromotionEdit(name="x", starts_at=in_utc, ends_at=NOON)
    edit = PromotionEdit(starts_at=NOON, ends_at=local).in_utc(ZoneInfo("America/Sao_Paulo"))
    assert edit == PromotionEdit(starts_at=NOON, ends_at=in_utc)
    assert PromotionEdit().in_utc(ZoneInfo("America/Sao_Paulo")) == PromotionEdit()
