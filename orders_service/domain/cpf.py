"""The CPF, the number by which Brazil knows a taxpayer: nine digits and two check digits.

The rule of the check digits: Receita Federal, weights 10 to 2 and 11 to 2, modulo 11.
"""

import re
from dataclasses import dataclass

from orders_service.domain.client_errors import InvalidCpf

_SHAPE = re.compile(r"\s*\d{3}\.?\d{3}\.?\d{3}-?\d{2}\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cpf:
    """A CPF whose check digits fit, as eleven digits. Its text never shows more than the middle six."""

    digits: str

    @staticmethod
    def parse(text: str) -> "Cpf":
        """Read one with or without punctuation. Raises InvalidCpf."""
        digits = "".join(character for character in text if character.isdigit())
        if not _SHAPE.fullmatch(text) or not _is_genuine(digits):
            message = "This is not a valid CPF."
            raise InvalidCpf(message)
        return Cpf(digits)

    def masked(self) -> str:
        """What may be shown to anyone: ***.982.247-**."""
        return f"***.{self.digits[3:6]}.{self.digits[6:9]}-**"

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"Cpf({self.masked()})"


def _is_genuine(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False  # 111.111.111-11 and its like pass the arithmetic and belong to nobody
    return digits[9] == _check_digit(digits[:9]) and digits[10] == _check_digit(digits[:10])


def _check_digit(digits: str) -> str:
    weights = range(len(digits) + 1, 1, -1)
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "0" if remainder in {0, 1} else str(11 - remainder)
