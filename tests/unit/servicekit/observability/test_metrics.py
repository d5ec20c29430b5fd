import pytest

from servicekit.observability.metrics import count_handled, count_published, count_request, exposition
from tests.fakes.servicekit.scrapes import Scrape


def scrape():
    return Scrape(exposition(()).decode())


@pytest.mark.parametrize(
    ("method", "route", "counted_method", "counted_route"),
    [
        ("GET", "/toys/<toy_id>", "GET", "/toys/<toy_id>"),
        ("PROPFIND", "/toys", "other", "/toys"),
        ("POST", None, "POST", "other"),
    ],
)
def test_a_request_is_counted_by_labels_that_the_code_knows(method, route, counted_method, counted_route):
    labels = {"application": "toys", "method": counted_method, "route": counted_route}
    name = "comanda_http_requests_total"
    before = scrape()

    count_request("toys", method, route, 204, 0.03)

    after = scrape()
    assert after.value(name, status="204", **labels) == before.value(name, status="204", **labels) + 1
    bucket = "comanda_http_request_duration_seconds_bucket"
    for le, more in (("0.025", 0), ("0.05", 1), ("5.0", 1), ("+Inf", 1)):
        assert after.value(bucket, le=le, **labels) == before.value(bucket, le=le, **labels) + more


def test_events_are_counted_by_type_and_outcome():
    before = scrape()

    count_published("toy.made.v1", "returned")
    count_handled("toy.sold.v1", "done")
    count_handled(None, "parked")

    for name, labels in (
        ("comanda_events_published_total", {"type": "toy.made.v1", "outcome": "returned"}),
        ("comanda_events_handled_total", {"type": "toy.sold.v1", "outcome": "done"}),
        ("comanda_events_handled_total", {"type": "other", "outcome": "parked"}),
    ):
        assert scrape().value(name, **labels) == before.value(name, **labels) + 1


def test_no_second_series_tells_when_each_began():
    count_published("toy.made.v1", "confirmed")

    assert "_created" not in exposition(()).decode()


def test_the_process_tells_of_itself():
    assert scrape().value("process_resident_memory_bytes") > 0
