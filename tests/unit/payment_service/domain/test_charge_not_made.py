"""What a charge makes of a call that was not made, since the provider is not worth asking for now."""

from datetime import timedelta

from payment_service.domain.calls import CreateCall, PaymentSaid, ReadCall
from payment_service.domain.charge_record import ChargeState
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import Answered, NotMade, ProviderStatus, Unknown
from tests.builders.payment_service import NOW, Desk, an_answer

REST = 15


def not_made(desk):
    """What is due is taken, and comes back unsaid."""
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, NotMade(REST)))
    return desk


def test_an_attempt_that_was_never_said_is_due_again_after_the_rest_as_if_it_had_not_been_taken():
    desk = not_made(Desk().place())
    assert (desk.payment.status, desk.payment.sent_at, desk.payment.work.tries) == ("CREATED", None, 0)
    assert NOW + timedelta(seconds=REST) <= desk.payment.work.due_at < NOW + timedelta(seconds=2 * REST)
    assert desk.take() == []
    (call,) = desk.wait(seconds=2 * REST).take()
    assert (type(call), call.repeated) == (CreateCall, False)


def test_a_code_that_was_never_asked_for_lives_long_enough_once_it_is():
    desk = not_made(Desk().place()).wait(minutes=12)
    (call,) = desk.take()
    assert call.expires_at == desk.payment.expires_at == desk.now + timedelta(minutes=40)
    desk.conclude(PaymentSaid(call, Unknown("timeout")))
    (again,) = desk.wait(seconds=2).take()
    assert (again.repeated, again.expires_at) == (True, call.expires_at)


def test_a_card_that_was_never_asked_for_ends_with_its_order_all_the_same():
    desk = Desk(method="card")
    ends = desk.retry(sealed_card="sealed").expires_at
    (call,) = not_made(desk).wait(minutes=12).take()
    assert call.expires_at == ends


def test_an_attempt_that_was_never_said_is_cancelled_here_when_the_order_ends():
    desk = not_made(Desk().place()).close("expired")
    assert (desk.charge.state, desk.payment.status) == (ChargeState.CLOSED, PaymentStatus.CANCELLED)
    assert desk.told() == ["closed"]
    assert desk.wait(days=1).take() == []


def test_an_order_that_ends_while_the_call_is_held_back_is_answered_when_that_is_known():
    desk = Desk().place()
    (call,) = desk.take()
    desk.close("customer")
    assert desk.told() == []
    desk.conclude(PaymentSaid(call, NotMade(REST)))
    assert (desk.charge.state, desk.payment.status) == (ChargeState.CLOSED, PaymentStatus.CANCELLED)
    assert desk.told() == ["closed"]


def test_an_attempt_that_the_provider_may_have_stays_so_when_it_cannot_be_asked():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Unknown("timeout")))
    not_made(desk.wait(seconds=2)).close("expired")
    assert (desk.charge.state, desk.payment.status) == (ChargeState.CLOSING, PaymentStatus.CREATED)
    (call,) = desk.wait(seconds=2 * REST).take()
    assert call.repeated


def test_what_was_heard_meanwhile_is_not_forgotten():
    desk = Desk().place()
    (call,) = desk.take()
    desk.hear(an_answer(ProviderStatus.APPROVED))
    desk.conclude(PaymentSaid(call, NotMade(REST)))
    assert (desk.charge.state, desk.payment.status) == (ChargeState.SETTLED, PaymentStatus.APPROVED)
    assert desk.payment.sent_at == NOW


def test_a_payment_that_cannot_be_looked_at_is_looked_at_later_and_no_look_is_lost():
    desk = Desk().place()
    (call,) = desk.take()
    desk.conclude(PaymentSaid(call, Answered(an_answer())))
    not_made(desk.wait(seconds=5))
    assert desk.payment.work.tries == 0
    assert desk.payment.sent_at == NOW
    (call,) = desk.wait(seconds=2 * REST).take()
    assert isinstance(call, ReadCall)
