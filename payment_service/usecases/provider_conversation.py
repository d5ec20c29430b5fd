"""What is said to the provider for a call, in which order. Nothing here knows a transaction."""

from dataclasses import replace

from payment_service.domain.calls import (
    Call,
    CancelCall,
    CreateCall,
    PaymentSaid,
    RefundCall,
    RefundSaid,
    Said,
)
from payment_service.domain.card import Card
from payment_service.domain.provider import (
    Answered,
    NotMade,
    PaymentOutcome,
    ProviderStatus,
    RefundOutcome,
    Refused,
    Unknown,
)
from payment_service.ports.payment_gateway_port import PaymentGatewayPort
from payment_service.ports.sealing_port import SealingPort


def with_card(call: Call, sealing: SealingPort) -> Call:
    """The call as it is said, which none that is kept may be. Raises CannotUnseal."""
    if not isinstance(call, CreateCall) or call.sealed_card is None:
        return call
    return replace(call, card=Card.from_text(sealing.unseal(call.sealed_card)))


def say(gateway: PaymentGatewayPort, call: Call) -> Said:
    """Make, end or read a payment, or return money."""
    if isinstance(call, RefundCall):
        return RefundSaid(call, _refund(gateway, call))
    if isinstance(call, CreateCall):
        return PaymentSaid(call, _create(gateway, call))
    if isinstance(call, CancelCall):
        return PaymentSaid(call, _cancel(gateway, call))
    return PaymentSaid(call, gateway.get(call.provider_id))


def _cancel(gateway: PaymentGatewayPort, call: CancelCall) -> PaymentOutcome:
    """Whatever it answers, what is true is read back, unless it asked us to come again later."""
    ended = gateway.cancel(call.provider_id)
    if isinstance(ended, Unknown) and ended.retry_after:
        return ended
    read = gateway.get(call.provider_id)
    still = isinstance(read, Answered) and read.value.status is ProviderStatus.PENDING
    return ended if isinstance(ended, NotMade) and still else read


def _refund(gateway: PaymentGatewayPort, call: RefundCall) -> RefundOutcome:
    """Where it was said before, it is looked for first.

    One that the provider had is not made once more because a list leaves it out: its key may be forgotten.
    """
    if call.repeated:
        listed = gateway.list_refunds(call.provider_id)
        if not isinstance(listed, Answered):
            return _not_seen(listed)
        found = call.find_in(listed.value)
        if found is not None:
            return Answered(found)
        if call.own_provider_id is not None:
            return Unknown(f"not in the list: {call.own_provider_id}")
    return gateway.refund(call)


def _create(gateway: PaymentGatewayPort, call: CreateCall) -> PaymentOutcome:
    """Where it was said before, it is looked for first: keys are forgotten after a day, payments never.

    A search that finds nothing proves nothing, so it is said again with the same key. A refusal then is the
    end of it, as it is the first time: had the provider made the payment, it would answer the key with it, or
    a day later find it. What is refused for its words was never made, since the words are always the same;
    what is refused for its age alone is ten minutes old and was just looked for.
    """
    if call.repeated:
        found = gateway.search(call.order_id)
        if not isinstance(found, Answered):
            return _not_seen(found)
        for payment in found.value:
            if payment.payment_id == call.payment_id:
                return Answered(payment)
    return gateway.create(call)


def _not_seen(outcome: Refused | Unknown | NotMade) -> Unknown | NotMade:
    """Who was not let look has not seen that nothing is there."""
    return Unknown(f"not let look: {outcome.code}") if isinstance(outcome, Refused) else outcome
