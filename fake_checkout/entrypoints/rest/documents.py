"""The documents by which Brazil knows people and companies."""

import re

from stdnum.br import cnpj, cpf

KINDS = {"CPF": cpf.is_valid, "CNPJ": cnpj.is_valid}


def is_document(kind: str, number: str) -> bool:
    """Whether the number can be one of this kind."""
    # The check digits of 111.111.111-11 are right; no such document exists.
    repeated = len(set(re.sub(r"\W", "", number))) == 1
    return kind in KINDS and not repeated and KINDS[kind](number)
