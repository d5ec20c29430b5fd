"""The Pix BR Code: the text behind the QR code, also known as "copia e cola".

The form is Mercado Pago's for the Payments API: a static code with the amount in it, whose transaction id
names the payment.
"""

import binascii
import unicodedata
from dataclasses import dataclass

MAX_NAME_LENGTH = 25
MAX_CITY_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Seller:
    """Whom the payer sees in the bank's app. `pix_key` is a random key: 36 characters."""

    name: str
    city: str
    pix_key: str


def brcode(seller: Seller, *, payment_id: int, amount: int) -> str:
    """The code that pays `amount` centavos for a payment."""
    account = _field("00", "br.gov.bcb.pix") + _field("01", seller.pix_key)
    unsigned = "".join(
        (
            _field("00", "01"),
            _field("26", account),
            _field("52", "0000"),
            _field("53", "986"),
            _field("54", f"{amount // 100}.{amount % 100:02d}"),
            _field("58", "BR"),
            _field("59", plain(seller.name)[:MAX_NAME_LENGTH]),
            _field("60", plain(seller.city)[:MAX_CITY_LENGTH]),
            _field("62", _field("05", f"mpqrinter{payment_id}")),
            "6304",
        )
    )
    return unsigned + checksum(unsigned)


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE over everything up to and including `6304`, as four upper-case digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def plain(text: str) -> str:
    """The text without accents or anything else that ASCII lacks, as the banks' apps want it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip()


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
