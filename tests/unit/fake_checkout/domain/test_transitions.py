"""Every action in every state: what it leads to, or that it is refused and changes nothing."""

from dataclasses import replace
from itertools import product

import pytest

from fake_checkout.domain.card import OUTCOMES
from fake_checkout.domain.errors import ActionNotValid, UnknownStatusDetail
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.status import DETAILS, Status
from fake_checkout.domain.terms import Amendment
from tests.builders.fake_checkout import A_CARD, MINUTE, NOON, some_terms

AMOUNT = 5990
LATER = NOON + 5 * MINUTE
STATES = (
    "pending/pending_waiting_transfer",
    "pending/pending_challenge",
    "in_process/pending_contingency",
    "authorized/pending_capture",
    "approved/accredited",
    "approved/partially_refunded",
    "approved/partially_bpp_covered",
    "rejected/cc_rejected_other_reason",
    "cancelled/by_collector",
    "cancelled/expired",
    "refunded/refunded",
    "charged_back/in_process",
    "charged_back/settled",
    "charged_back/reimbursed",
    "in_mediation/pending",
)
PENDING = ("pending/pending_waiting_transfer", "pending/pending_challenge")
OPEN = (*PENDING, "in_process/pending_contingency")
CANCELLABLE = (*OPEN, "authorized/pending_capture")
APPROVED = ("approved/accredited", "approved/partially_refunded", "approved/partially_bpp_covered")
WITH_MONEY = (*APPROVED, "charged_back/reimbursed")

ACTIONS = {
    "approve": lambda payment: payment.approve(LATER),
    "approve by force": lambda payment: payment.approve(LATER, force=True),
    "reject": lambda payment: payment.reject("bank_error", LATER),
    "cancel": lambda payment: payment.cancel(LATER),
    "expire": lambda payment: payment.expire(LATER),
    "capture": lambda payment: payment.capture(None, LATER),
    "capture in part": lambda payment: payment.capture(1000, LATER),
    "refund": lambda payment: payment.refund(7, None, LATER),
    "refund in part": lambda payment: payment.refund(7, 1000, LATER),
    "open a chargeback": lambda payment: payment.charge_back("in_process", LATER),
    "settle it": lambda payment: payment.charge_back("settled", LATER),
    "reimburse it": lambda payment: payment.charge_back("reimbursed", LATER),
    "amend": lambda payment: payment.amend(Amendment(description="x"), LATER),
}
LEADS = {
    "approve": dict.fromkeys(OPEN, "approved/accredited"),
    "approve by force": dict.fromkeys(
        (*OPEN, "rejected/cc_rejected_other_reason", "cancelled/by_collector", "cancelled/expired"),
        "approved/accredited",
    ),
    "reject": dict.fromkeys(OPEN, "rejected/bank_error"),
    "cancel": dict.fromkeys(CANCELLABLE, "cancelled/by_collector"),
    "expire": dict.fromkeys(CANCELLABLE, "cancelled/expired"),
    "capture": {"authorized/pending_capture": "approved/accredited"},
    "capture in part": {"authorized/pending_capture": "approved/accredited"},
    "refund": dict.fromkeys(WITH_MONEY, "refunded/refunded"),
    "refund in part": dict.fromkeys(WITH_MONEY, "approved/partially_refunded"),
    "open a chargeback": dict.fromkeys(APPROVED, "charged_back/in_process"),
    "settle it": dict.fromkeys((*APPROVED, "charged_back/in_process"), "charged_back/settled"),
    "reimburse it": {"charged_back/in_process": "charged_back/reimbursed"},
    "amend": {state: state for state in STATES},
}


def standing(payment):
    return f"{payment.status}/{payment.standing.status_detail}"


def in_state(state):
    """A payment by card that has come to this state."""
    status, detail = state.split("/")
    later_captured = status == "authorized"
    terms = some_terms(amount=AMOUNT, method="visa", card=A_CARD, captures_later=later_captured)
    if status == "pending":
        payment = Payment.create(replace(terms, card=None, method="pix"))
        if detail != "pending_waiting_transfer":
            payment.become(Status.PENDING, detail, NOON, refund_id=1)
    elif status == "cancelled":
        payment = Payment.create(terms)
        payment.cancel(NOON) if detail == "by_collector" else payment.expire(NOON)
    elif status in {"in_process", "rejected"}:
        payment = Payment.create(terms, OUTCOMES["CONT" if status == "in_process" else "OTHE"])
    else:
        payment = Payment.create(terms, OUTCOMES["APRO"])
        _lead_on(payment, state)
    payment.pull_changes()
    assert standing(payment) == state
    return payment


def _lead_on(payment, state):
    status, detail = state.split("/")
    if status == "charged_back":
        payment.charge_back("in_process", NOON)
    if detail == "partially_refunded":
        payment.refund(1, 990, NOON)
    elif status == "refunded":
        payment.refund(1, None, NOON)
    elif standing(payment) != state:
        payment.become(Status(status), detail, NOON, refund_id=1)


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_an_action_leads_where_it_should_or_is_refused(state, action):
    payment = in_state(state)
    before = (payment.standing, payment.refunds, payment.terms)

    reached = LEADS[action].get(state)

    if reached is None:
        with pytest.raises(ActionNotValid):
            ACTIONS[action](payment)
        assert (payment.standing, payment.refunds, payment.terms) == before
        assert payment.pull_changes() == ()
    else:
        ACTIONS[action](payment)
        assert standing(payment) == reached
        assert payment.standing.updated_at == LATER
        assert payment.pull_changes() == ("payment.updated",)


DECIDED = {
    "pending": {"pending", "in_process", "approved", "rejected", "cancelled"},
    "in_process": {"in_process", "approved", "rejected", "cancelled"},
    "authorized": {"approved", "cancelled"},
    "approved": {"approved", "refunded", "in_mediation", "charged_back"},
    "in_mediation": {"approved", "refunded"},
    "charged_back": {"charged_back"},
}


@pytest.mark.parametrize("state", STATES)
def test_what_testers_may_decide_is_what_may_follow_with_every_detail(state):
    before = state.split("/")[0]
    reached = set()
    for status in Status:
        for detail in DETAILS[status]:
            payment = in_state(state)
            stood, refunds = payment.standing, payment.refunds
            try:
                payment.become(status, detail, LATER, refund_id=9)
            except ActionNotValid:
                assert (payment.standing, payment.refunds) == (stood, refunds)
            else:
                assert standing(payment) == f"{status}/{detail}"
                reached.add(status.value)
            assert 0 <= payment.refunded <= AMOUNT
            assert (payment.status is Status.REFUNDED) == (payment.refunded == AMOUNT)
    is_over = state in {"charged_back/settled", "charged_back/reimbursed"}
    assert reached == (set() if is_over else DECIDED.get(before, set()))


@pytest.mark.parametrize("status", Status)
def test_a_detail_that_the_status_does_not_have_is_refused(status):
    with pytest.raises(UnknownStatusDetail):
        in_state("pending/pending_waiting_transfer").become(status, "nonsense", LATER, refund_id=9)


@pytest.mark.parametrize(
    ("state", "status", "detail"),
    [
        ("pending/pending_waiting_transfer", Status.IN_PROCESS, "pending_review_manual"),
        ("pending/pending_waiting_transfer", Status.APPROVED, "accredited"),
        ("approved/partially_refunded", Status.REFUNDED, "by_admin"),
        ("approved/accredited", Status.IN_MEDIATION, "pending"),
        ("in_mediation/pending", Status.APPROVED, "accredited"),
    ],
)
def test_without_a_detail_it_is_the_usual_one(state, status, detail):
    payment = in_state(state)

    payment.become(status, None, LATER, refund_id=9)

    assert standing(payment) == f"{status}/{detail}"


def test_a_mediation_that_was_opened_after_a_refund_ends_where_it_began():
    payment = in_state("approved/partially_refunded")
    payment.become(Status.IN_MEDIATION, None, LATER, refund_id=9)

    payment.become(Status.APPROVED, None, LATER, refund_id=9)

    assert standing(payment) == "approved/partially_refunded"


def test_what_the_provider_gives_back_is_a_refund_of_its_own():
    payment = in_state("approved/partially_refunded")

    payment.become(Status.REFUNDED, "bpp_refunded", LATER, refund_id=9)

    assert [(one.amount, one.source) for one in payment.refunds] == [(990, "collector"), (5000, "admin")]
    assert payment.refunded == AMOUNT


def test_what_is_to_be_captured_later_is_authorized_by_whoever_says_yes():
    terms = some_terms(method="visa", card=A_CARD, captures_later=True)
    approved, decided, wrong = (Payment.create(terms, OUTCOMES["CONT"]) for _ in range(3))

    approved.approve(LATER)
    decided.become(Status.AUTHORIZED, None, LATER, refund_id=9)

    assert standing(approved) == standing(decided) == "authorized/pending_capture"
    with pytest.raises(ActionNotValid):
        wrong.become(Status.APPROVED, None, LATER, refund_id=9)


def test_what_was_reimbursed_may_be_approved_again():
    plain, refunded = in_state("charged_back/in_process"), in_state("approved/partially_refunded")
    refunded.charge_back("in_process", LATER)

    plain.charge_back("reimbursed", LATER, approves=True)
    refunded.charge_back("reimbursed", LATER, approves=True)

    assert standing(plain) == "approved/accredited"
    assert standing(refunded) == "approved/partially_refunded"
