"""What is said to the provider, and what is made of its answers."""

from dataclasses import replace

from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderRefund,
    ProviderRefundStatus,
    Refused,
    Unknown,
)
from tests.builders.payment_service import ORDER, TOTAL

OTHER = "019aa000-0000-7000-8000-000000000002"


def kinds(house):
    return [kind for kind, _ in house.gateway.calls]


def test_nothing_is_said_when_nothing_is_due(house):
    assert house.talk() == []


def test_a_new_attempt_is_made_at_the_provider_and_told(house):
    house.place()
    (spoken,) = house.talk()
    assert isinstance(spoken.said.outcome, Answered)
    assert house.payment.status is PaymentStatus.PENDING
    assert house.told() == ["created"]
    assert len(house.database.books.answers) == 1
    assert house.talk() == []


def test_a_lease_is_for_one_call_however_many_are_due(paid_house):
    paid_house.refund(1000)
    paid_house.refund(2000)
    leases = []
    refund = paid_house.gateway.refund

    def slow_refund(call):
        leases.append([one.work.leased_until is not None for one in paid_house.payment.refunds])
        return refund(call)

    paid_house.gateway.refund = slow_refund
    assert len(paid_house.talk()) == 2
    assert leases == [[True, False], [False, True]]


def test_no_call_is_made_inside_a_transaction(house):
    house.place()
    commits = []
    create = house.gateway.create
    house.gateway.create = lambda call: (commits.append(house.database.commits), create(call))[1]
    house.talk()
    assert commits == [2]
    assert house.database.commits == 3


def test_an_answer_that_was_lost_is_looked_for_and_found(house):
    house.place()
    house.gateway.lose_answer("create")
    (spoken,) = house.talk()
    assert (spoken.said.outcome, spoken.tries) == (Unknown("timeout"), 1)
    assert house.told() == []
    house.wait(seconds=2).talk()
    assert house.told() == ["created"]
    assert kinds(house) == ["create", "search"]
    assert len(house.gateway.payments) == 1


def test_what_a_search_does_not_find_is_said_again_with_the_same_key(house):
    house.place()
    house.gateway.never_arrive("create")
    house.talk()
    house.wait(seconds=2).talk()
    assert kinds(house) == ["create", "search", "create"]
    assert {about for kind, about in house.gateway.calls if kind == "create"} == {"id-1"}
    assert house.told() == ["created"]


def test_a_search_of_unknown_outcome_proves_nothing(house):
    house.place()
    house.gateway.never_arrive("create")
    house.gateway.never_arrive("search")
    house.talk()
    (spoken,) = house.wait(seconds=2).talk()
    assert spoken.said.outcome == Unknown("connection refused")
    assert kinds(house) == ["create", "search"]


def test_a_search_that_is_refused_is_not_one_that_found_nothing(house):
    house.place()
    house.gateway.lose_answer("create")
    house.talk()
    house.gateway.refuse("search", "1000")
    house.gateway.refuse("create", "4037")
    (spoken,) = house.wait(seconds=2).talk()
    assert isinstance(spoken.said.outcome, Unknown)
    assert kinds(house) == ["create", "search"]
    assert house.payment.status is PaymentStatus.CREATED
    house.wait(seconds=4).talk()
    assert house.told() == ["created"]
    assert len(house.gateway.payments) == 1


def test_an_attempt_that_was_looked_for_in_vain_and_is_refused_with_its_key_is_over(house):
    house.place()
    house.gateway.never_arrive("create")
    house.gateway.refuse("create", "7523")
    house.talk()
    house.wait(seconds=2).talk()
    assert kinds(house) == ["create", "search", "create"]
    assert house.told() == ["rejected"]


def test_the_other_attempts_that_a_search_finds_are_not_taken_for_this_one(house):
    house.place()
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    house.request_payment()
    house.gateway.never_arrive("create")
    house.talk()
    house.wait(seconds=2).talk()
    assert [payment.status for payment in house.charge.payments] == ["REJECTED", "PENDING"]
    assert len({payment.provider_id for payment in house.charge.payments}) == 2


def test_an_attempt_that_is_refused_is_over(house):
    house.place()
    house.gateway.refuse("create", "4037")
    (spoken,) = house.talk()
    assert spoken.said.outcome == Refused("4037")
    assert house.told() == ["rejected"]


def test_a_payment_whose_notice_was_missed_is_found_by_looking(paid_house):
    assert paid_house.told() == ["created", "approved"]
    assert kinds(paid_house) == ["create", "get"]


def test_a_payment_that_was_paid_before_it_could_be_ended_is_found_by_reading_it_back(house):
    house.place()
    house.talk()
    house.close("expired")
    house.gateway.pay(house.gateway.newest())
    house.talk()
    assert house.told() == ["created", "approved"]


def test_ending_a_payment_is_repeated_until_the_provider_is_heard(house):
    house.place()
    house.talk()
    house.close("customer")
    house.gateway.never_arrive("cancel")
    house.gateway.never_arrive("get")
    house.talk()
    assert house.told() == ["created"]
    house.wait(seconds=2).talk()
    assert house.told() == ["created", "closed"]


def test_a_provider_that_asks_for_patience_when_a_payment_is_ended_gets_it(house):
    house.place()
    house.talk()
    house.close("customer")
    house.gateway.never_arrive("cancel", retry_after=60)
    (spoken,) = house.talk()
    assert isinstance(spoken.said.outcome, Unknown)
    assert house.wait(seconds=59).talk() == []
    assert kinds(house) == ["create", "cancel"]
    house.wait(seconds=1).talk()
    assert house.told() == ["created", "closed"]


def test_the_money_of_a_cancelled_order_goes_back(paid_house):
    paid_house.close("customer")
    paid_house.talk()
    assert paid_house.told() == ["created", "approved", "closed", "refunded"]
    (payment,) = paid_house.gateway.payments.values()
    assert [refund.amount for refund in payment.refunds] == [TOTAL]


def test_a_refund_whose_answer_was_lost_is_looked_for_and_found(paid_house):
    paid_house.close("customer")
    paid_house.gateway.lose_answer("refund")
    (spoken,) = paid_house.talk()
    assert (spoken.said.outcome, spoken.tries) == (Unknown("timeout"), 1)
    paid_house.wait(seconds=5).talk()
    assert kinds(paid_house)[2:] == ["refund", "list_refunds"]
    assert paid_house.told()[-1] == "refunded"


def test_a_refund_that_never_arrived_is_said_again_with_the_same_key(paid_house):
    paid_house.close("customer")
    paid_house.gateway.never_arrive("refund")
    paid_house.gateway.never_arrive("list_refunds")
    paid_house.gateway.refuse("list_refunds", "500")
    paid_house.talk()
    paid_house.wait(seconds=5).talk()
    assert kinds(paid_house)[2:] == ["refund", "list_refunds"]
    paid_house.wait(seconds=15).talk()
    assert kinds(paid_house)[4:] == ["list_refunds"]
    paid_house.wait(seconds=60).talk()
    assert kinds(paid_house)[5:] == ["list_refunds", "refund"]
    assert len({about for kind, about in paid_house.gateway.calls if kind == "refund"}) == 1
    assert paid_house.payment.refunded == TOTAL


def test_a_refused_refund_is_tried_again_with_a_new_key(paid_house):
    paid_house.close("customer")
    paid_house.gateway.refuse("refund", "2031")
    paid_house.talk()
    assert paid_house.told()[-1] == "refund_failed"
    paid_house.wait(seconds=5).talk()
    assert len({about for kind, about in paid_house.gateway.calls if kind == "refund"}) == 2
    assert paid_house.told()[-1] == "refunded"


def test_of_two_alike_refunds_one_of_which_never_arrived_both_are_made(paid_house):
    paid_house.refund(1000)
    paid_house.refund(1000)
    paid_house.gateway.never_arrive("refund")
    paid_house.gateway.lose_answer("refund")
    for _ in range(5):
        paid_house.talk()
        paid_house.wait(minutes=5)
    (payment,) = paid_house.gateway.payments.values()
    assert [refund.amount for refund in payment.refunds] == [1000, 1000]
    assert paid_house.payment.refunded == 2000


def test_a_payment_that_is_read_while_its_refund_is_under_way_is_not_read_again_at_once(paid_house):
    paid_house.refund(1000)
    (paid,) = paid_house.gateway.payments
    slow = ProviderRefund("r-9", 1000, ProviderRefundStatus.IN_PROCESS)
    paid_house.gateway.refund = lambda _call: Answered(slow)
    payments = paid_house.gateway.payments
    payments[paid] = replace(payments[paid], refunds=(slow,))
    paid_house.talk()
    paid_house.wait(hours=25)
    for _ in range(3):
        paid_house.talk()
    assert kinds(paid_house).count("get") == 2
    assert paid_house.talk() == []


def test_a_refund_that_the_provider_had_and_does_not_list_is_not_made_twice(paid_house):
    paid_house.refund(1000)
    slow = ProviderRefund("r-9", 1000, ProviderRefundStatus.IN_PROCESS)
    refund, paid_house.gateway.refund = paid_house.gateway.refund, lambda _call: Answered(slow)
    paid_house.talk()
    paid_house.gateway.refund = refund
    (spoken,) = paid_house.wait(seconds=5).talk()
    assert spoken.said.outcome == Unknown("not in the list: r-9")
    assert kinds(paid_house)[2:] == ["list_refunds"]


def test_late_money_goes_back_without_anybody_asking(house):
    house.place()
    house.talk()
    house.close("customer")
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.wait(minutes=1).talk()
    assert house.payment.refunds[0].reason == "paid_after_close"
    assert house.payment.refunded == TOTAL


def test_an_answer_that_is_another_orders_payment_is_not_believed(house):
    house.place()
    house.talk()
    (known,) = house.gateway.payments.values()
    house.place(order_id=OTHER)
    house.gateway.create = lambda _call: Answered(known)
    (spoken,) = house.talk()
    assert isinstance(spoken.said.outcome, Unknown)
    assert "contradicts" in spoken.said.outcome.reason
    assert house.database.books.charges[OTHER][0].payments[0].status is PaymentStatus.CREATED
    assert house.charge.record.terms.order_id == ORDER


def test_a_refund_that_is_another_payments_is_not_believed(paid_house):
    paid_house.close("customer")
    paid_house.talk()
    done = paid_house.payment.refunds[0].provider_id
    paid_house.place(order_id=OTHER)
    paid_house.talk()
    paid_house.gateway.pay(paid_house.gateway.newest())
    paid_house.wait(seconds=5).talk()
    paid_house.close("customer", order_id=OTHER)
    (stranger,) = [one for one in paid_house.gateway.keys.values() if getattr(one, "id", "") == done]
    paid_house.gateway.refund = lambda _call: Answered(stranger)
    (spoken,) = paid_house.talk()
    assert "contradicts" in spoken.said.outcome.reason


def a_closing_house(house):
    house.place()
    house.talk()
    house.close("customer")
    return house


def test_a_payment_that_cannot_be_ended_for_now_is_still_looked_at(house):
    a_closing_house(house).gateway.plan("cancel", NotMade(15))
    house.gateway.pay(house.gateway.newest())
    house.talk()
    assert house.payment.status is PaymentStatus.APPROVED
    assert house.charge.state == "CLOSED"


def test_a_payment_that_cannot_be_ended_for_now_is_ended_later_and_no_try_is_lost(house):
    a_closing_house(house).gateway.plan("cancel", NotMade(15))
    (spoken,) = house.talk()
    assert (spoken.said.outcome, spoken.tries) == (NotMade(15), 0)
    assert house.talk() == []
    house.wait(seconds=30).talk()
    assert (house.payment.status, house.charge.state) == (PaymentStatus.CANCELLED, "CLOSED")


def test_what_may_have_been_made_and_cannot_be_looked_for_is_not_made_again(house):
    house.place()
    house.gateway.lose_answer("create")
    house.talk()
    house.gateway.plan("search", NotMade(15))
    (spoken,) = house.wait(seconds=2).talk()
    assert spoken.said.outcome == NotMade(15)
    assert kinds(house) == ["create", "search"]


def test_money_that_may_have_gone_back_is_not_offered_again_unseen(house):
    house.place()
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.wait(seconds=5).talk()
    house.close("customer")
    house.gateway.lose_answer("refund")
    house.talk()
    house.gateway.plan("list_refunds", NotMade(15))
    house.wait(seconds=5).talk()
    assert kinds(house)[-1] == "list_refunds"
    house.wait(seconds=30).talk()
    assert [refund.status for refund in house.payment.refunds] == ["DONE"]
