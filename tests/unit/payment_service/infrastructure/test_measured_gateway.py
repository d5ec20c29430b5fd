import pytest

from payment_service.domain.calls import CreateCall, RefundCall
from payment_service.domain.provider import Answered, NotMade, Refused, Unknown
from payment_service.infrastructure.gateways.measured_gateway import MeasuredGateway
from servicekit.observability.metrics import exposition
from tests.builders.payment_service import NOW, ORDER, STORE, TOTAL
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.fakes.servicekit.scrapes import Scrape

ABOUT = {
    "store": STORE,
    "order_id": ORDER,
    "payment_id": "p1",
    "lease": 1,
    "amount": TOTAL,
    "repeated": False,
}
CREATE = CreateCall(attempt=1, method="pix", expires_at=NOW, **ABOUT)
REFUND = RefundCall(
    refund_id="r1", provider_id="mp-1", whole=True, own_provider_id=None, others=frozenset(), **ABOUT
)
CALLS = [
    ("create", CREATE, "p1"),
    ("get", "mp-1", "mp-1"),
    ("search", ORDER, ORDER),
    ("cancel", "mp-1", "mp-1"),
    ("refund", REFUND, "r1"),
    ("list_refunds", "mp-1", "mp-1"),
]

WORDS = {Answered: "answered", Refused: "refused", Unknown: "unknown", NotMade: "not_made"}


def counted(operation, outcome):
    scrape = Scrape(exposition(()).decode())
    return scrape.value(
        "comanda_provider_call_duration_seconds_count", operation=operation, outcome=WORDS[outcome]
    )


@pytest.mark.parametrize(("operation", "argument", "about"), CALLS, ids=lambda part: str(part)[:12])
@pytest.mark.parametrize("outcome", [Answered(()), Refused("2018"), Unknown("timeout"), NotMade(15)])
def test_each_call_is_passed_on_and_counted_by_what_came_of_it(operation, argument, about, outcome):
    provider = FakePaymentGateway()
    provider.plan(operation, outcome)
    before = counted(operation, type(outcome))

    assert getattr(MeasuredGateway(provider), operation)(argument) is outcome

    assert provider.calls == [(operation, about)]
    assert counted(operation, type(outcome)) == before + 1
