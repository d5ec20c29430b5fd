from dataclasses import replace

import pytest

from fake_checkout.domain.card import OUTCOMES, TOKEN_LIFE, YES, outcome_of
from fake_checkout.domain.errors import CardTokenNotValid, UnknownCardToken
from fake_checkout.domain.method import METHODS, method_named, method_of
from fake_checkout.domain.status import DETAILS, Status
from tests.builders.fake_checkout import A_CARD, ACCOUNT, MINUTE, NOON, a_card_token


@pytest.mark.parametrize(
    ("holder", "outcome"),
    [
        ("APRO", YES),
        ("Ana Souza", YES),
        ("", YES),
        ("fund ana", OUTCOMES["FUND"]),
        ("CONT", OUTCOMES["CONT"]),
        ("Fundo Ana", YES),
    ],
)
def test_the_first_word_of_the_name_decides(holder, outcome):
    assert outcome_of(replace(A_CARD, holder=holder), binary=False) == outcome


def test_where_only_yes_and_no_are_wanted_doubt_is_a_no():
    outcome = outcome_of(replace(A_CARD, holder="CONT"), binary=True)

    assert outcome.status is Status.REJECTED
    assert outcome_of(A_CARD, binary=True) == YES


@pytest.mark.parametrize("outcome", OUTCOMES.values())
def test_every_outcome_is_in_the_providers_words(outcome):
    assert outcome.status_detail in DETAILS[outcome.status]


def test_a_token_is_used_once():
    token = a_card_token()

    used = token.used(NOON + MINUTE)

    assert used.used_at == NOON + MINUTE
    with pytest.raises(CardTokenNotValid):
        used.used(NOON + MINUTE)


def test_a_token_has_a_life():
    a_card_token().used(NOON + TOKEN_LIFE - MINUTE)
    with pytest.raises(CardTokenNotValid):
        a_card_token().used(NOON + TOKEN_LIFE)


def test_a_token_is_its_collectors():
    a_card_token().require_of(ACCOUNT.collector_id)
    with pytest.raises(UnknownCardToken):
        a_card_token().require_of(1)


@pytest.mark.parametrize(
    ("first_digits", "method"),
    [
        ("503143", "master"),
        ("548083", "master"),
        ("222100", "master"),
        ("272099", "master"),
        ("423564", "visa"),
        ("375365", "amex"),
        ("506776", "debelo"),
        ("506700", "elo"),
        ("401178", "elo"),
        ("606282", "hipercard"),
        ("999999", None),
        ("272100", None),
        ("", None),
    ],
)
def test_a_number_tells_its_method(first_digits, method):
    found = method_of(first_digits)

    assert (found and found.id) == method


def test_a_method_that_is_not_active_takes_no_payment():
    assert [method.id for method in METHODS if method_named(method.id) is None] == [
        "bolbradesco",
        "pec",
        "account_money",
    ]
    assert method_named("pix").is_card is False
    assert method_named("debvisa").takes("423564")
