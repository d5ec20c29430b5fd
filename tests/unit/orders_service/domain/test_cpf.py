import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cpf as reference

from orders_service.domain.client_errors import InvalidCpf
from orders_service.domain.cpf import Cpf


@pytest.mark.parametrize("text", ["529.982.247-25", "52998224725", " 529.982.247-25 ", "529982247-25"])
def test_is_read_with_or_without_punctuation(text):
    assert Cpf.parse(text).digits == "52998224725"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "529.982.247-26",
        "529.982.247-15",
        "529.982.247",
        "5299822472500",
        "5-2-9-9-8-2-2-4-7-2-5",
        "abc",
        "５２９９８２２４７２５",  # noqa: RUF001 - digits, but not ours
        "²²²",
    ],
)
def test_refuses_what_is_none(text):
    with pytest.raises(InvalidCpf, match=r"^This is not a valid CPF\.$"):
        Cpf.parse(text)


@pytest.mark.parametrize("digit", "0123456789")
def test_refuses_repeated_digits_whatever_the_arithmetic_says(digit):
    with pytest.raises(InvalidCpf, match=r"^This is not a valid CPF\.$"):
        Cpf.parse(digit * 11)


def test_takes_a_check_digit_of_zero():
    assert Cpf.parse("111.444.777-35").digits == "11144477735"
    assert Cpf.parse("100.000.001-08").digits == "10000000108"


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_agrees_with_the_reference_on_any_eleven_digits(digits):
    genuine = reference.is_valid(digits) and len(set(digits)) > 1
    try:
        Cpf.parse(digits)
    except InvalidCpf:
        assert not genuine
    else:
        assert genuine


@given(st.integers(0, 999_999_999).filter(lambda base: len(set(f"{base:09}")) > 1))
def test_takes_every_number_with_its_own_check_digits(base):
    digits = f"{base:09}"
    digits += reference._calc_check_digits(digits)
    assert Cpf.parse(digits).digits == digits


def test_never_shows_more_than_the_middle():
    cpf = Cpf.parse("529.982.247-25")
    assert str(cpf) == cpf.masked() == "***.982.247-**"
    assert "529" not in repr(cpf)
