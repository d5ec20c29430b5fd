import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_service.domain.errors import UntrustedNotification
from payment_service.domain.webhook_signature import SignatureCheck, SignedNotice
from tests.builders.payment_service import NOW

SECRET = "a secret of the provider"
CHECK = SignatureCheck(SECRET, timedelta(seconds=300))
TS = int(NOW.timestamp())


def signature(manifest, ts=TS, secret=SECRET):
    v1 = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return f"ts={ts},v1={v1}"


def notice(resource_id="21071815560", request_id="bb56a2f1-6aae", ts=TS, **changes):
    signed = signature(f"id:{resource_id};request-id:{request_id};ts:{ts};", ts)
    values = {"resource_id": resource_id, "signatures": (signed,), "request_ids": (request_id,)}
    return SignedNotice(**(values | changes))


def test_a_notice_signed_just_now_is_trusted():
    CHECK.require(notice(), NOW)


def test_a_notice_without_request_id_leaves_it_out_of_what_is_signed():
    signed = signature(f"id:21071815560;ts:{TS};")
    CHECK.require(notice(signatures=(signed,), request_ids=()), NOW)
    CHECK.require(notice(signatures=(signed,), request_ids=("",)), NOW)


def test_an_id_in_capitals_is_taken_signed_verbatim_or_in_lower_case():
    CHECK.require(notice(resource_id="ORD01ABC"), NOW)
    lower = signature(f"id:ord01abc;request-id:r;ts:{TS};")
    CHECK.require(notice(resource_id="ORD01ABC", signatures=(lower,), request_ids=("r",)), NOW)


def test_the_time_is_taken_in_seconds_or_in_milliseconds():
    CHECK.require(notice(ts=TS * 1000 + 120), NOW)
    CHECK.require(notice(ts=(TS + 300) * 1000 + 999), NOW)


def test_a_notice_sent_again_has_the_fingerprint_it_had_whatever_else_is_changed():
    first = CHECK.require(notice(), NOW)
    (signed,) = notice().signatures
    again = [notice(body=b"approved"), notice(signatures=(signed.replace(",", ", "),))]
    assert [CHECK.require(one, NOW) for one in again] == [first, first]
    assert CHECK.require(notice(request_id="another"), NOW) != first


def test_notices_without_request_id_are_told_apart_by_their_words():
    unnamed = {"signatures": (signature(f"id:21071815560;ts:{TS};"),), "request_ids": ()}
    prints = [CHECK.require(notice(body=body, **unnamed), NOW) for body in (b"1", b"1", b"2")]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("age", [301, -301])
def test_a_notice_that_is_too_old_or_of_the_future_is_not_trusted(age):
    with pytest.raises(UntrustedNotification, match=r"^too old, or of the future$"):
        CHECK.require(notice(ts=TS - age), NOW)


@pytest.mark.parametrize("age", [300, -300])
def test_a_notice_at_the_edge_of_the_window_is_trusted(age):
    CHECK.require(notice(ts=TS - age), NOW)


GOOD = signature(f"id:21071815560;request-id:r;ts:{TS};")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"signatures": ()}, "a header is missing or doubled"),
        ({"signatures": ("",)}, "not a signature"),
        ({"signatures": (GOOD, GOOD)}, "a header is missing or doubled"),
        ({"signatures": (GOOD.upper(),)}, "not a signature"),
        ({"signatures": (GOOD + ",ts=1",)}, "not a signature"),
        ({"signatures": (GOOD.replace(",", ",,"),)}, "not a signature"),
        ({"signatures": ("v1=" + "0" * 64,)}, "not a signature"),
        ({"signatures": (f"ts={TS}",)}, "not a signature"),
        ({"signatures": (f"ts={TS},v1=" + "0" * 64,)}, "another signature"),
        (
            {"signatures": (signature(f"id:21071815560;request-id:r;ts:{TS};", secret="another"),)},
            "another signature",
        ),
        ({"resource_id": "21071815561"}, "another signature"),
        ({"resource_id": ""}, "not an id"),
        ({"resource_id": "1;request-id:r"}, "not an id"),
        ({"resource_id": "9" * 65}, "not an id"),
        ({"resource_id": "\u0663"}, "not an id"),
        ({"request_ids": ("other",)}, "another signature"),
        ({"request_ids": ("r", "r")}, "a header is missing or doubled"),
        ({"request_ids": ("r;ts:1",)}, "not a request id"),
        ({"request_ids": ()}, "another signature"),
        ({"signatures": (signature("", 9_999_999_999_999_999),)}, "not a time"),
        ({"signatures": (signature("", 99_999_999_999),)}, "too old, or of the future"),
    ],
)
def test_anything_else_is_not_trusted_and_the_log_is_told_why(changes, why):
    good = {"resource_id": "21071815560", "signatures": (GOOD,), "request_ids": ("r",)}
    CHECK.require(SignedNotice(**good), NOW)
    with pytest.raises(UntrustedNotification, match=f"^{why}$"):
        CHECK.require(SignedNotice(**(good | changes)), NOW)


@given(
    st.text(max_size=40),
    st.lists(st.text(max_size=90), max_size=2),
    st.lists(st.text(max_size=40), max_size=2),
)
def test_whatever_comes_is_refused_in_one_way(resource_id, signatures, request_ids):
    with pytest.raises(UntrustedNotification):
        CHECK.require(SignedNotice(resource_id, tuple(signatures), tuple(request_ids)), NOW)
