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


def test_composing_opens_nothing(tmp_path):
    container = build(Settings(f"sqlite:///{tmp_path / 'books.sqlite3'}"))

    assert list(tmp_path.iterdir()) == []
    assert [loop.name for loop in container.loops] == [
        "webhook-courier-1",
        "webhook-courier-2",
        "webhook-courier-3",
        "webhook-courier-4",
        "payment-expiry",
        "forgetting",
    ]
