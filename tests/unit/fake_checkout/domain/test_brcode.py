import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_checkout.domain.brcode import Seller, brcode, checksum, plain
from fake_checkout.domain.terms import MAX_AMOUNT

KEY = "b76aa9c2-2ec4-4110-954e-ebfe34f05b61"
# The Central Bank's example of a static code ("Manual de Padrões para Iniciação do Pix"), without checksum.
CENTRAL_BANK = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***6304"
)
# As captured by Mercado Pago's own SDK for Java (payment_pix.json).
CAPTURED = (
    "00020126580014br.gov.bcb.pix0136b76aa9c2-2ec4-4110-954e-ebfe34f05b61"
    "5204000053039865406100.005802BR5906MPTEST6009Sao Paulo62230519mpqrinter12345678906304"
)


def fields(text: str) -> dict[str, str]:
    found = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        found[tag], text = text[4 : 4 + length], text[4 + length :]
    return found


def test_the_checksum_is_crc_16_ccitt_false():
    assert checksum("123456789") == "29B1"


def test_the_checksum_of_the_central_banks_example_is_the_one_it_prints():
    assert checksum(CENTRAL_BANK) == "1D3D"


def test_a_code_has_the_fields_of_mercado_pagos():
    code = brcode(Seller("Pizzaria do João", "São Paulo", KEY), payment_id=12345678901, amount=5990)

    top = fields(code)
    assert list(top) == ["00", "26", "52", "53", "54", "58", "59", "60", "62", "63"]
    assert fields(top["26"]) == {"00": "br.gov.bcb.pix", "01": KEY}
    assert fields(top["62"]) == {"05": "mpqrinter12345678901"}
    assert (top["00"], top["52"], top["53"], top["54"], top["58"]) == ("01", "0000", "986", "59.90", "BR")
    assert (top["59"], top["60"]) == ("Pizzaria do Joao", "Sao Paulo")


def test_a_code_for_the_captured_payment_differs_in_nothing_but_what_is_ours():
    code = brcode(Seller("MPTEST", "Sao Paulo", KEY), payment_id=1234567890, amount=10000)

    assert code[:-4] == CAPTURED


@pytest.mark.parametrize(("amount", "written"), [(1, "0.01"), (100, "1.00"), (MAX_AMOUNT, "9999999.00")])
def test_an_amount_is_written_in_reais_with_two_places(amount, written):
    assert fields(brcode(Seller("A", "B", KEY), payment_id=1, amount=amount))["54"] == written


@given(st.text(min_size=1), st.text(min_size=1), st.integers(1, 10**15), st.integers(1, MAX_AMOUNT))
def test_every_code_is_ascii_short_enough_and_has_the_right_checksum(name, city, payment_id, amount):
    code = brcode(Seller(name, city, KEY), payment_id=payment_id, amount=amount)

    top = fields(code)
    assert code.isascii()
    assert len(top["59"]) <= 25
    assert len(top["60"]) <= 15
    assert len(fields(top["62"])["05"]) <= 25
    assert checksum(code[:-4]) == code[-4:]


def test_text_loses_its_accents():
    assert plain(" Açaí & Pão ☕ Ltda ") == "Acai & Pao  Ltda"
