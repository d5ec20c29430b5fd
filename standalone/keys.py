"""The key pair that signs tokens: given by the environment, or made once and kept in the data folder."""

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

VARIABLES = ("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY")


def key_pair(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Both keys in PEM form, by variable; empty where the environment has any: then it must have both."""
    if any(environ.get(variable, "").strip() for variable in VARIABLES):
        return {}
    path = folder / "jwt_private_key.pem"
    if not path.exists():
        _make(path)
    private_pem = path.read_text()
    public = load_pem_private_key(private_pem.encode(), password=None).public_key()
    public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return dict(zip(VARIABLES, (private_pem, public_pem), strict=True))


def _make(path: Path) -> None:
    """Write a fresh key that its owner alone can read; it is complete, or not there."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    unfinished.rename(path)
