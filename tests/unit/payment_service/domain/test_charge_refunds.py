"""How money goes back, by staff or by rule, whatever the provider answers."""

from datetime import timedelta

import pytest

from payment_service.domain.calls import PaymentSaid, RefundCall, RefundSaid
from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import (
    InvalidAmount,
    NotRefundable,
    RefundTooLarge,
    WholeRefundBeforeFinished,
)
from payment_service.domain.provider import (
    Answered,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
    Unknown,
)
from tests.builders.payment_service import TOTAL, Desk, an_answer

APPROVED, CHARGED_BACK = ProviderStatus.APPROVED, ProviderStatus.CHARGED_BACK
DONE, IN_PROCESS = ProviderRefundStatus.DONE, ProviderRefundStatus.IN_PROCESS
REFUSED = ProviderRefundStatus.REFUSED


def a_settled_charge(*, finished=False):
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer())))
    desk.hear(an_answer(APPROVED))
    if finished:
        desk.charge.order_goes_on(finished=True)
    desk.events()
    return desk


def a_cancelled_charge():
    desk = a_settled_charge().close("customer")
    desk.events()
    return desk


def call_of(desk):
    (call,) = [call for call in desk.take() if isinstance(call, RefundCall)]
    return call


def provider_refund(amount=TOTAL, refund_id="r-1", status=DONE):
    return ProviderRefund(refund_id, amount, status)


def answer(desk, call, *args, **kwargs):
    desk.conclude(RefundSaid(call, Answered(provider_refund(*args, **kwargs))))


def refunds(desk):
    return [(refund.status, refund.amount) for refund in desk.payment.refunds]


# before it was heard of


def came_and_went(desk):
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(),)))
    return desk


def test_money_that_came_and_went_before_it_was_heard_of_pays_for_nothing():
    desk = came_and_went(Desk().place())
    assert (desk.charge.state, desk.charge.record.kept) == (ChargeState.OPEN, None)
    assert desk.told() == ["refunded"]
    assert desk.place().told() == ["refunded"]
    assert [call for call in desk.take() if isinstance(call, RefundCall)] == []
    assert desk.close("expired").told() == ["closed"]
    assert desk.charge.state is ChargeState.CLOSED


def test_money_that_came_and_went_while_the_order_expired_takes_nothing_back():
    desk = Desk().place()
    desk.take()
    assert came_and_went(desk.close("expired")).told() == ["refunded", "closed"]


def test_another_attempt_may_begin_after_money_that_came_and_went():
    desk = came_and_went(Desk().place())
    assert desk.retry().number == 2


def test_money_of_which_a_part_had_gone_back_pays_the_order():
    desk = Desk().place()
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(TOTAL - 1),)))
    assert desk.told() == ["approved", "refunded"]


# by rule


def test_a_cancelled_orders_money_goes_back_whole():
    desk = a_cancelled_charge()
    call = call_of(desk)
    assert (call.amount, call.whole, call.repeated, call.provider_id) == (TOTAL, True, False, "mp-payment-1")
    answer(desk, call)
    (event,) = desk.events()
    assert (event.type, event.refund_id, event.reason) == (
        "payment.refunded.v1",
        call.refund_id,
        "order_cancelled",
    )
    assert (event.refunded_total, event.amount) == (TOTAL, TOTAL)
    assert desk.payment.refundable == 0
    assert desk.take() == []


def test_who_asks_again_to_end_hears_again_of_the_refunds_that_are_done():
    desk = a_cancelled_charge()
    assert desk.close("customer").told() == ["closed"]
    answer(desk, call_of(desk))
    desk.events()
    assert desk.close("customer").told() == ["closed", "refunded"]


def test_an_unknown_outcome_is_looked_for_and_then_said_again_with_the_same_key():
    desk = a_cancelled_charge()
    first = call_of(desk)
    assert desk.conclude(RefundSaid(first, Unknown("timeout"))) == 1
    second = call_of(desk.wait(seconds=5))
    assert (second.refund_id, second.repeated) == (first.refund_id, True)
    assert desk.conclude(RefundSaid(second, Unknown("timeout"))) == 2
    assert refunds(desk) == [("IN_PROCESS", TOTAL)]
    assert desk.told() == []


def test_a_refund_is_said_anew_once_and_from_then_on_again_even_where_no_outcome_came():
    desk = a_cancelled_charge()
    assert not call_of(desk).repeated
    assert call_of(desk.wait(seconds=60)).repeated
    desk = a_cancelled_charge()
    desk.conclude(RefundSaid(call_of(desk), Unknown("timeout")))
    assert call_of(desk.wait(seconds=60)).repeated


def test_a_refused_refund_is_followed_by_another_with_a_new_key_for_ever():
    desk = a_cancelled_charge()
    keys = set()
    for tries in range(1, 9):
        call = call_of(desk)
        keys.add(call.refund_id)
        assert desk.conclude(RefundSaid(call, Refused("2031"))) == tries
        assert desk.told() == ["refund_failed"]
        desk.now = desk.payment.refunds[-1].work.due_at
    assert len(keys) == 8
    assert desk.payment.refunds[-1].work.tries == 8
    answer(desk, call_of(desk))
    assert desk.payment.refunded == TOTAL


def test_an_outdated_lease_stores_nothing():
    desk = a_cancelled_charge()
    first = call_of(desk)
    second = call_of(desk.wait(seconds=45))
    assert desk.conclude(RefundSaid(first, Refused("late"))) == 0
    answer(desk, second)
    assert refunds(desk) == [("DONE", TOTAL)]


def test_a_refund_that_nobody_asked_for_is_not_concluded():
    desk = a_cancelled_charge()
    call = call_of(desk)
    foreign = RefundCall(**{name: getattr(call, name) for name in call.__slots__} | {"refund_id": "other"})
    assert desk.conclude(RefundSaid(foreign, Refused("x"))) == 0


def test_a_refund_that_the_provider_still_works_on_is_found_by_its_id_there():
    desk = a_cancelled_charge()
    answer(desk, call_of(desk), status=IN_PROCESS)
    assert refunds(desk) == [("IN_PROCESS", TOTAL)]
    call = call_of(desk.wait(seconds=5))
    assert call.own_provider_id == "r-1"
    assert call.find_in([provider_refund(refund_id="r-0"), provider_refund()]) == provider_refund()
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(),)))
    assert refunds(desk) == [("DONE", TOTAL)]
    assert desk.told() == ["refunded"]


def test_a_refund_that_was_lost_on_the_way_is_found_by_its_amount_unless_another_has_it():
    desk = a_settled_charge()
    desk.refund(1000)
    desk.refund(1000)
    first, second = [call for call in desk.take() if isinstance(call, RefundCall)]
    answer(desk, first, 1000, "r-1")
    desk.conclude(RefundSaid(second, Unknown("timeout")))
    again = call_of(desk.wait(seconds=5))
    listed = [
        provider_refund(1000, "r-1"),
        provider_refund(1000, "r-3", REFUSED),
        provider_refund(999, "r-4"),
    ]
    assert again.find_in(listed) is None
    assert again.find_in([*listed, provider_refund(1000, "r-2")]) == provider_refund(1000, "r-2")


def test_two_refunds_of_one_amount_that_were_taken_for_each_other_are_sorted_out():
    desk = a_settled_charge()
    desk.refund(1000)
    desk.refund(1000)
    first, second = [call for call in desk.take() if isinstance(call, RefundCall)]
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000, "r-2"),)))
    answer(desk, second, 1000, "r-2")
    answer(desk, first, 1000, "r-1")
    assert refunds(desk) == [("DONE", 1000), ("IN_PROCESS", 1000)]
    again = call_of(desk.wait(seconds=5))
    found = again.find_in([provider_refund(1000, "r-2"), provider_refund(1000, "r-1")])
    desk.conclude(RefundSaid(again, Answered(found)))
    assert refunds(desk) == [("DONE", 1000), ("DONE", 1000)]
    assert {refund.provider_id for refund in desk.payment.refunds} == {"r-1", "r-2"}


def test_a_key_that_made_the_refund_counted_for_another_is_followed_by_a_new_one():
    desk = a_settled_charge()
    desk.refund(1000)
    desk.refund(1000)
    lost, made = [call for call in desk.take() if isinstance(call, RefundCall)]
    desk.conclude(RefundSaid(lost, Unknown("timeout")))
    desk.conclude(RefundSaid(made, Unknown("timeout")))
    lost, made = [call for call in desk.wait(seconds=5).take() if isinstance(call, RefundCall)]
    answer(desk, lost, 1000, "r-2")
    answer(desk, made, 1000, "r-2")  # both looked at once
    assert refunds(desk) == [("DONE", 1000), ("IN_PROCESS", 1000)]
    made = call_of(desk.wait(seconds=60))
    answer(desk, made, 1000, "r-2")  # nothing else was there, and the key gave what it had made
    assert refunds(desk) == [("DONE", 1000), ("FAILED", 1000), ("REQUESTED", 1000)]
    anew = call_of(desk.wait(seconds=3600))
    assert (anew.repeated, anew.others) == (True, {"r-2"})
    answer(desk, anew, 1000, "r-3")
    assert desk.payment.refunded == 2000


def test_money_that_the_provider_returned_by_itself_is_counted_and_not_returned_twice():
    desk = a_settled_charge()
    desk.hear(
        an_answer(APPROVED, refunds=(provider_refund(2000, "r-9"), provider_refund(7, "r-8", IN_PROCESS)))
    )
    (event,) = desk.events()
    assert (event.reason, event.refunded_total) == ("provider", 2000)
    desk.close("customer")
    assert call_of(desk).amount == TOTAL - 2000


def test_a_refund_that_was_made_without_us_is_known_from_when_it_was_heard_of():
    desk = a_settled_charge().wait(seconds=7)
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(980),)))
    (foreign,) = desk.payment.refunds
    assert (foreign.id, foreign.amount, foreign.reason) == ("payment-2", 980, "provider")
    assert (foreign.created_at, foreign.done_at, foreign.by_staff) == (desk.now, desk.now, False)


def test_a_foreign_refund_of_just_what_was_asked_for_is_taken_for_it():
    desk = a_cancelled_charge()
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(refund_id="r-9"),)))
    assert refunds(desk) == [("DONE", TOTAL)]
    assert desk.take() == []


def test_a_foreign_refund_that_crosses_ours_leaves_only_the_rest_to_return():
    desk = a_cancelled_charge()
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(2000, "r-9"),)))
    assert refunds(desk) == [("VOID", TOTAL), ("DONE", 2000), ("REQUESTED", TOTAL - 2000)]


def test_a_refund_refused_in_the_providers_list_is_followed_by_another():
    desk = a_cancelled_charge()
    answer(desk, call_of(desk), status=IN_PROCESS)
    desk.hear(
        an_answer(APPROVED, refunds=(provider_refund(status=REFUSED), provider_refund(5, "r-7", REFUSED)))
    )
    assert refunds(desk) == [("FAILED", TOTAL), ("REQUESTED", TOTAL)]


def test_a_refund_that_had_failed_and_is_done_after_all_needs_no_other_in_its_place():
    desk = a_settled_charge()
    desk.refund(700)
    desk.refund(1000)
    desk.refund(1000)
    calls = [call for call in desk.take() if isinstance(call, RefundCall)]
    for number, call in enumerate(calls):
        answer(desk, call, call.amount, f"r-{number}", IN_PROCESS)
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000, "r-1", REFUSED),)))
    assert refunds(desk)[1:] == [("FAILED", 1000), ("IN_PROCESS", 1000), ("REQUESTED", 1000)]
    desk.events()
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000, "r-1"),)))
    assert refunds(desk)[1:] == [("DONE", 1000), ("IN_PROCESS", 1000), ("VOID", 1000)]
    assert desk.told() == ["refunded"]


def test_a_refund_that_had_failed_and_is_done_after_all_is_counted_beside_one_that_was_done_in_its_place():
    desk = a_settled_charge()
    desk.refund(1000)
    answer(desk, call_of(desk), 1000, status=IN_PROCESS)
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000, status=REFUSED),)))
    answer(desk, call_of(desk.wait(seconds=60)), 1000, "r-2")
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000), provider_refund(1000, "r-2"))))
    assert refunds(desk) == [("DONE", 1000), ("DONE", 1000)]


def test_a_refund_that_had_failed_and_is_done_after_all_takes_no_other_refunds_place():
    desk = a_settled_charge()
    desk.refund(1000)
    answer(desk, call_of(desk), 1000, status=IN_PROCESS)
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000, status=REFUSED),)))
    answer(desk, call_of(desk.wait(seconds=60)), 1000, "r-2")
    desk.refund(500)
    desk.refund(1000, "cold")
    desk.hear(an_answer(APPROVED, refunds=(provider_refund(1000), provider_refund(1000, "r-2"))))
    assert refunds(desk)[2:] == [("REQUESTED", 500), ("REQUESTED", 1000)]


def test_a_refund_under_way_when_the_money_is_charged_back_is_void_unless_it_was_done_after_all():
    desk = a_cancelled_charge()
    call = call_of(desk)
    desk.hear(an_answer(CHARGED_BACK))
    assert desk.conclude(RefundSaid(call, Refused("2063"))) == 1
    assert refunds(desk) == [("VOID", TOTAL)]
    answer(desk, call)
    assert refunds(desk) == [("DONE", TOTAL)]


def test_a_refund_that_is_refused_because_the_money_is_gone_is_not_tried_again():
    desk = a_settled_charge()
    desk.refund(1000)
    call = call_of(desk)
    desk.hear(an_answer(CHARGED_BACK))
    desk.conclude(RefundSaid(call, Refused("2063")))
    assert refunds(desk) == [("VOID", 1000)]


# by staff


def test_staff_return_a_part():
    desk = a_settled_charge()
    refund = desk.refund(1000, "faltou o molho")
    assert (refund.amount, refund.reason, refund.by_staff) == (1000, "faltou o molho", True)
    call = call_of(desk)
    assert (call.amount, call.whole) == (1000, False)
    answer(desk, call, 1000)
    (event,) = desk.events()
    assert (event.reason, event.refunded_total) == ("staff", 1000)


MORE_THAN_LEFT = r"^the refund is more than what is left of the payment$"
CANCEL_INSTEAD = r"^cancel the order to return all of its money$"


def test_staff_return_all_that_is_left_once_the_order_was_handed_over():
    desk = a_settled_charge(finished=True)
    desk.refund(1000)
    assert desk.refund().amount == TOTAL - 1000
    with pytest.raises(RefundTooLarge, match=MORE_THAN_LEFT) as raised:
        desk.refund()
    assert raised.value.members() == {"left": "0.00"}


def test_refunds_that_would_add_up_to_the_whole_wait_until_the_order_was_handed_over():
    desk = a_settled_charge()
    with pytest.raises(WholeRefundBeforeFinished, match=CANCEL_INSTEAD):
        desk.refund()
    desk.refund(TOTAL - 1)
    with pytest.raises(WholeRefundBeforeFinished, match=CANCEL_INSTEAD):
        desk.refund(1)
    desk.charge.order_goes_on(finished=True)
    assert desk.refund(1).reason == "staff"


def test_nobody_returns_more_than_is_left():
    desk = a_settled_charge(finished=True)
    desk.refund(1000)
    with pytest.raises(RefundTooLarge, match=MORE_THAN_LEFT) as raised:
        desk.refund(TOTAL - 999)
    assert raised.value.members() == {"left": "49.80"}


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_is_at_least_a_centavo(amount):
    with pytest.raises(InvalidAmount, match=r"^a refund is at least one centavo$"):
        a_settled_charge().refund(amount)


def test_money_that_is_not_here_cannot_be_returned():
    with pytest.raises(NotRefundable, match=r"^the payment is CREATED$"):
        Desk().place().refund(1)
    desk = a_settled_charge()
    desk.hear(an_answer(CHARGED_BACK))
    with pytest.raises(NotRefundable, match=r"^the payment is CHARGED_BACK$"):
        desk.refund(1)


def test_a_partly_refunded_order_that_is_cancelled_gets_back_the_rest():
    desk = a_settled_charge()
    desk.refund(1000)
    desk.close("customer")
    assert refunds(desk) == [("REQUESTED", 1000), ("REQUESTED", TOTAL - 1000)]
    assert [call.whole for call in desk.take()] == [False, False]


def test_refunds_wait_longer_each_time_up_to_an_hour():
    desk = a_cancelled_charge()
    waits = []
    for _ in range(8):
        call = call_of(desk)
        desk.conclude(RefundSaid(call, Unknown("down")))
        waits.append(desk.payment.refunds[0].work.due_at - desk.now)
        desk.now = desk.payment.refunds[0].work.due_at
    assert timedelta(seconds=2.5) <= waits[0] < timedelta(seconds=5)
    assert timedelta(minutes=30) <= waits[-1] < timedelta(hours=1)


def test_a_void_refund_that_was_done_after_all_leaves_nothing_for_the_one_in_its_place():
    desk = a_cancelled_charge()
    call = call_of(desk)
    desk.hear(an_answer(CHARGED_BACK))
    desk.hear(an_answer(APPROVED))
    assert refunds(desk) == [("VOID", TOTAL), ("REQUESTED", TOTAL)]
    answer(desk, call)
    assert refunds(desk) == [("DONE", TOTAL), ("VOID", TOTAL)]
