"""What every keeper of answers, faults, clock and calls does."""

import threading
from datetime import timedelta

import pytest

from fake_checkout.bootstrap import MIGRATIONS
from fake_checkout.domain.errors import IdempotencyKeyInFlight, UnknownCardToken, UnknownPayment
from fake_checkout.domain.fault_rule import rules_from
from fake_checkout.domain.faults import Faults, Watch
from fake_checkout.ports.unit_of_work_port import Answer, RecordedRequest
from servicekit.database.migrations import is_current
from tests.builders.fake_checkout import MINUTE, NOON, a_card_token, a_delivery, a_notification, a_payment
from tests.contract.fake_checkout.conftest import real_books

ANSWER = Answer("fingerprint", 201, '{"á": 1}')
RULES = rules_from(
    [
        {"kind": "status", "status": 503, "method": "POST", "path": "/v1/payments", "times": 2, "skip": 1},
        {"kind": "webhook_delay", "seconds": 1.5, "payment_id": 12, "probability": 0.25},
        {"kind": "rate_limit", "retry_after": 3},
        {"kind": "altered", "members": {"currency_id": "USD"}, "external_reference": "order-1"},
    ]
)


def recorded(number=0):
    at = NOON + number * MINUTE
    return RecordedRequest(at, "GET", f"/v1/payments/{number}", {"Accept": "*/*"}, "corpo", 200)


def keep_answer(books, key, now=NOON, answer=ANSWER):
    with books.uow() as uow:
        uow.answers.keep("scope", key, answer, now)
        uow.commit()


def find(books, key, scope="scope", since=NOON):
    with books.uow() as uow:
        return uow.answers.find(scope, key, since=since)


def test_an_answer_is_found_under_its_scope_and_key(books):
    keep_answer(books, "key")

    assert find(books, "key") == ANSWER
    assert find(books, "another") is None
    assert find(books, "key", scope="another") is None
    assert find(books, "key", since=NOON + MINUTE) is None


def test_an_answer_takes_the_place_of_one_that_has_lapsed(books):
    keep_answer(books, "key")
    keep_answer(books, "key", NOON + MINUTE, Answer("other", 200, "{}"))

    assert find(books, "key", since=NOON + MINUTE) == Answer("other", 200, "{}")


def test_a_key_that_another_process_works_on_is_in_flight(postgres_url):
    books = real_books(postgres_url)
    taken, done = threading.Event(), threading.Event()

    def hold():
        with books.uow() as uow:
            uow.answers.find("scope", "key", since=NOON)
            taken.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert taken.wait(10)
        with pytest.raises(IdempotencyKeyInFlight):
            find(books, "key")
        assert find(books, "another") is None
    finally:
        done.set()
        holder.join(10)
    assert find(books, "key") is None
    books.database.dispose()


def test_faults_come_back_as_they_were_set(books):
    faults = Faults(-7, tuple(Watch(rule, 3, 2) for rule in RULES), ("key",))
    assert books.query.faults() == Faults()

    with books.uow() as uow:
        uow.workbench.set_faults(faults)
        assert uow.workbench.faults() == faults
        uow.commit()

    assert books.query.faults() == faults


def test_the_virtual_clock_is_so_far_from_the_real_one(books):
    assert books.query.now() == NOON
    with books.uow() as uow:
        uow.workbench.set_offset(timedelta(seconds=-90))
        uow.commit()

    assert books.query.offset() == timedelta(seconds=-90)
    assert books.query.now() == NOON - timedelta(seconds=90)
    with books.uow() as uow:
        assert (uow.offset(), uow.real_now()) == (timedelta(seconds=-90), NOON)
        assert uow.now() == NOON - timedelta(seconds=90)


def test_calls_are_listed_as_they_were_recorded(books):
    cut = RecordedRequest(NOON, "POST", "/v1/payments", {}, "", None)
    with books.uow() as uow:
        uow.workbench.record(recorded())
        uow.workbench.record(cut)
        uow.commit()

    assert books.query.requests() == [recorded(), cut]


def test_old_answers_old_card_tokens_and_all_but_the_newest_calls_are_forgotten(books):
    old, new = a_card_token(created_at=NOON - MINUTE), a_card_token()
    keep_answer(books, "old", NOON - MINUTE)
    keep_answer(books, "new", NOON)
    with books.uow() as uow:
        for number in range(5):
            uow.workbench.record(recorded(number))
        for token in (old, new):
            uow.card_tokens.add(token)
        uow.commit()

    before = {"answers_before": NOON, "card_tokens_before": NOON}
    with books.uow() as uow:
        assert uow.workbench.forget(**before, newest_requests=2) == 5
        assert uow.workbench.forget(**before, newest_requests=9) == 0
        uow.commit()

    assert books.query.card_token(new.id) == new
    with pytest.raises(UnknownCardToken):
        books.query.card_token(old.id)

    assert find(books, "old", since=NOON - MINUTE) is None
    assert find(books, "new") == ANSWER
    assert books.query.requests() == [recorded(3), recorded(4)]


def test_a_wipe_leaves_nothing(books):
    notification = a_notification()
    with books.uow() as uow:
        uow.payments.add(payment := a_payment())
        uow.notifications.add(notification)
        uow.deliveries.add(a_delivery(notification))
        uow.workbench.record(recorded())
        uow.workbench.set_faults(Faults(1, (Watch(RULES[0]),)))
        uow.workbench.set_offset(timedelta(hours=1))
        uow.answers.keep("scope", "key", ANSWER, NOON)
        uow.commit()
    with books.uow() as uow:
        paid = uow.payments.get(payment.id)
        paid.approve(NOON)
        paid.refund(1, 10, NOON)
        uow.payments.save(paid)
        uow.commit()

    with books.uow() as uow:
        uow.workbench.wipe()
        uow.commit()

    with pytest.raises(UnknownPayment):
        books.query.payment(payment.id)
    assert not books.query.notification_is_due()
    assert (list(books.query.deliveries()), list(books.query.requests())) == ([], [])
    assert (books.query.faults(), books.query.offset()) == (Faults(), timedelta())
    assert find(books, "key") is None


def test_switches_come_back_as_they_were_turned_until_all_is_forgotten(books):
    assert books.query.switches() == {}

    with books.uow() as uow:
        uow.workbench.set_switches({"webhook_ts": "milliseconds"})
        assert uow.workbench.switches() == {"webhook_ts": "milliseconds"}
        uow.commit()
    assert books.query.switches() == {"webhook_ts": "milliseconds"}

    with books.uow() as uow:
        uow.workbench.wipe()
        uow.commit()
    assert books.query.switches() == {}


def test_a_migrated_database_is_current(stored_books):
    assert is_current(stored_books.database, MIGRATIONS)


def test_of_two_who_decide_at_once_one_wins(stored_books):
    payment = a_payment()
    with stored_books.uow() as uow:
        uow.payments.add(payment)
        uow.commit()
    start = threading.Barrier(2)
    outcomes = []

    def decide(verb):
        start.wait(10)
        try:
            with stored_books.uow() as uow:
                loaded = uow.payments.get(payment.id)
                verb(loaded)
                uow.payments.save(loaded)
                uow.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told below
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("won")

    deciders = [
        threading.Thread(target=decide, args=(verb,))
        for verb in (lambda one: one.approve(NOON), lambda one: one.cancel(NOON))
    ]
    for decider in deciders:
        decider.start()
    for decider in deciders:
        decider.join(15)

    assert sorted(outcomes) == ["ActionNotValid", "won"]
    assert stored_books.query.payment(payment.id).version == 2
