"""The harness sees the bug: with one guard taken away, a story that passes with it fails."""

from dataclasses import replace
from typing import Any

import pytest

from payment_service.domain.charge_record import Terms
from payment_service.domain.payment import Payment
from payment_service.domain.payment_status import DUPLICATE_PAYMENT, PAID_AFTER_CLOSE
from payment_service.domain.provider import Answered, ProviderStatus, Refused
from payment_service.domain.webhook_signature import SignatureCheck
from payment_service.entrypoints.rest import webhook_views
from payment_service.infrastructure.gateways import mercado_pago_gateway, mercado_pago_wire
from payment_service.infrastructure.gateways.mercado_pago_gateway import MercadoPagoGateway
from payment_service.usecases import provider_conversation
from servicekit.ids import new_id
from tests.simulation import test_provider_faults_calls as calls
from tests.simulation import test_provider_faults_forgeries as forgeries
from tests.simulation import test_provider_faults_money as money
from tests.simulation import test_provider_faults_patience as patience
from tests.simulation.stories import STORIES
from tests.simulation.world import World

the_bug_is_seen = pytest.raises((AssertionError, ValueError))
"""By the auditor, by an assertion, or where one payment was to be unpacked and there are two."""


def take_away_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is drawn for each call says nothing of what was said before."""
    options = MercadoPagoGateway._options
    monkeypatch.setattr(
        MercadoPagoGateway, "_options", lambda self, key=None: options(self, key and new_id())
    )


def test_a_payment_with_a_random_key_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    take_away_the_key(monkeypatch)
    with the_bug_is_seen:
        patience.test_a_search_that_does_not_find_yet_what_was_made_makes_no_second_payment(world)


def test_a_refund_with_a_random_key_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    take_away_the_key(monkeypatch)
    with the_bug_is_seen:
        patience.test_a_list_that_does_not_tell_yet_what_was_returned_returns_it_no_second_time(world)


def test_making_a_payment_again_without_looking_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(provider_conversation, "_create", lambda gateway, call: gateway.create(call))
    with the_bug_is_seen:
        patience.test_a_payment_whose_key_is_forgotten_is_looked_for_before_it_is_made_again(world)


def test_returning_money_again_without_looking_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(provider_conversation, "_refund", lambda gateway, call: gateway.refund(call))
    with the_bug_is_seen:
        patience.test_a_part_of_the_money_whose_key_is_forgotten_is_looked_for_before_it_goes_back_again(
            world
        )


@pytest.mark.parametrize("call", ["create", "refund"])
def test_taking_an_unknown_outcome_for_a_no_is_seen(world: World, monkeypatch: pytest.MonkeyPatch, call: str):
    def no(reason: str, _retry_after: int = 0) -> Refused:
        return Refused(reason)

    monkeypatch.setattr(mercado_pago_gateway, "Unknown", no)
    with the_bug_is_seen:
        calls.test_a_time_out_after_the_effect_has_one_effect(world, STORIES[call])


def test_believing_a_webhooks_body_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    notice, get, claimed = webhook_views._notice, MercadoPagoGateway.get, {}

    def noted() -> Any:
        told = webhook_views.request.get_json()
        claimed[told["data"]["id"]] = told.get("status")
        return notice()

    def believed(gateway: MercadoPagoGateway, provider_id: str) -> Any:
        outcome = get(gateway, provider_id)
        if isinstance(outcome, Answered) and claimed.get(provider_id) == "approved":
            return Answered(replace(outcome.value, status=ProviderStatus.APPROVED))
        return outcome

    monkeypatch.setattr(webhook_views, "_notice", noted)
    monkeypatch.setattr(MercadoPagoGateway, "get", believed)
    with the_bug_is_seen:
        forgeries.test_a_webhook_that_claims_approval_of_a_pending_payment_is_not_believed(world)


def test_taking_any_signature_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SignatureCheck, "require", lambda *_: None)
    with the_bug_is_seen:
        forgeries.test_a_forged_webhook_is_turned_away_and_changes_nothing(
            world, forgeries.FORGERIES["another secret's signature"]
        )


def test_calculating_money_in_floats_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mercado_pago_wire, "centavos", lambda amount: int(float(amount) * 100))
    with the_bug_is_seen:
        money.test_every_centavo_of_an_amount_arrives_and_goes_back(world, 1999, 1)


def test_not_comparing_the_amount_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Terms, "fits", lambda *_: True)
    with the_bug_is_seen:
        money.test_a_payment_approved_with_an_amount_off_by_one_centavo_goes_back_and_is_never_kept(world, -1)


def test_not_comparing_the_account_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Payment, "is_of", lambda *_: True)
    with the_bug_is_seen:
        money.test_a_payment_approved_that_is_not_the_one_asked_for_goes_back_and_is_never_kept(
            world, {"collector_id": 999}
        )


def keep_what_came(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """Money that came for this reason stays where it is."""
    give_back = Payment.give_back
    monkeypatch.setattr(
        Payment, "give_back", lambda self, why: self if why == reason else give_back(self, why)
    )


def test_keeping_a_second_approval_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    keep_what_came(monkeypatch, DUPLICATE_PAYMENT)
    with the_bug_is_seen:
        money.test_of_two_attempts_approved_the_first_is_kept_and_the_other_goes_back_in_full(world)


def test_keeping_late_money_is_seen(world: World, monkeypatch: pytest.MonkeyPatch):
    keep_what_came(monkeypatch, PAID_AFTER_CLOSE)
    with the_bug_is_seen:
        money.test_a_payment_approved_after_the_cancel_goes_back_once_and_in_full(world)
