"""Whether a notice was signed by Mercado Pago, lately.

The header x-signature is `ts=<n>,v1=<hex>`; v1 is the HMAC-SHA256 of
`id:<data.id>;request-id:<x-request-id>;ts:<ts>;` in which a pair without value is left out. Its documents
and its SDKs differ on two points, so both forms are taken: ids verbatim or in lower case, ts in seconds or
in milliseconds.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from payment_service.domain.errors import UntrustedNotification

SIGNATURE = re.compile(r"ts=(?P<ts>[0-9]{1,16}),\s?v1=(?P<v1>[0-9a-f]{64})")
RESOURCE_ID = re.compile(r"[A-Za-z0-9]{1,64}")
REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
MILLISECONDS_ABOVE = 10**11


@dataclass(frozen=True, slots=True)
class SignedNotice:
    """What the signature covers, as it came; each header with all of its values. `body` it does not cover."""

    resource_id: str
    signatures: tuple[str, ...]
    request_ids: tuple[str, ...]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """Knows the secret that the provider signs with, and how old a notice may be."""

    secret: str
    tolerance: timedelta

    def require(self, notice: SignedNotice, now: datetime) -> str:
        """Its fingerprint, the same however else the same signature is sent again.

        Raises UntrustedNotification unless it was signed with the secret, within the tolerance of now.
        """
        signed = SIGNATURE.fullmatch(_one(notice.signatures))
        if signed is None:
            raise UntrustedNotification("not a signature")
        if RESOURCE_ID.fullmatch(notice.resource_id) is None:
            raise UntrustedNotification("not an id")
        request_id = _one(notice.request_ids) if notice.request_ids else ""
        if request_id and REQUEST_ID.fullmatch(request_id) is None:
            raise UntrustedNotification("not a request id")
        if abs(now - _instant(int(signed["ts"]))) > self.tolerance:
            raise UntrustedNotification("too old, or of the future")
        forms = (notice.resource_id, notice.resource_id.lower())
        right = [self._is_right(form, request_id, signed) for form in forms]
        if not any(right):
            raise UntrustedNotification("another signature")
        # Without a request's id two notices of one second are signed alike: their words tell them apart.
        told = signed["v1"].encode() + (b"" if request_id else notice.body)
        return hashlib.sha256(told).hexdigest()

    def _is_right(self, resource_id: str, request_id: str, signed: re.Match[str]) -> bool:
        pairs = (("id", resource_id), ("request-id", request_id), ("ts", signed["ts"]))
        manifest = "".join(f"{name}:{value};" for name, value in pairs if value)
        expected = hmac.new(self.secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, signed["v1"])


def _one(values: tuple[str, ...]) -> str:
    if len(values) != 1:
        raise UntrustedNotification("a header is missing or doubled")
    return values[0]


def _instant(ts: int) -> datetime:
    seconds = ts // 1000 if ts > MILLISECONDS_ABOVE else ts
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise UntrustedNotification("not a time") from error
