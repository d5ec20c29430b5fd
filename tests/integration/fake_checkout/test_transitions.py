"""Every call of a merchant in every state of a payment: what it leads to, or the code that refuses it."""

import pytest

from tests.integration.fake_checkout.test_cards import a_token

ENDED, NO_MONEY = 2018, 2063
STATES = {
    "pending/pending_waiting_transfer": [],
    "pending/pending_challenge": [("status", {"status": "pending", "status_detail": "pending_challenge"})],
    "in_process/pending_review_manual": [("status", {"status": "in_process"})],
    "authorized/pending_capture": "APRO",
    "in_process/pending_contingency": "CONT",
    "rejected/cc_rejected_insufficient_amount": "FUND",
    "approved/accredited": [("approve", {})],
    "approved/partially_refunded": [("approve", {}), (None, {"amount": 10})],
    "approved/partially_bpp_covered": [
        ("approve", {}),
        ("status", {"status": "approved", "status_detail": "partially_bpp_covered"}),
    ],
    "rejected/rejected_by_bank": [("reject", {})],
    "cancelled/by_payer": [("status", {"status": "cancelled"})],
    "cancelled/expired": [("expire", {})],
    "refunded/refunded": [("approve", {}), (None, {})],
    "refunded/by_admin": [("approve", {}), ("status", {"status": "refunded"})],
    "charged_back/in_process": [("approve", {}), ("chargeback", {})],
    "charged_back/settled": [("approve", {}), ("chargeback", {"status_detail": "settled"})],
    "charged_back/reimbursed": [
        ("approve", {}),
        ("chargeback", {}),
        ("chargeback", {"status_detail": "reimbursed"}),
    ],
    "in_mediation/pending": [("approve", {}), ("status", {"status": "in_mediation"})],
}
CALLS = {
    "cancel": ("PUT", "", {"status": "cancelled"}),
    "capture": ("PUT", "", {"capture": True}),
    "capture in part": ("PUT", "", {"capture": True, "transaction_amount": 1}),
    "refund": ("POST", "/refunds", None),
    "refund in part": ("POST", "/refunds", {"amount": 1}),
    "change": ("PUT", "", {"metadata": {"a": 1}}),
}
OPEN = {state for state in STATES if state.startswith(("pending/", "in_process/", "authorized/"))}
PAID = {state for state in STATES if state.startswith("approved/")} | {"charged_back/reimbursed"}
AUTHORIZED = {"authorized/pending_capture"}
ALLOWED = {
    "cancel": (OPEN, "cancelled/by_collector", ENDED),
    "capture": (AUTHORIZED, "approved/accredited", ENDED),
    "capture in part": (AUTHORIZED, "approved/accredited", ENDED),
    "refund": (PAID, "refunded/refunded", NO_MONEY),
    "refund in part": (PAID, "approved/partially_refunded", NO_MONEY),
    "change": (set(STATES), None, None),
}


def in_state(emulator, state):
    """The number of a payment that has come to this state."""
    way = STATES[state]
    if isinstance(way, str):
        token = a_token(emulator, way)
        card = {"payment_method_id": "visa", "token": token, "installments": 1}
        return emulator.create(**card, capture=way != "APRO")["id"]
    number = emulator.create()["id"]
    for verb, said in way:
        path = f"/v1/payments/{number}/refunds"
        answer = (
            emulator.call("POST", path, said)
            if verb is None
            else emulator.control("POST", f"/payments/{number}/{verb}", said)
        )
        assert answer.status_code in {200, 201}, answer.text
    return number


def standing(emulator, number):
    told = emulator.call("GET", f"/v1/payments/{number}").json
    return f"{told['status']}/{told['status_detail']}", told


@pytest.mark.parametrize("call", CALLS)
def test_a_call_leads_where_it_should_or_is_refused_with_its_code(emulator, call):
    method, path, body = CALLS[call]
    allowed, reached, code = ALLOWED[call]
    for state in STATES:
        number = in_state(emulator, state)
        before, told = standing(emulator, number)
        assert before == state

        answer = emulator.call(method, f"/v1/payments/{number}{path}", body)

        after, told_after = standing(emulator, number)
        if state in allowed:
            assert (answer.status_code, after) == (201 if path else 200, reached or state), state
        else:
            assert (answer.status_code, answer.json["cause"][0]["code"]) == (400, code), state
            assert told_after == told, state
