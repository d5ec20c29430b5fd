"""Reading a Pix code (BR Code, "copia e cola") far enough to trust it.

A BR Code is a row of fields: a two-digit id, a two-digit length, the value. The last is field 63, the CRC
of all that stands before it, "6304" included (EMV Merchant Presented QR; Manual de Padrões para Iniciação
do Pix).
"""

import binascii

CRC_FIELD = "63"
CRC_PREFIX = "6304"
HEADER_LENGTH = 4


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of a text, as four upper-case hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode('utf-8'), 0xFFFF):04X}"


def fields(code: str) -> dict[str, str]:
    """The outermost fields by id. Raises ValueError when the text is not a row of fields."""
    found: dict[str, str] = {}
    position = 0
    while position < len(code):
        header = code[position : position + HEADER_LENGTH]
        if len(header) < HEADER_LENGTH or not (header.isascii() and header.isdigit()):
            raise ValueError("not a row of BR Code fields")
        start, length = position + HEADER_LENGTH, int(header[2:])
        value = code[start : start + length]
        if len(value) < length or header[:2] in found:
            raise ValueError("not a row of BR Code fields")
        found[header[:2]] = value
        position = start + length
    return found


def is_valid(code: str) -> bool:
    """Whether the text is a BR Code, all of it to be printed, that ends in its own right CRC."""
    if not code.isprintable():
        return False
    try:
        found = fields(code)
    except ValueError:
        return False
    if found.get(CRC_FIELD) != code[-4:] or code[-8:-4] != CRC_PREFIX:
        return False
    return crc16(code[:-4]) == code[-4:].upper()
