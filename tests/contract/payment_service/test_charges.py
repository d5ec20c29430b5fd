"""What every storage of charges has to do, in memory as in SQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payment_service.domain.calls import PaymentSaid, RefundCall, RefundSaid
from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import ChargeRecord, ChargeState, Means
from payment_service.domain.errors import UnknownCharge, UnknownPayment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import Answered, ProviderRefund, ProviderRefundStatus, ProviderStatus
from payment_service.domain.refund import RefundStatus
from payment_service.domain.work import Work
from payment_service.ports.charge_repository_port import ContradictingAnswer
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.ids import new_id
from tests.builders.payment_service import (
    LEASE,
    NOW,
    ORDER,
    STORE,
    TOTAL,
    a_payment,
    a_refund,
    an_answer,
    take_calls,
    terms,
)


def opened(books, order_id=ORDER, **changes):
    with books.uow() as uow:
        charge = uow.charges.opened(terms(order_id=order_id, **changes), NOW)
        uow.commit()
    return charge


def stored(books, order_id=ORDER, store=STORE):
    with books.uow() as uow:
        return uow.charges.get(store, order_id)


def change(books, act, order_id=ORDER):
    """Do something to the stored charge."""
    with books.uow() as uow:
        charge = uow.charges.get(STORE, order_id)
        result = act(charge)
        uow.charges.save(charge)
        uow.commit()
    return result


def placed(books, order_id=ORDER, now=NOW):
    opened(books, order_id)
    change(books, lambda charge: charge.place(now=now, new_id=new_id), order_id)
    return stored(books, order_id)


def made(books, order_id=ORDER, status=ProviderStatus.PENDING, **changes):
    """An attempt that the provider has answered for."""
    placed(books, order_id)

    def speak(charge):
        (call,) = take_calls(charge, now=NOW, lease_until=NOW + LEASE)
        answer = an_answer(status, of=call.payment_id, reference=order_id, **changes)
        charge.conclude(PaymentSaid(call, Answered(answer)), now=NOW, new_id=new_id)
        return answer

    return change(books, speak, order_id)


def test_a_charge_is_opened_once_with_the_terms_that_came_first(books):
    first = opened(books)
    assert (first.state, first.version, first.payments) == (ChargeState.OPEN, 1, ())
    opened(books, total=1)
    assert stored(books).record.terms == terms()


def test_what_was_not_committed_is_gone(books):
    with books.uow() as uow:
        uow.charges.opened(terms(), NOW)
    with pytest.raises(UnknownCharge):
        stored(books)


def test_a_charge_is_found_by_its_order_in_its_store_alone(books):
    opened(books)
    with pytest.raises(UnknownCharge):
        stored(books, store="other")
    with pytest.raises(UnknownCharge):
        opened(books, store="other")


def test_each_save_is_the_next_version_and_tells_its_events_with_it(books):
    made(books)
    assert stored(books).version == 3
    assert books.said() == [("payment.created.v1", ORDER, STORE, 3)]


def test_who_saves_what_somebody_else_has_changed_is_told(books):
    stale = placed(books)
    change(books, lambda charge: charge.order_goes_on(finished=True))
    stale.order_goes_on(finished=True)
    with books.uow() as uow, pytest.raises(StaleAggregate):
        uow.charges.save(stale)


def test_a_charge_is_found_by_its_attempt(books):
    payment = placed(books).payments[0]
    with books.uow() as uow:
        assert uow.charges.of_payment(STORE, payment.id).subject == ORDER
        with pytest.raises(UnknownPayment):
            uow.charges.of_payment("other", payment.id)
        with pytest.raises(UnknownPayment):
            uow.charges.of_payment(STORE, "nobody")


def test_a_charge_is_found_by_what_the_provider_says(books):
    answer = made(books)
    with books.uow() as uow:
        assert uow.charges.of_answer(replace(answer, reference=None), store=None).subject == ORDER
        assert uow.charges.of_answer(replace(answer, id="unheard of"), store=None).subject == ORDER
        assert uow.charges.of_answer(replace(answer, id="unheard of", reference="other"), store=None) is None
        assert uow.charges.of_answer(replace(answer, id="unheard of", reference=None), store=None) is None
        assert uow.charges.of_answer(answer, store=STORE).subject == ORDER
        assert uow.charges.of_answer(answer, store="other") is None


def test_the_providers_answers_are_kept_as_proof(books):
    answer = made(books)
    change(
        books,
        lambda charge: charge.hear(replace(answer, status=ProviderStatus.APPROVED), now=NOW, new_id=new_id),
    )
    payment_id = stored(books).payments[0].id
    assert books.proofs() == [(payment_id, "PENDING", TOTAL), (payment_id, "APPROVED", TOTAL)]


def test_a_providers_id_belongs_to_one_payment(books):
    answer = made(books)
    other = "019aa000-0000-7000-8000-000000000002"
    with pytest.raises(ContradictingAnswer):
        made(books, other, id=answer.id)
    assert stored(books, other).payments[0].provider_id is None


def test_a_providers_refund_belongs_to_one_payment(books):
    refund = ProviderRefund("r-1", 10, ProviderRefundStatus.DONE)
    made(books, status=ProviderStatus.APPROVED, refunds=(refund,))
    with pytest.raises(ContradictingAnswer):
        made(
            books,
            "019aa000-0000-7000-8000-000000000002",
            status=ProviderStatus.APPROVED,
            refunds=(refund,),
        )


def test_an_attempt_that_ends_makes_room_for_the_next(books):
    answer = made(books)

    def reject_and_retry(charge):
        charge.hear(replace(answer, status=ProviderStatus.REJECTED), now=NOW, new_id=new_id)
        charge.request_attempt(Means(), now=NOW, new_id=new_id)

    change(books, reject_and_retry)
    assert [payment.status for payment in stored(books).payments] == ["REJECTED", "CREATED"]


def test_what_is_due_is_given_out_longest_waiting_first(books):
    early, late = ORDER, "019aa000-0000-7000-8000-000000000002"
    placed(books, late, now=NOW + timedelta(seconds=1))
    placed(books, early)
    opened(books, "019aa000-0000-7000-8000-000000000003")
    with books.uow() as uow:
        assert uow.due_charges.next_due(NOW - timedelta(seconds=1)) is None
        assert uow.due_charges.next_due(NOW).subject == early
        assert uow.due_charges.next_due(NOW + timedelta(seconds=1)).subject == early
    change(books, lambda charge: take_calls(charge, now=NOW, lease_until=NOW + LEASE), early)
    with books.uow() as uow:
        assert uow.due_charges.next_due(NOW + timedelta(seconds=1)).subject == late


def test_a_silent_order_is_given_out_when_it_is_to_be_reminded(books):
    opened(books, attempts_allowed=1)
    change(books, lambda charge: charge.place(now=NOW, new_id=new_id))

    def reject(charge):
        (call,) = take_calls(charge, now=NOW, lease_until=NOW + LEASE)
        answer = an_answer(ProviderStatus.REJECTED, of=call.payment_id)
        charge.conclude(PaymentSaid(call, Answered(answer)), now=NOW, new_id=new_id)

    change(books, reject)
    with books.uow() as uow:
        assert uow.due_charges.next_silent(NOW + timedelta(seconds=29)) is None
        charge = uow.due_charges.next_silent(NOW + timedelta(seconds=30))
        assert charge.subject == ORDER
        uow.announcements.say_again(ORDER, "payment.rejected.v1")
        uow.announcements.say_again(ORDER, "payment.approved.v1")
        uow.commit()
    assert [kind for kind, *_ in books.said()] == ["payment.rejected.v1"] * 2


def test_refunds_are_kept_in_the_order_in_which_they_were_asked_for(books):
    made(books, status=ProviderStatus.APPROVED)
    payment_id = stored(books).payments[0].id

    def ask(charge):
        for amount in (300, 100, 200):
            charge.request_refund(payment_id, amount, f"note {amount}", now=NOW, new_id=new_id)

    change(books, ask)

    def conclude(charge):
        calls = take_calls(charge, now=NOW, lease_until=NOW + LEASE)
        (call,) = [one for one in calls if isinstance(one, RefundCall) and one.amount == 100]
        done = ProviderRefund("r-9", 100, ProviderRefundStatus.DONE)
        charge.conclude(RefundSaid(call, Answered(done)), now=NOW, new_id=new_id)

    change(books, conclude)
    found = stored(books).payments[0].refunds
    assert [(one.amount, one.status) for one in found] == [
        (300, RefundStatus.IN_PROCESS),
        (100, RefundStatus.DONE),
        (200, RefundStatus.IN_PROCESS),
    ]


instants = st.datetimes(
    min_value=NOW.replace(tzinfo=None), max_value=NOW.replace(tzinfo=None) + timedelta(days=9)
)
times = instants.map(lambda at: at.replace(tzinfo=NOW.tzinfo))
words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20)
works = st.builds(
    Work,
    next_at=st.none() | times,
    tries=st.integers(0, 99),
    lease=st.integers(0, 99),
    leased_until=st.none() | times,
)
refund_parts = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 10**9),
        "reason": words,
        "created_at": times,
        "by_staff": st.booleans(),
        "status": st.sampled_from(RefundStatus),
        "failure": st.none() | words,
        "done_at": st.none() | times,
        "returned_at": st.none() | times,
        "work": works,
    }
)
payment_parts = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 10**9),
        "method": st.sampled_from(["pix", "card"]),
        "created_at": times,
        "expires_at": times,
        "detail": st.none() | words,
        "collector": st.none() | words,
        "sealed_card": st.none() | words,
        "sent_at": st.none() | times,
        "at_provider": st.none() | st.sampled_from(ProviderStatus),
        "provider_updated_at": st.none() | times,
        "held": st.none() | st.integers(0, 10**9),
        "qr_code": st.none() | words,
        "ticket_url": st.none() | words,
        "approved_at": st.none() | times,
        "paid_at": st.none() | times,
        "unwanted": st.booleans(),
        "return_reason": st.none() | words,
        "work": works,
    }
)
ended = st.sampled_from([PaymentStatus.REJECTED, PaymentStatus.CANCELLED, PaymentStatus.CHARGED_BACK])


@st.composite
def records(draw):
    """Any charge that the database's own rules allow."""
    payments = []
    for number, parts in enumerate(draw(st.lists(payment_parts, max_size=3)), start=1):
        returned = [
            a_refund(id=new_id(), provider_id=draw(st.none() | st.builds(new_id)), **refund)
            for refund in draw(st.lists(refund_parts, max_size=2))
        ]
        payments.append(
            a_payment(
                id=new_id(),
                number=number,
                status=draw(ended) if number > 1 else draw(st.sampled_from(PaymentStatus)),
                kept=draw(st.booleans()) if number == 1 else False,
                provider_id=new_id(),
                refunds=tuple(returned),
                **parts,
            )
        )
    return ChargeRecord(
        terms=terms(
            order_id=new_id(),
            total=draw(st.integers(1, 10**9)),
            method=draw(st.sampled_from(["pix", "card"])),
            deadline=draw(times),
            attempts_allowed=draw(st.integers(1, 9)),
        ),
        created_at=draw(times),
        state=draw(st.sampled_from(ChargeState)),
        reason=draw(st.none() | words),
        closing_since=draw(st.none() | times),
        finished=draw(st.booleans()),
        remind_at=draw(st.none() | times),
        reminders=draw(st.integers(0, 9)),
        payments=tuple(payments),
    )


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(record=records(), later=records())
def test_what_is_loaded_is_what_was_saved_down_to_every_field(books, record, later):
    order_id = record.terms.order_id
    with books.uow() as uow:
        empty = uow.charges.opened(record.terms, record.created_at)
        charge = Charge(empty.record, empty.version)
        charge._record = record
        uow.charges.save(charge)
        uow.commit()
    assert stored(books, order_id).record == record
    changed = replace(
        later,
        terms=record.terms,
        created_at=record.created_at,
        payments=tuple(
            replace(
                one, id=known.id, number=known.number, provider_id=known.provider_id, refunds=known.refunds
            )
            for one, known in zip(later.payments, record.payments, strict=False)
        )
        + record.payments[len(later.payments) :],
    )
    with books.uow() as uow:
        charge = uow.charges.get(STORE, order_id)
        charge._record = changed
        uow.charges.save(charge)
        uow.commit()
    assert stored(books, order_id).record == changed
