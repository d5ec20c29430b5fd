"""Giving money back, as managers do."""

import pytest

from tests.integration.payment_service.test_payments_over_http import is_problem


def finish(till):
    till.hear("order.status_changed.v1", status="FINISHED")


def test_a_part_of_the_money_is_given_back(till):
    payment = till.paid()
    answer = till.refund(payment, {"amount": "10.00", "reason": "faltou o molho"})
    assert answer.status_code == 202
    assert list(answer.json) == ["id", "payment_id", "amount", "status", "reason", "created_at"]
    assert (answer.json["amount"], answer.json["status"], answer.json["reason"]) == (
        "10.00",
        "REQUESTED",
        "faltou o molho",
    )
    till.talk()
    (listed,) = till.http.get(f"/payments/{payment['id']}/refunds", headers=till.manager).json["items"]
    assert (listed["id"], listed["status"]) == (answer.json["id"], "DONE")
    assert till.payments()[0]["refunded"] == "10.00"


def test_all_that_is_left_is_given_back_once_the_order_was_handed_over(till):
    payment = till.paid()
    is_problem(till.refund(payment), 409, "order-not-finished")
    is_problem(till.refund(payment, {"amount": "59.80"}), 409, "order-not-finished")
    finish(till)
    assert till.refund(payment, {"amount": 9.8}).json["amount"] == "9.80"
    assert till.refund(payment, {}).json["amount"] == "50.00"
    problem = is_problem(till.refund(payment, {"amount": 0.01}), 409, "refund-too-large")
    assert problem["left"] == "0.00"


def test_the_kitchens_progress_changes_nothing_before_the_end(till):
    payment = till.paid()
    till.hear("order.status_changed.v1", status="READY")
    is_problem(till.refund(payment), 409, "order-not-finished")


def test_money_that_is_not_here_is_not_given_back(till):
    payment = till.placed()
    is_problem(till.refund(payment, {"amount": 1}), 409, "not-refundable")


def test_the_same_request_again_is_the_same_refund(till):
    payment = till.paid()
    key = {"Idempotency-Key": "refund-1"}
    first, second = (till.refund(payment, {"amount": "1.00"}, key) for _ in range(2))
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(till.http.get(f"/payments/{payment['id']}/refunds", headers=till.manager).json["items"]) == 1


@pytest.mark.parametrize("role", ["kitchen", "customer"])
def test_only_managers_give_money_back(till, role):
    payment = till.paid()
    path = f"/payments/{payment['id']}/refunds"
    is_problem(till.http.post(path), 401, "unauthorized")
    is_problem(till.http.get(path), 401, "unauthorized")
    is_problem(till.http.post(path, headers=till.token(role)), 403, "forbidden")
    is_problem(till.http.get(path, headers=till.token(role)), 403, "forbidden")


@pytest.mark.parametrize(
    "amount",
    [0, -1, "-1", "0", "0.00", 0.001, "1.234", "1,00", "x", "", True, [], 10_000_000, "1e1", "٣", 10**400],
)
def test_an_amount_that_is_none_is_refused(till, amount):
    payment = till.paid()
    problem = is_problem(till.refund(payment, {"amount": amount}), 422, "validation-error")
    assert list(problem["errors"]) == ["amount"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": "1.00", "reason": ""}, "reason"),
        ({"amount": "1.00", "reason": "x" * 141}, "reason"),
        ({"amount": "1.00", "reason": "a\u0000b"}, "reason"),
        ({"amount": "1.00", "status": "DONE"}, "status"),
    ],
)
def test_what_is_wrong_with_a_refund_is_named(till, body, field):
    payment = till.paid()
    problem = is_problem(till.refund(payment, body), 422, "validation-error")
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("amount", ["0.01", "1", "1.5", 1, 1.5, 33.33])
def test_an_amount_may_be_written_in_several_ways(till, amount):
    payment = till.paid()
    assert till.refund(payment, {"amount": amount}).status_code == 202


def test_what_is_still_to_be_given_back_is_listed_for_the_manager(till):
    path = "/payments/refunds"
    payment = till.paid()
    assert till.http.get(path, headers=till.manager).json == {"items": [], "next": None}
    asked = [till.refund(payment, {"amount": amount}).json["id"] for amount in ("1.00", "2.00")]
    till.gateway.refuse("refund", "2030")
    till.talk()
    (again,) = till.http.get(f"{path}?status=open", headers=till.manager).json["items"]
    assert again.pop("id") not in asked
    assert "2026-11-21T23:00:02.500Z" <= again.pop("next_at") <= "2026-11-21T23:00:05.000Z"
    assert again == {
        "payment_id": payment["id"],
        "amount": "1.00",
        "status": "REQUESTED",
        "reason": "staff",
        "created_at": "2026-11-21T23:00:00.000Z",
        "order_id": payment["order_id"],
        "tries": 1,
    }
    till.refund(payment, {"amount": "3.00"})
    first = till.http.get(f"{path}?limit=1", headers=till.manager).json
    rest = till.http.get(f"{path}?limit=1&cursor={first['next']}", headers=till.manager).json
    assert [one["amount"] for one in first["items"] + rest["items"]] == ["1.00", "3.00"]
    assert rest["next"] is None
    other = till.http.get(f"/stores/other{path}", headers=till.token("manager", "other"))
    assert other.json["items"] == []
    is_problem(till.http.get(path), 401, "unauthorized")
    is_problem(till.http.get(f"{path}?status=DONE", headers=till.manager), 422, "validation-error")
    is_problem(till.http.get(f"{path}?cursor=x", headers=till.manager), 422, "validation-error")
