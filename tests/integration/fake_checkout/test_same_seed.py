"""The same seed gives the same run: all that is answered, told and kept, but for what is an identifier."""

import itertools
import json
import re
from datetime import timedelta

from tests.builders.fake_checkout import NOON
from tests.integration.fake_checkout.conftest import a_request, an_emulator

RULES = [
    {"kind": "status", "status": 503, "probability": 0.2},
    {"kind": "status_after", "status": 500, "method": "POST", "path": "/v1/payments", "probability": 0.2},
    {"kind": "reset", "probability": 0.1},
    {"kind": "answer_lost", "method": "POST", "probability": 0.2, "skip": 2},
    {"kind": "cut_json", "method": "GET", "probability": 0.3, "times": 4},
    {"kind": "altered", "members": {"currency_id": "USD"}, "probability": 0.3},
    {"kind": "webhook_double", "probability": 0.3},
    {"kind": "webhook_reorder", "probability": 0.3},
    {"kind": "webhook_drop", "probability": 0.3},
    {"kind": "webhook_delay", "seconds": 30, "probability": 0.3},
    {"kind": "webhook_bad_signature", "probability": 0.2, "external_reference": "order-3"},
]
IDENTIFIERS = re.compile(r"\b(?:\d{10,13}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
MADE_OF_THEM = re.compile(r"v1=[0-9a-f]+|PIXE\w+|mpqrinter\w+|iVBOR[\w+/=]+|[\d-]+T[\d:]+UTC")


def a_clock():
    """Each look at it takes a millisecond."""
    looks = itertools.count()
    return lambda _connection: NOON + timedelta(milliseconds=next(looks))


def told(emulator, method, path, body=None, key="unused"):
    """What a call came to, as its caller sees it."""
    try:
        answer = emulator.call(method, path, body, X_Idempotency_Key=key)
    except ConnectionResetError:
        return [method, path, "cut"]
    whole = answer.get_json(silent=True)
    return [method, path, answer.status_code, "in half" if whole is None else whole]


def run(emulator, seed):
    """A day of a shop: everything that was seen of it, by whomever."""
    emulator.control("PUT", "/faults", {"seed": seed, "rules": RULES})
    said = []
    for number in range(12):
        body = a_request(external_reference=f"order-{number}", notification_url="http://m.example/hook")
        said += [told(emulator, "POST", "/v1/payments", body, key=f"create-{number}") for _ in range(3)]
        emulator.run_loops()
    payments = emulator.control("GET", "/books").json["payments"]
    for payment, verb in zip(payments[::-1], itertools.cycle(["approve", "reject", "approve"]), strict=False):
        emulator.control("POST", f"/payments/{payment['id']}/{verb}")
        path = f"/v1/payments/{payment['id']}"
        said += [
            told(emulator, "GET", path),
            told(emulator, "POST", f"{path}/refunds", {"amount": 1}, key="refund"),
        ]
    for minutes in (0, 1, 16, 46):
        emulator.control("PUT", "/clock", {"offset_seconds": minutes * 60})
        emulator.run_loops()
    posts = [[sent.action, sent.payment_id, sent.attempt] for sent, _, _ in emulator.sender.sent]
    logs = [emulator.control("GET", path).json for path in ("/deliveries", "/requests", "/books", "/faults")]
    return [said, posts, logs]


def comparable(seen):
    """The text of it, with identifiers numbered as they first appear."""
    numbers = {}
    text = MADE_OF_THEM.sub("_", json.dumps(seen))
    return IDENTIFIERS.sub(lambda found: f"{numbers.setdefault(found[0], len(numbers))}", text)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(tmp_path):
    runs = []
    for number, seed in enumerate([7, 7, 8]):
        emulator = an_emulator(f"sqlite:///{tmp_path / f'{number}.sqlite3'}", clock=a_clock())
        runs.append(comparable(run(emulator, seed)))
        emulator.container.database.dispose()

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    counts = json.loads(runs[0])[2][3]["counts"]
    assert [count for count in counts if not count["struck"]] == []
