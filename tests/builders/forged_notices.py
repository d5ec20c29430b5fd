"""Notices that the provider did not send, or not just now: ways to forge and replay one, drawn by a seed."""

import hashlib
import hmac
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

TOLERANCE_SECONDS = 300
CLAIM = b'{"type": "payment", "action": "payment.updated", "status": "approved", "data": {"id": "1"}}'


@dataclass(frozen=True)
class SentNotice:
    """A notice as it goes over the wire; each header and each parameter with all of its values."""

    ids: tuple[str, ...]
    signatures: tuple[str, ...]
    request_ids: tuple[str, ...]
    body: bytes = b'{"type": "payment"}'
    topic: str = "payment"

    @property
    def ts(self) -> str:
        return self.signatures[0].removeprefix("ts=").partition(",")[0]

    @property
    def v1(self) -> str:
        return self.signatures[0].rpartition("v1=")[2]


def hexdigest(secret: str, text: str, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), text.encode(), algorithm).hexdigest()


def manifest(payment_id: str, request_id: str, ts: str) -> str:
    return f"id:{payment_id};request-id:{request_id};ts:{ts};"


class Forger:
    """Somebody who has seen genuine notices and does not know the secret; with one seed always the same."""

    def __init__(self, secret: str, payment_ids: list[str], now: datetime, seed: int) -> None:
        self.secret, self.payment_ids, self.now = secret, payment_ids, now
        self.chance = Random(seed)
        self.captured = [self.genuine() for _ in range(20)]

    def genuine(self, ts: str | None = None) -> SentNotice:
        """As the provider would sign it."""
        payment_id, request_id = self.chance.choice(self.payment_ids), f"request-{self.hex(16)}"
        ts = ts or str(int(self.now.timestamp()) - self.chance.randrange(60))
        signed = hexdigest(self.secret, manifest(payment_id, request_id, ts))
        return SentNotice((payment_id,), (f"ts={ts},v1={signed}",), (request_id,))

    def forged(self) -> Iterator[tuple[str, SentNotice]]:
        """Without end: how it was made, and a notice that must be turned away."""
        yield from self._drawn(FORGERIES)

    def replayed(self) -> Iterator[tuple[str, SentNotice]]:
        """Without end: how it was made, and a captured notice that must not count once more."""
        yield from self._drawn(REPLAYS)

    def _drawn(self, ways: "dict[str, Forgery]") -> Iterator[tuple[str, SentNotice]]:
        names = list(ways)
        while True:
            name = self.chance.choice(names)
            yield name, ways[name](self, self.chance.choice(self.captured))

    def hex(self, digits: int = 64) -> str:
        return "".join(self.chance.choices("0123456789abcdef", k=digits))

    def text(self, longest: int = 90) -> str:
        printable = string.ascii_letters + string.digits + "=,;:.-_ \"'\\{}%&/éß"
        return "".join(self.chance.choices(printable, k=self.chance.randrange(1, longest)))

    def another(self, notice: SentNotice) -> SentNotice:
        return self.chance.choice([one for one in self.captured if one.request_ids != notice.request_ids])

    def another_id(self, notice: SentNotice) -> str:
        return str(int(notice.ids[0]) + self.chance.randrange(1, 10**6))

    def a_time_too_far(self) -> str:
        seconds = self.chance.randrange(TOLERANCE_SECONDS + 1, 10 * 365 * 86400) * self.chance.choice((1, -1))
        ts = int(self.now.timestamp()) + seconds
        return str(self.chance.choice((ts, ts * 1000)))

    def signed(
        self, notice: SentNotice, text: str, *, secret: str | None = None, by: str = "sha256"
    ) -> SentNotice:
        v1 = hexdigest(self.secret if secret is None else secret, text, by)
        return replace(notice, signatures=(f"ts={notice.ts},v1={v1}",))


Forgery = Callable[[Forger, SentNotice], SentNotice]


def _header(make: Callable[[Forger, SentNotice], str]) -> Forgery:
    return lambda f, n: replace(n, signatures=(make(f, n),))


def _one_digit_changed(forger: Forger, notice: SentNotice) -> str:
    at = forger.chance.randrange(64)
    digit = forger.chance.choice([one for one in "0123456789abcdef" if one != notice.v1[at]])
    return f"ts={notice.ts},v1={notice.v1[:at]}{digit}{notice.v1[at + 1 :]}"


ARABIC = {ord("0") + digit: 0x660 + digit for digit in range(10)}


def _right(notice: SentNotice) -> str:
    return manifest(notice.ids[0], notice.request_ids[0], notice.ts)


FORGERIES: dict[str, Forgery] = {
    "unsigned": lambda _f, n: replace(n, signatures=()),
    "empty signature": _header(lambda _f, _n: ""),
    "any text": _header(lambda f, _n: f.text()),
    "any digest": _header(lambda f, n: f"ts={n.ts},v1={f.hex()}"),
    "one digit changed": _header(_one_digit_changed),
    "digest cut short": _header(lambda f, n: f"ts={n.ts},v1={n.v1[: f.chance.randrange(64)]}"),
    "digest drawn out": _header(lambda f, n: f"ts={n.ts},v1={n.v1}{f.hex(f.chance.randrange(1, 9))}"),
    "upper case": _header(lambda _f, n: f"ts={n.ts},v1={n.v1.upper()}"),
    "another version": _header(lambda f, n: f"ts={n.ts},v{f.chance.choice('0234')}={n.v1}"),
    "no time": _header(lambda _f, n: f"v1={n.v1}"),
    "other order of the parts": _header(lambda _f, n: f"v1={n.v1},ts={n.ts}"),
    "two times": _header(lambda f, n: f"ts={f.a_time_too_far()},{n.signatures[0]}"),
    "two digests": _header(lambda f, n: f"{n.signatures[0]},v1={f.hex()}"),
    "time with a sign": _header(lambda f, n: f"ts={f.chance.choice('+- ')}{n.ts},v1={n.v1}"),
    "time in other digits": _header(lambda _f, n: f"ts={n.ts.translate(ARABIC)},v1={n.v1}"),
    "time moved": _header(lambda f, n: f"ts={int(n.ts) + f.chance.randrange(1, 60)},v1={n.v1}"),
    "signature twice": lambda _f, n: replace(n, signatures=n.signatures * 2),
    "signature beside a forged one": lambda f, n: replace(
        n, signatures=(f"ts={n.ts},v1={f.hex()}", *n.signatures)
    ),
    "guessed secret": lambda f, n: f.signed(n, _right(n), secret=f.text(30)),
    "empty secret": lambda f, n: f.signed(n, _right(n), secret=""),
    "part of the secret": lambda f, n: f.signed(n, _right(n), secret=f.secret[:-1]),
    "weaker digest": lambda f, n: f.signed(n, _right(n), by=f.chance.choice(("md5", "sha1"))),
    "digest without a key": _header(
        lambda _f, n: f"ts={n.ts},v1={hashlib.sha256(_right(n).encode()).hexdigest()}"
    ),
    "body signed": lambda f, n: f.signed(n, n.body.decode()),
    "signed without its end": lambda f, n: f.signed(n, _right(n)[:-1]),
    "id not signed": lambda f, n: f.signed(n, f"request-id:{n.request_ids[0]};ts:{n.ts};"),
    "time not signed": lambda f, n: f.signed(n, manifest(n.ids[0], n.request_ids[0], "")),
    "no request id": lambda _f, n: replace(n, request_ids=()),
    "another's request id": lambda f, n: replace(n, request_ids=f.another(n).request_ids),
    "request id twice": lambda _f, n: replace(n, request_ids=n.request_ids * 2),
    "request id in capitals": lambda _f, n: replace(n, request_ids=(n.request_ids[0].upper(),)),
    "another payment": lambda f, n: replace(n, ids=(f.another_id(n),)),
    "no payment": lambda _f, n: replace(n, ids=()),
    "two payments": lambda f, n: replace(n, ids=(*n.ids, f.another_id(n))),
    "request id moved into the id": lambda _f, n: replace(
        n, ids=(f"{n.ids[0]};request-id:{n.request_ids[0]}",), request_ids=()
    ),
    "time moved into the request id": lambda f, n: replace(
        n,
        request_ids=(f"{n.request_ids[0]};ts:{n.ts}",),
        signatures=(f"ts={f.a_time_too_far()},v1={n.v1}",),
    ),
    "signed long ago or in the future": lambda f, _n: f.genuine(f.a_time_too_far()),
    "signed at no time": lambda f, _n: f.genuine(f.chance.choice(("0", "9" * 16, "99999999999"))),
}
"""Where the secret is used, it is for what the provider never signs so."""

REPLAYS: dict[str, Forgery] = {
    "the very same": lambda _f, n: n,
    "claims that it is approved": lambda _f, n: replace(n, body=CLAIM),
    "any body": lambda f, n: replace(n, body=f.text().encode()),
    "of another topic": lambda f, n: replace(n, topic=f.chance.choice(("order", "merchant_order", "x"))),
    "written with a space": _header(lambda _f, n: n.signatures[0].replace(",", ", ")),
}
"""Of a notice that was taken before, inside the time in which it is trusted."""
