from datetime import timedelta

import pytest

from fake_checkout.domain.errors import IdempotencyKeyReused, RefundTooLarge
from fake_checkout.usecases.answer_once_usecase import AnswerOnce, AnswerOnceRequest
from tests.builders.fake_checkout import MINUTE, a_payment
from tests.fakes.fake_checkout.books import FakeBooks


@pytest.fixture
def books():
    return FakeBooks()


class Effect:
    """Something that must happen once: a payment is kept, in a unit of work of its own."""

    def __init__(self, books, error=None):
        self.books, self.error, self.happened = books, error, 0

    def __call__(self):
        self.happened += 1
        with self.books.uow() as uow:
            uow.payments.add(a_payment())
            uow.commit()
        if self.error:
            raise self.error
        return 201, f"answer {self.happened}"


def ask(books, effect, key="key", fingerprint="body", scope="scope"):
    return AnswerOnce(books.uow, books.switches).execute(AnswerOnceRequest(scope, key, fingerprint, effect))


def test_the_same_request_again_gets_the_first_answer_and_has_no_effect(books):
    effect = Effect(books)

    first = ask(books, effect)
    second = ask(books, effect)

    assert (first.status, first.body) == (201, "answer 1")
    assert second == first
    assert effect.happened == 1


def test_another_body_under_the_key_is_refused(books):
    effect = Effect(books)
    ask(books, effect)

    with pytest.raises(IdempotencyKeyReused):
        ask(books, effect, fingerprint="another body")
    assert effect.happened == 1


@pytest.mark.parametrize("other", [{"key": "another"}, {"scope": "another"}])
def test_another_key_or_scope_is_another_request(books, other):
    effect = Effect(books)
    ask(books, effect)

    ask(books, effect, **other)

    assert effect.happened == 2


def test_a_key_is_kept_for_a_day(books):
    effect = Effect(books)
    ask(books, effect)

    books.real_now += timedelta(hours=24)
    ask(books, effect)
    assert effect.happened == 1

    books.real_now += MINUTE
    assert ask(books, effect, fingerprint="another body").body == "answer 2"
    assert ask(books, effect, fingerprint="another body").body == "answer 2"


def test_what_fails_keeps_neither_effect_nor_answer(books):
    with pytest.raises(RefundTooLarge):
        ask(books, Effect(books, RefundTooLarge("too much")))

    assert books.pages.payments == {}
    assert ask(books, Effect(books)).body == "answer 1"


@pytest.mark.parametrize(("hours", "happened"), [("1", 2), ("24", 1), ("72", 1)])
def test_how_long_a_key_is_kept_is_a_switch(books, hours, happened):
    books.pages.switches = {"key_hours": hours}
    effect = Effect(books)
    ask(books, effect)

    books.real_now += timedelta(hours=2)
    ask(books, effect)

    assert effect.happened == happened


def test_under_which_status_an_answer_is_given_again_is_a_switch(books):
    books.pages.switches = {"replay": "200"}
    effect = Effect(books)

    statuses = [ask(books, effect).status for _ in range(2)]

    assert statuses == [201, 200]


def test_an_error_that_is_kept_is_given_again_as_it_was(books):
    books.pages.switches = {"replay": "200"}

    statuses = [ask(books, lambda: (500, "{}")).status for _ in range(2)]

    assert statuses == [500, 500]
