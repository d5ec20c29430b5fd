"""Amounts as the API shows them."""


def format_centavos(centavos: int) -> str:
    """Centavos as a decimal string with two places: 5990 is "59.90"."""
    sign = "-" if centavos < 0 else ""
    reais, cents = divmod(abs(centavos), 100)
    return f"{sign}{reais}.{cents:02d}"
