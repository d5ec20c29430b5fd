import pytest

from fake_checkout.bootstrap import (
    build,
    new_notification_number,
    new_payment_number,
    new_refund_number,
)
from fake_checkout.settings import Settings


@pytest.mark.parametrize(
    ("new_number", "digits"),
    [(new_payment_number, 12), (new_refund_number, 10), (new_notification_number, 12)],
)
def test_numbers_have_as_many_digits_as_the_providers(new_number, digits):
    numbers = {new_number() for _ in range(100)}

    assert {len(str(number)) for number in numbers} == {digits}
    assert len(numbers) == 100


def test_numbers_of_notifications_grow():
    numbers = [new_notification_number() for _ in range(100)]

    assert numbers == sorted(numbers)


def test_nobody_pays_by_magic_where_testers_may_not_decide(tmp_path):
    container = build(Settings(f"sqlite:///{tmp_path / 'books.sqlite3'}", control="off"))

    assert "magic-payers" not in [loop.name for loop in container.loops]


def test_composing_opens_nothing(tmp_path):
    container = build(Settings(f"sqlite:///{tmp_path / 'books.sqlite3'}"))

    assert list(tmp_path.iterdir()) == []
    assert [loop.name for loop in container.loops] == [
        "webhook-courier-1",
        "webhook-courier-2",
        "webhook-courier-3",
        "webhook-courier-4",
        "magic-payers",
        "payment-expiry",
        "forgetting",
    ]
