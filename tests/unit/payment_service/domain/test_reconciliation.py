"""What a difference between the books tells those who have to settle it."""

from dataclasses import replace

import pytest

from payment_service.domain.provider import (
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
)
from payment_service.domain.reconciliation import BookEntry, Difference, Kind

KINDS = (Kind.AMOUNT,)
OURS = BookEntry(
    store="default",
    order_id="order-1",
    payment_id="payment-1",
    provider_id="77",
    status=ProviderStatus.APPROVED,
    amount=2380,
    refunds={"r-1": 100},
)
THEIRS = ProviderPayment(
    id="77",
    status=ProviderStatus.CHARGED_BACK,
    amount=2400,
    currency="BRL",
    reference="order-2",
    payment_id="payment-2",
    store="centro",
    refunds=(
        ProviderRefund("r-1", 300, ProviderRefundStatus.DONE),
        ProviderRefund("r-2", 50, ProviderRefundStatus.REFUSED),
    ),
)
IN_OURS = f"{ProviderStatus.APPROVED}, R$ 23.80, R$ 1.00 back"
IN_THEIRS = f"{ProviderStatus.CHARGED_BACK}, R$ 24.00, R$ 3.00 back"


@pytest.mark.parametrize(
    ("entry", "told", "names", "ours", "theirs"),
    [
        (OURS, THEIRS, ("default", "order-1", "payment-1"), IN_OURS, IN_THEIRS),
        (OURS, None, ("default", "order-1", "payment-1"), IN_OURS, None),
        (None, THEIRS, ("centro", "order-2", "payment-2"), None, IN_THEIRS),
    ],
    ids=["in both", "in ours alone", "in theirs alone"],
)
def test_a_difference_names_its_payment_and_what_each_side_has(entry, told, names, ours, theirs):
    difference = Difference.of("77", KINDS, entry, told)

    assert (difference.kinds, difference.provider_id) == (KINDS, "77")
    assert (difference.store, difference.order_id, difference.payment_id) == names
    assert (difference.ours, difference.theirs) == (ours, theirs)


def test_what_was_never_told_and_what_never_went_back_are_said_so():
    untold = replace(OURS, status=None, amount=500, refunds={})

    assert Difference.of("77", KINDS, untold, None).ours == "not told, R$ 5.00"
