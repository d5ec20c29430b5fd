import threading

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from payment_service.infrastructure.gateways.breakers import FAULTS_THAT_OPEN, REST_SECONDS, Breakers


class Seconds:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def breaker(clock):
    return Breakers(clock).of("create")


def opened(breaker):
    for _ in range(FAULTS_THAT_OPEN):
        assert breaker.wait() == 0
        breaker.failed()
    return breaker


def open_breakers():
    return REGISTRY.get_sample_value("comanda_provider_breakers_open", {"operation": "create"})


def test_faults_in_a_row_open_it(breaker):
    for _ in range(FAULTS_THAT_OPEN - 1):
        breaker.failed()
    assert breaker.wait() == 0
    breaker.failed()
    assert breaker.wait() == REST_SECONDS


def test_an_answer_in_between_shows_that_asking_is_not_in_vain(breaker):
    for _ in range(3 * FAULTS_THAT_OPEN):
        breaker.failed()
        breaker.answered()
    assert breaker.wait() == 0


def test_after_the_rest_one_goes_to_see_and_the_others_wait(breaker, clock):
    opened(breaker)
    clock.now += REST_SECONDS
    assert [breaker.wait(), breaker.wait(), breaker.wait()] == [0, REST_SECONDS, REST_SECONDS]


def test_whoever_finds_the_provider_there_lets_all_others_through(breaker, clock):
    opened(breaker)
    clock.now += REST_SECONDS
    assert breaker.wait() == 0
    breaker.answered()
    assert [breaker.wait(), breaker.wait()] == [0, 0]
    breaker.failed()
    assert breaker.wait() == 0


def test_whoever_finds_it_away_lets_it_rest_again(breaker, clock):
    opened(breaker)
    for _ in range(3):
        clock.now += REST_SECONDS
        assert breaker.wait() == 0
        breaker.failed()
        assert breaker.wait() == REST_SECONDS


def test_whoever_never_comes_back_is_followed_by_another_one(breaker, clock):
    opened(breaker)
    for _ in range(2):
        clock.now += REST_SECONDS
        assert breaker.wait() == 0


def test_what_was_under_way_when_it_opened_changes_nothing(breaker):
    opened(breaker)
    breaker.answered()
    breaker.failed()
    assert breaker.wait() == REST_SECONDS


def test_who_wants_to_be_left_alone_is_left_alone_and_its_breaker_stays_closed(breaker, clock):
    before = open_breakers()
    breaker.answered(retry_after=90)
    assert (breaker.wait(), open_breakers()) == (90, before)
    clock.now += 89.5
    assert breaker.wait() == 1
    clock.now += 0.5
    assert breaker.wait() == 0


def test_each_kind_of_call_has_its_own(clock):
    breakers = Breakers(clock)
    opened(breakers.of("create"))
    assert breakers.of("create").wait() == REST_SECONDS
    assert breakers.of("get").wait() == 0


def test_that_it_opens_and_closes_is_told_once(breaker, clock):
    before = open_breakers()
    with capture_logs() as logs:
        opened(breaker)
        assert open_breakers() == before + 1
        for _ in range(3):
            clock.now += REST_SECONDS
            breaker.wait()
            breaker.failed()
        assert open_breakers() == before + 1
        clock.now += REST_SECONDS
        breaker.wait()
        breaker.answered()
    assert open_breakers() == before
    assert [(log["event"], log["operation"]) for log in logs] == [
        ("provider_breaker_opened", "create"),
        ("provider_breaker_closed", "create"),
    ]


def test_of_many_at_once_one_goes_to_see(breaker, clock):
    opened(breaker)
    clock.now += REST_SECONDS
    waits, together = [], threading.Barrier(8)

    def ask():
        together.wait(5)
        waits.append(breaker.wait())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(waits) == [0] + [REST_SECONDS] * 7
