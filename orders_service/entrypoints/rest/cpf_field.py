"""The CPF on the wire."""

from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from orders_service.domain.client_errors import InvalidCpf
from orders_service.domain.cpf import Cpf


class CpfField(fields.Field[Cpf]):
    """A CPF, with or without punctuation."""

    json_schema: ClassVar = {
        "type": "string",
        "format": "cpf",
        "description": "11 digits, of which two check the others, with or without punctuation.",
    }

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> Cpf:
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        try:
            return Cpf.parse(value)
        except InvalidCpf as error:
            raise ValidationError(str(error)) from error
