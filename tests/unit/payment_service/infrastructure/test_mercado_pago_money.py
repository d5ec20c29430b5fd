import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_service.infrastructure.gateways.mercado_pago_money import Nonsense, centavos, reais


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (Decimal("59.80"), 5980),
        (Decimal("59.8"), 5980),
        (Decimal("0.29"), 29),
        (Decimal("0.01"), 1),
        (Decimal("1E+2"), 10_000),
        (59, 5900),
        (0, 0),
        (10**10, 10**12),
        ("59.80", 5980),
        ("59", 5900),
        ("9999999999.99", 999_999_999_999),
    ],
)
def test_reais_are_read_as_whole_centavos(told, read):
    amount = centavos(told)

    assert (amount, type(amount)) == (read, int)


@pytest.mark.parametrize(
    "told",
    [None, True, False, 59.8, "", "R$ 1", "1,50", "-1", "1.234", "12345678901", " 1", "\u0665", [], {}],
)
def test_what_is_no_number_is_no_amount(told):
    with pytest.raises(Nonsense, match=r"^an amount that is no number$"):
        centavos(told)


@pytest.mark.parametrize(
    "told",
    [
        -1,
        Decimal("-0.01"),
        Decimal("0.001"),
        Decimal("59.800"),
        10**10 + 1,
        Decimal("10000000000.01"),
        Decimal("1E+100"),
        Decimal("Infinity"),
    ],
)
def test_a_number_that_nobody_pays_is_no_amount(told):
    with pytest.raises(Nonsense, match=r"^an amount that is no sum of money$"):
        centavos(told)


@given(st.integers(0, 10**12 // 2))
def test_what_is_written_is_read_back_as_it_was(amount):
    written = json.dumps(reais(amount))

    assert centavos(json.loads(written, parse_float=Decimal, parse_int=Decimal)) == amount
