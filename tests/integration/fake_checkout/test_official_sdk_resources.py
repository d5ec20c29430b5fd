"""Every resource in scope by Mercado Pago's SDK for Python: cards, captures, updates, searches, lists."""

import pytest
from mercadopago.config import RequestOptions
from mercadopago.errors import (
    MPAuthenticationError,
    MPBadRequestError,
    MPForbiddenError,
    MPIdempotencyError,
    MPNotFoundError,
    MPRateLimitError,
    MPServerError,
    MPValidationError,
)

from tests.integration.fake_checkout.sdk_shop import OTHER_TOKEN, a_shop

MASTER = "5031433215406351"


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory):
    with a_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(one_shop):
    one_shop.start_over()
    return one_shop


def a_card(holder="APRO", **changes):
    return {
        "card_number": MASTER,
        "expiration_month": 11,
        "expiration_year": 2030,
        "security_code": "123",
        "cardholder": {"name": holder, "identification": {"type": "CPF", "number": "12345678909"}},
    } | changes


def a_token(shop, holder="APRO"):
    answer = shop.sdk.card_token().create(a_card(holder))
    assert answer["status"] == 201, answer
    return answer["response"]["id"]


def pay(shop, holder="APRO", **fields):
    status, payment = shop.create(
        **{"token": a_token(shop, holder), "installments": 1, "payment_method_id": "master"} | fields
    )
    assert status == 201, payment
    return payment


def refused(answer):
    """Status and code of a refusal, which the SDK raises by its status."""
    with pytest.raises(MPBadRequestError):
        answer.raise_for_status()
    return answer["status"], answer.error_causes[0]["code"]


def test_a_token_stands_for_a_card_and_is_read_again(shop):
    created = shop.sdk.card_token().create(a_card())

    read = shop.sdk.card_token().get(created["response"]["id"])

    assert (read["status"], read["response"]) == (200, created["response"])
    assert (read["response"]["first_six_digits"], read["response"]["last_four_digits"]) == ("503143", "6351")
    assert MASTER not in str(created)


def test_every_field_of_a_card_that_is_wrong_is_named(shop):
    answer = shop.sdk.card_token().create(a_card(card_number="5031433215406352", security_code=""))

    assert [cause["code"] for cause in answer.error_causes] == ["E301", "224"]
    with pytest.raises(MPBadRequestError):
        answer.raise_for_status()


def test_a_payment_by_card_is_approved_and_told_with_its_card(shop):
    payment = pay(shop, transaction_amount=100, installments=3)

    assert (payment["status"], payment["status_detail"]) == ("approved", "accredited")
    assert payment["installments"] == 3
    assert payment["card"]["last_four_digits"] == "6351"
    assert shop.sdk.payment().get(payment["id"])["response"] == payment


@pytest.mark.parametrize(
    ("holder", "status", "detail"),
    [
        ("OTHE", "rejected", "cc_rejected_other_reason"),
        ("SECU", "rejected", "cc_rejected_bad_filled_security_code"),
        ("CONT", "in_process", "pending_contingency"),
    ],
)
def test_a_cards_outcome_is_its_holders_name(shop, holder, status, detail):
    payment = pay(shop, holder)

    assert (payment["status"], payment["status_detail"]) == (status, detail)


def test_a_token_pays_once(shop):
    token = a_token(shop)

    first = shop.create(token=token, installments=1, payment_method_id="master")
    again = shop.create(token=token, installments=1, payment_method_id="master")

    assert (first[0], first[1]["status"]) == (201, "approved")
    assert (again[0], again[1]["cause"][0]["code"]) == (400, 3003)


def test_what_is_authorized_is_captured_as_a_whole_or_in_part(shop):
    whole, part = (pay(shop, capture=False, transaction_amount=110) for _ in range(2))

    captured = shop.sdk.payment().capture(whole["id"])["response"]
    in_part = shop.sdk.payment().capture(part["id"], 40)["response"]

    assert (whole["status"], whole["captured"]) == ("authorized", False)
    assert (captured["status"], captured["captured"], captured["transaction_amount"]) == (
        "approved",
        True,
        110,
    )
    assert (in_part["status"], in_part["transaction_amount"]) == ("approved", 40)
    with pytest.raises(MPBadRequestError):
        shop.sdk.payment().capture(part["id"]).raise_for_status()


def test_what_is_authorized_is_cancelled_instead(shop):
    payment = pay(shop, capture=False)

    cancelled = shop.sdk.payment().update(payment["id"], {"status": "cancelled"})

    assert (cancelled["status"], cancelled["response"]["status"]) == (200, "cancelled")


def test_a_payment_is_updated_in_what_may_be(shop):
    _, payment = shop.create()

    changes = {"external_reference": "order-2", "metadata": {"table": 7}}
    updated = shop.sdk.payment().update(payment["id"], changes)["response"]

    assert {name: updated[name] for name in changes} == changes
    assert shop.sdk.payment().search({"external_reference": "order-2"})["response"]["results"] == [updated]


def test_a_search_is_narrowed_and_sorted(shop):
    first, second = (shop.create()[1]["id"] for _ in range(2))
    card = pay(shop)["id"]
    shop.sdk.payment().update(second, {"status": "cancelled"})

    def ids(**filters):
        return [one["id"] for one in shop.sdk.payment().search(filters)["response"]["results"]]

    assert ids(status="cancelled") == [second]
    assert ids(payment_method_id="master") == [card]
    assert ids(sort="date_created", criteria="asc") == [first, second, card]
    assert ids(sort="date_created", criteria="desc", limit=1, offset=1) == [second]
    assert ids(range="date_created", begin_date="NOW-2DAYS", end_date="NOW-1DAYS") == []


def test_money_paid_by_card_goes_back(shop):
    payment = pay(shop, transaction_amount=100)

    part = shop.sdk.refund().create(payment["id"], {"amount": 30})
    too_much = shop.sdk.refund().create(payment["id"], {"amount": 71})
    rest = shop.sdk.refund().create(payment["id"])

    assert (part["status"], part["response"]["amount"], part["response"]["status"]) == (201, 30, "approved")
    assert refused(too_much)[0] == 400
    assert rest["response"]["amount"] == 70
    assert shop.sdk.payment().get(payment["id"])["response"]["status"] == "refunded"


def test_a_refund_with_a_used_key_is_the_first_one(shop):
    payment = pay(shop, transaction_amount=100)
    options = RequestOptions(custom_headers={"x-idempotency-key": "refund-1"})

    first, again = (shop.sdk.refund().create(payment["id"], {"amount": 30}, options) for _ in range(2))

    assert again == first
    assert len(shop.sdk.refund().list_all(payment["id"])["response"]) == 1


def test_a_refund_may_take_its_time_or_be_refused(shop):
    payment = pay(shop, transaction_amount=100)

    shop.turn(refunds="in_process")
    slow = shop.sdk.refund().create(payment["id"], {"amount": 10})["response"]
    shop.control("POST", f"/payments/{payment['id']}/refunds/{slow['id']}", {"status": "approved"})
    shop.turn(refunds="rejected")
    rejected = shop.sdk.refund().create(payment["id"], {"amount": 10})["response"]
    shop.turn(refunds="no_balance")
    poor = shop.sdk.refund().create(payment["id"], {"amount": 10})
    shop.turn(refunds="approved", partial_refunds="off")
    part = shop.sdk.refund().create(payment["id"], {"amount": 10})

    assert (slow["status"], rejected["status"]) == ("in_process", "rejected")
    assert (refused(poor), refused(part)) == ((400, 2030), (400, 3024))
    listed = shop.sdk.refund().list_all(payment["id"])["response"]
    assert [one["status"] for one in listed] == ["approved", "rejected"]


def test_what_a_used_key_is_answered_with_may_differ(shop):
    shop.turn(replay="200", key_reused="409")

    answers = [shop.create(key="attempt-1", transaction_amount=amount)[0] for amount in (5, 5, 6)]

    assert answers == [201, 200, 409]


def test_another_merchants_payment_is_nobody_elses_business(shop):
    _, payment = shop.create()
    another = shop.sdk_with(OTHER_TOKEN)

    for answer in (
        another.payment().get(payment["id"]),
        another.payment().update(payment["id"], {"status": "cancelled"}),
        another.refund().create(payment["id"]),
    ):
        with pytest.raises(MPForbiddenError):
            answer.raise_for_status()
    assert another.payment().search()["response"]["results"] == []


def test_more_calls_than_an_account_may_make_are_answered_with_429(shop):
    shop.turn(calls_a_minute="10")

    answers = [shop.sdk.payment().get(1)["status"]]
    while answers[-1] != 429 and len(answers) < 50:  # a slow machine earns one more call now and then
        answers.append(shop.sdk.payment().get(1)["status"])

    assert answers == [404] * (len(answers) - 1) + [429]
    assert len(answers) > 10


def test_the_ways_to_pay_the_documents_and_the_merchant_are_told(shop):
    methods = {one["id"]: one for one in shop.sdk.payment_methods().list_all()["response"]}
    documents = shop.sdk.identification_type().list_all()["response"]
    user = shop.sdk.user().get()["response"]

    assert methods["pix"]["payment_type_id"] == "bank_transfer"
    assert methods["master"]["deferred_capture"] == "supported"
    assert [one["id"] for one in documents] == ["CPF", "CNPJ"]
    assert (user["id"], user["site_id"]) == (100200300, "MLB")


def test_each_refusal_is_raised_as_what_it_is(shop):
    _, payment = shop.create(key="attempt-1")
    reused = RequestOptions(custom_headers={"x-idempotency-key": "attempt-1"})
    raised = {
        MPNotFoundError: lambda: shop.sdk.payment().get(1),
        MPValidationError: lambda: shop.sdk.payment().create({"transaction_amount": 1}, reused),
        MPBadRequestError: lambda: shop.sdk.payment().update(payment["id"], {"status": "approved"}),
        MPAuthenticationError: lambda: _without_token(shop),
    }

    for error, call in raised.items():
        answer = call()
        assert set(answer["response"]) == {"message", "error", "status", "cause"}
        assert answer["response"]["status"] == answer["status"]
        with pytest.raises(error) as caught:
            answer.raise_for_status()
        assert caught.value.status_code == answer["status"]


def _without_token(shop):
    sdk = shop.sdk_with("nobody")
    sdk.request_options.access_token = " "
    return sdk.payment().get(1)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"kind": "rate_limit", "retry_after": 1}, MPRateLimitError),
        ({"kind": "status", "status": 500}, MPServerError),
        ({"kind": "status", "status": 409}, MPIdempotencyError),
    ],
)
def test_over_plain_http_the_sdk_repeats_nothing_and_tells_what_it_got(shop, rule, error):
    shop.goes_wrong(rule)

    answer = shop.sdk.payment().get(1)

    assert shop.calls("GET") == [answer["status"]]
    with pytest.raises(error):
        answer.raise_for_status()
