"""The keys of the embedded run: given by the environment, or made once and kept in the data folder."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PAIR = ("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY")
SECRETS = ("CPF_DIGEST_KEY", "PERSONAL_DATA_KEYS", "PROVIDER_ACCOUNT_KEYS")
"""Each is kept in a file of its name."""
SECRET_BYTES = 32


def own_keys(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The keys that the environment does not give, by variable."""
    missing = [variable for variable in SECRETS if not environ.get(variable, "").strip()]
    return key_pair(folder, environ) | {
        variable: _kept(folder / variable.lower(), _secret) for variable in missing
    }


def key_pair(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The two that sign tokens, in PEM form; none where the environment has any: then it must have both."""
    if any(environ.get(variable, "").strip() for variable in PAIR):
        return {}
    private_pem = _kept(folder / "jwt_private_key.pem", _private_pem)
    public = load_pem_private_key(private_pem.encode(), password=None).public_key()
    public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return dict(zip(PAIR, (private_pem, public_pem), strict=True))


def _private_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _secret() -> bytes:
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES))


def _kept(path: Path, make: Callable[[], bytes]) -> str:
    """What is in the file, which is made where it is missing: complete, and for its owner alone to read."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        unfinished.rename(path)
    return path.read_text()
