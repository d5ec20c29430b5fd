"""The check value is the algorithm's own (29B1), the sample that of the Central Bank's manual (1D3D)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_service.domain import brcode
from tests.builders.payment_service import a_code

CENTRAL_BANK_SAMPLE = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)


def test_the_check_value_of_the_algorithm_is_right():
    assert brcode.crc16("123456789") == "29B1"


def test_the_central_banks_sample_is_valid():
    assert brcode.is_valid(CENTRAL_BANK_SAMPLE)
    assert brcode.fields(CENTRAL_BANK_SAMPLE)["59"] == "Fulano de Tal"


def test_a_check_sum_in_lower_case_is_taken():
    assert brcode.is_valid(CENTRAL_BANK_SAMPLE[:-4] + "1d3d")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0002",
        "000201",
        "000201\u0663\u0663",
        "0002016304",
        CENTRAL_BANK_SAMPLE[:-4] + "1D3E",
        CENTRAL_BANK_SAMPLE[:-1],
        CENTRAL_BANK_SAMPLE + "0",
        CENTRAL_BANK_SAMPLE.replace("Fulano de Tal", "Fulano de Mal"),
        "000201000201" + CENTRAL_BANK_SAMPLE[6:],
        CENTRAL_BANK_SAMPLE[:-8] + "640463041D3D",
        "5901\ud8006304ABCD",
        a_code("\0"),
    ],
)
def test_what_was_cut_or_changed_or_cannot_be_printed_is_not_valid(code):
    assert not brcode.is_valid(code)


@pytest.mark.parametrize("row", ["000", "ab01x", "0002x", "0001x0001y", "0001x00", "\u0663\u066301x"])
def test_what_is_cut_or_numbered_otherwise_or_twice_is_no_row_of_fields(row):
    with pytest.raises(ValueError, match=r"^not a row of BR Code fields$"):
        brcode.fields(row)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_any_text_makes_a_valid_code_and_no_other_letter_does(text):
    code = a_code(text)
    assert brcode.is_valid(code)
    assert not brcode.is_valid(code.replace(text, text[:-1] + chr(33 + ord(text[-1]) % 90), 1)) or (
        text[:-1] + chr(33 + ord(text[-1]) % 90) == text
    )


@given(st.text(max_size=80))
def test_reading_never_fails_otherwise_than_by_saying_no(text):
    assert brcode.is_valid(text) in {True, False}
