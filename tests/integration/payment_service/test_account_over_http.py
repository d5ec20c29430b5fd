"""A store's own account over HTTP: brought, used, never shown."""

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from payment_service.infrastructure.models import metadata
from tests.fakes.payment_service.composed import SECRET, signed
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.integration.payment_service.test_payments_over_http import is_problem

TOKEN, NEW_TOKEN, NEXT_TOKEN = "APP_USR-1-700", "APP_USR-2-700", "APP_USR-1-800"
STORES_SECRET = "not-to-be-guessed"


@pytest.fixture
def own(till):
    """The store's account, for its old token and its new one; and the one that comes after."""
    own = FakePaymentGateway(collector="700")
    till.gateway.others |= {TOKEN: own, NEXT_TOKEN: FakePaymentGateway(collector="800")}
    return own


def put(till, token=TOKEN, **changes):
    body = {"access_token": token, "webhook_secret": STORES_SECRET, "public_key": "APP_USR-public"} | changes
    return till.http.put("/payments/account", json=body, headers=till.manager)


def notify(till, provider_id, secret, store="default"):
    return till.http.post(
        f"/stores/{store}/payments/webhook",
        query_string={"data.id": provider_id, "type": "payment"},
        json={"data": {"id": provider_id}},
        headers=signed(provider_id, till.clock.now, secret=secret),
    )


def test_an_account_is_put_and_only_that_it_was_is_ever_told(till):
    path = "/payments/account"
    assert till.http.get(path, headers=till.manager).json == {"set_at": None}
    with capture_logs() as logs:
        answer = put(till)
    assert (answer.status_code, answer.json) == (200, {"set_at": "2026-11-21T23:00:00.000Z"})
    shown = till.http.get(path, headers=till.manager)
    assert shown.json == answer.json
    with till.container.database.read() as connection:
        stored = repr([connection.execute(sa.select(table)).all() for table in metadata.tables.values()])
    for secret in (TOKEN, STORES_SECRET):
        assert secret not in stored + repr(logs) + answer.text + shown.text
    assert till.http.delete(path, headers=till.manager).status_code == 204
    assert till.http.get(path, headers=till.manager).json == {"set_at": None}
    for role in ("kitchen", "admin"):
        is_problem(till.http.get(path, headers=till.token(role)), 403, "forbidden")


def test_a_store_is_paid_and_gives_back_by_its_own_account_through_every_change_of_it(till, own):
    put(till)
    payment = till.placed()
    assert list(own.payments) == [payment["provider_id"]]
    own.pay(payment["provider_id"])
    is_problem(
        notify(till, payment["provider_id"], STORES_SECRET, store="other"), 401, "untrusted-notification"
    )
    is_problem(notify(till, payment["provider_id"], "guessed by somebody"), 401, "untrusted-notification")
    assert notify(till, payment["provider_id"], STORES_SECRET).status_code == 200
    till.work("payments-notices")
    assert till.payments()[0]["status"] == "APPROVED"
    till.gateway.others[NEW_TOKEN] = till.gateway.others.pop(TOKEN)
    put(till, NEW_TOKEN)
    put(till, NEXT_TOKEN)
    assert till.refund(payment, {"amount": "10.00"}).status_code == 202
    till.talk()
    (refund,) = own.payments[payment["provider_id"]].refunds
    assert (refund.amount, till.payments()[0]["refunded"]) == (1000, "10.00")
    assert till.gateway.calls == till.gateway.others[NEXT_TOKEN].calls == []


def test_the_platforms_notices_are_believed_in_every_store(till):
    put(till)
    assert notify(till, "1", SECRET).status_code == 200


@pytest.mark.parametrize(
    ("changes", "slug", "field"),
    [
        ({"access_token": "APP_USR-nobody"}, "no-account-number", None),
        ({"access_token": "APP_USR-1-700\r\nX: y"}, "validation-error", "access_token"),
        ({"access_token": ""}, "validation-error", "access_token"),
        ({"webhook_secret": "too short"}, "validation-error", "webhook_secret"),
        ({"webhook_secret": None}, "validation-error", "webhook_secret"),
        ({"public_key": 7}, "validation-error", "public_key"),
        ({"store": "other"}, "validation-error", "store"),
    ],
)
def test_what_is_no_account_is_refused_without_being_repeated(till, changes, slug, field):
    answer = put(till, **changes)
    problem = is_problem(answer, 422, slug)
    assert field is None or list(problem["errors"]) == [field]
    assert "APP_USR" not in answer.text
    assert till.http.get("/payments/account", headers=till.manager).json == {"set_at": None}
