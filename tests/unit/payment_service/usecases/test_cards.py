"""Paying by card: by a token that is nobody else's to know, and gone once it has served."""

import pytest

from payment_service.domain.card import Card
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import NotMade, ProviderStatus, Unknown
from payment_service.usecases.reseal_usecase import Resealed

TOKEN = "0123456789abcdef0123456789abcdef"
CARD = Card(TOKEN, 3, {"email": "ana@example.com"})


@pytest.fixture
def house(house):
    """An order that is to be paid by card."""
    house.place(method="card")
    return house


def refused(house, word="refused"):
    house.gateway.cards[word] = (ProviderStatus.REJECTED, "cc_rejected_insufficient_amount")
    return Card(word)


def test_an_order_by_card_waits_for_its_card(house):
    assert house.talk() == []
    assert house.charge.payments == ()


def test_a_card_is_charged_once_and_its_token_is_forgotten(house):
    view = house.request_payment(card=CARD)
    assert (view.method, view.status) == ("card", "CREATED")
    assert view.expires_at == house.charge.record.terms.deadline
    assert TOKEN not in repr(house.payment)
    (spoken,) = house.talk()
    assert (house.gateway.charged, house.payment.status) == ([CARD], PaymentStatus.APPROVED)
    assert (house.payment.sealed_card, house.payment.qr_code) == (None, None)
    assert house.told() == ["approved"]
    assert TOKEN not in repr(spoken)


def test_the_token_is_kept_sealed_until_somebody_has_answered(house):
    house.request_payment(card=CARD)
    house.gateway.never_arrive("create")
    house.gateway.lose_answer("create")
    house.talk()
    house.wait(seconds=2).talk()
    assert TOKEN not in house.payment.sealed_card
    assert Card.from_text(house.sealing.unseal(house.payment.sealed_card)) == CARD
    house.wait(seconds=4).talk()
    assert (house.payment.status, house.payment.sealed_card) == (PaymentStatus.APPROVED, None)
    assert house.gateway.charged == [CARD]


def test_a_card_that_the_provider_will_not_hear_of_is_forgotten(house):
    house.gateway.refuse("create", "2006")
    house.request_payment(card=CARD)
    house.talk()
    assert (house.payment.status, house.payment.detail) == (PaymentStatus.REJECTED, "2006")
    assert house.payment.sealed_card is None


def test_a_card_of_an_order_that_ends_first_is_forgotten_and_never_charged(house):
    house.request_payment(card=CARD)
    house.close("customer")
    assert (house.payment.status, house.payment.sealed_card) == (PaymentStatus.CANCELLED, None)
    assert (house.talk(), house.told()) == ([], ["closed"])


def test_a_card_that_no_key_unseals_waits_for_its_key(house):
    house.request_payment(card=CARD)
    house.sealing.keys = ("another key",)
    (spoken,) = house.talk()
    assert spoken.said.outcome == NotMade(15, "no key unseals the card")
    house.sealing.keys = ("another key", "key")
    assert house.reseal() == Resealed(1, 0)
    house.sealing.keys = ("another key",)
    house.wait(seconds=30).talk()
    assert house.payment.status is PaymentStatus.APPROVED


def test_a_card_that_could_not_be_said_is_not_charged_after_its_order_has_ended(house):
    house.request_payment(card=CARD)
    house.sealing.keys = ("another key",)
    house.talk()
    house.close("customer")
    assert (house.told(), house.payment.sealed_card) == (["closed"], None)
    house.sealing.keys = ("key",)
    house.wait(minutes=1).talk()
    assert house.gateway.calls == []


def test_a_card_that_was_said_before_no_key_unsealed_it_is_not_given_up(house):
    house.request_payment(card=CARD)
    house.gateway.lose_answer("create")
    house.talk()
    house.sealing.keys = ("another key",)
    (spoken,) = house.wait(seconds=2).talk()
    assert spoken.said.outcome == Unknown("no key unseals the card")
    house.close("customer")
    assert house.told() == []
    house.sealing.keys = ("key",)
    house.wait(minutes=1).talk()
    assert house.told() == ["closed", "refunded"]


def test_pix_after_a_refused_card(house):
    house.request_payment(card=refused(house))
    house.talk()
    (said,) = house.database.books.said
    assert (said.event.reason, said.event.attempts_left) == ("cc_rejected_insufficient_amount", 2)
    assert said.event.method == "card"
    house.request_payment()
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.wait(seconds=5).talk()
    assert house.told() == ["rejected", "created", "approved"]
    assert [payment.method for payment in house.charge.payments] == ["card", "pix"]


def test_a_card_after_a_refused_pix(house):
    house.request_payment()
    house.talk()
    house.gateway.reject(house.gateway.newest())
    house.wait(seconds=5).talk()
    house.request_payment(card=CARD)
    house.talk()
    assert house.told() == ["created", "rejected", "approved"]
    assert [payment.method for payment in house.charge.payments] == ["pix", "card"]


def test_every_attempt_counts_whatever_its_method(house):
    for token in ("one", "two", "three"):
        house.request_payment(card=refused(house, token))
        house.talk()
    assert [said.event.attempts_left for said in house.database.books.said] == [2, 1, 0]


def test_a_card_that_is_looked_at_for_too_long_is_ended_with_its_order(house):
    house.gateway.cards["slow"] = (ProviderStatus.PENDING, "pending_contingency")
    house.request_payment(card=Card("slow"))
    house.talk()
    assert (house.payment.status, house.told()) == (PaymentStatus.PENDING, ["created"])
    (said,) = house.database.books.said
    assert (said.event.qr_code, said.event.method) == (None, "card")
    house.place(method="card")
    house.close("expired")
    house.talk()
    assert house.told() == ["created", "created", "closed"]


def test_pix_and_card_both_approved_keep_one_and_return_the_other(house):
    house.request_payment()
    house.talk()
    pix = house.gateway.newest()
    house.gateway.reject(pix)
    house.wait(seconds=5).talk()
    house.request_payment(card=CARD)
    house.talk()
    house.gateway.pay(pix)
    house.wait(minutes=1).talk()
    assert house.told() == ["created", "rejected", "approved", "refunded"]
    assert [payment.kept for payment in house.charge.payments] == [False, True]
    assert house.database.books.said[-1].event.reason == "duplicate_payment"
