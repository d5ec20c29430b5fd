from decimal import Decimal

import pytest
from marshmallow import Schema, ValidationError

from servicekit.http.money import Centavos, format_centavos, reais


@pytest.mark.parametrize(
    ("centavos", "shown"), [(5990, "59.90"), (0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12345, "-123.45")]
)
def test_centavos_are_shown_with_two_places(centavos, shown):
    assert format_centavos(centavos) == shown


@pytest.mark.parametrize(
    ("centavos", "text"),
    [(5990, "R$\xa059,90"), (1, "R$\xa00,01"), (123456789, "R$\xa01.234.567,89"), (100000, "R$\xa01.000,00")],
)
def test_pages_say_amounts_as_brazilians_do(centavos, text):
    assert reais(centavos) == text


def a_form(**options):
    return Schema.from_dict({"amount": Centavos(lowest=5, highest=100_000, **options)})()


@pytest.mark.parametrize(
    ("written", "centavos"),
    [
        ("59.90", 5990),
        ("59.9", 5990),
        ("59", 5900),
        (59, 5900),
        (Decimal("59.90"), 5990),
        (Decimal("59.900"), 5990),
        (Decimal("1e1"), 1000),
        ("0.05", 5),
        ("1000.00", 100_000),
        (Decimal("0.29"), 29),
    ],
)
def test_an_amount_becomes_centavos(written, centavos):
    amount = a_form().load({"amount": written})["amount"]
    assert (amount, type(amount)) == (centavos, int)


@pytest.mark.parametrize(
    "wrong",
    [
        "59.901",
        Decimal("59.901"),
        Decimal("59.9000000000000000000000000000000000000001"),
        "0.04",
        "1000.01",
        10**30,
        Decimal("1e100"),
        Decimal("-1.00"),
        -1,
        "-1",
        "59,90",
        "1e1",
        "R$ 5",
        "",
        " 5",
        "5 ",
        "\u0665",  # digits, but not those that we write
        5.9,  # a binary float has lost what was written
        True,
        [],
        {},
        None,
    ],
)
def test_what_is_no_amount_is_refused(wrong):
    with pytest.raises(ValidationError) as refused:
        a_form().load({"amount": wrong})
    assert list(refused.value.messages_dict) == ["amount"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("much", "Not an amount."),
        ("0.04", "Not an amount from 0.05 to 1000.00."),
        ("1000.01", "Not an amount from 0.05 to 1000.00."),
        ("59.901", "An amount has at most two places."),
    ],
)
def test_the_error_says_what_is_wrong(wrong, said):
    with pytest.raises(ValidationError) as refused:
        a_form().load({"amount": wrong})
    assert refused.value.messages_dict == {"amount": [said]}


def test_an_amount_can_be_optional():
    assert a_form(load_default=7).load({}) == {"amount": 7}


def test_the_document_of_the_api_is_told_how_an_amount_may_be_written():
    schema = a_form().fields["amount"].json_schema

    text, number = schema.pop("oneOf")
    assert schema == {"description": "From 0.05 to 1000.00, with two places at most."}
    assert text == {"type": "string", "format": "amount", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"}
    assert number == {"type": "number", "minimum": 0.05, "maximum": 1000, "multipleOf": 0.01}
