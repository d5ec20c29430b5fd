"""Authenticated encryption of short texts, with keys that are replaced now and then."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

KEY_BYTES = 32


def is_sealing_key(text: str) -> bool:
    """Whether it is a key: 32 bytes in URL-safe base64."""
    try:
        return len(base64.urlsafe_b64decode(text)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


class FernetSealing:
    """Fernet (AES-128-CBC with HMAC-SHA-256): the first key seals, any of them unseals.

    `refusal` is raised for what none of the keys has sealed. Raises ValueError when made with no key, or with
    what is none.
    """

    def __init__(self, keys: Sequence[str], refusal: type[Exception]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._refusal = refusal

    def seal(self, text: str) -> str:
        """With the first key."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """With the key that fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise self._refusal from error

    def seal_again(self, sealed: str) -> str:
        """With the first key."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise self._refusal from error
