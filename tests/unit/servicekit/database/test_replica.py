"""Which of two databases is asked: the replica, or its primary."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.database.patience import MAX_WAIT_SECONDS, patience, patience_left
from servicekit.database.replica import LOOK_SECONDS, QUICK_SECONDS, REST_SECONDS, Replica, of_either

MOST_SECONDS = 5
GONE = OperationalError("SELECT", {}, Exception("connection refused"))
CUT = InterfaceError("SELECT", {}, Exception("connection closed"), connection_invalidated=True)
WRONG = ProgrammingError("SELECT", {}, Exception("no such column"))
NONE_FREE = PoolTimeoutError("no connection")


class NotThere(Exception):
    """What was asked for is not there."""


@dataclass
class Asked:
    """A use case that tells who was asked, or fails as it is told."""

    name: str
    fault: Exception | None = None
    times: int = 0
    had_patience: list[float] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def execute(self, request):
        self.times += 1
        self.meanwhile()
        self.had_patience.append(patience_left(math.inf))
        if self.fault is not None:
            raise self.fault
        return f"{request} of the {self.name}"


class Pair:
    """A replica and its primary, at a time that is set by hand."""

    def __init__(self):
        self.now = 0.0
        self.behind = 0.0
        self.looks = 0
        self.meanwhile = lambda: None
        self.copy, self.primary = Asked("copy"), Asked("primary")
        self.replica = Replica(self._look, MOST_SECONDS, lambda: self.now)
        self.usecase = of_either(self.replica, self.copy, self.primary, NotThere)

    def _look(self):
        self.looks += 1
        self.meanwhile()
        if isinstance(self.behind, Exception):
            raise self.behind
        return self.behind

    def ask(self):
        return self.usecase.execute("menu")


@pytest.fixture
def pair():
    return Pair()


def test_the_replica_is_asked_and_the_primary_is_left_alone(pair):
    assert pair.ask() == "menu of the copy"
    assert pair.primary.times == 0


def test_one_request_in_a_while_looks_how_far_behind_it_is(pair):
    for _ in range(3):
        pair.ask()
    assert pair.looks == 1
    pair.now += LOOK_SECONDS
    pair.ask()
    assert pair.looks == 2


def test_while_one_request_looks_another_goes_by_what_was_seen_last(pair):
    pair.ask()
    pair.now += LOOK_SECONDS
    with pair.replica._looking:
        assert pair.ask() == "menu of the copy"
    assert pair.looks == 1


def test_a_replica_that_is_too_far_behind_is_not_asked_until_it_has_caught_up(pair):
    pair.behind = MOST_SECONDS + 0.1
    assert pair.ask() == "menu of the primary"
    pair.behind, pair.now = MOST_SECONDS, LOOK_SECONDS
    assert pair.ask() == "menu of the copy"


def test_what_a_replica_cannot_tell_counts_as_too_far_behind(pair):
    pair.behind = math.inf
    assert pair.ask() == "menu of the primary"


def test_a_replica_that_is_behind_is_better_than_nothing(pair):
    pair.behind, pair.primary.fault = math.inf, GONE
    assert pair.ask() == "menu of the copy"


def test_a_primary_that_failed_is_left_alone_for_a_while_if_the_replica_answers(pair):
    pair.behind, pair.primary.fault = math.inf, GONE
    for _ in range(3):
        assert pair.ask() == "menu of the copy"
    assert pair.primary.times == 1
    pair.primary.fault, pair.now = None, REST_SECONDS
    assert pair.ask() == pair.ask() == "menu of the primary"


def test_after_its_rest_a_primary_is_tried_by_one_request_while_the_others_go_to_the_replica(pair):
    pair.behind, pair.primary.fault = math.inf, GONE
    pair.ask()
    pair.now = REST_SECONDS
    during = []
    pair.primary.meanwhile = lambda: during.append(pair.ask())
    assert pair.ask() == "menu of the copy"
    assert (during, pair.primary.times) == (["menu of the copy"], 2)


def test_a_replica_that_cannot_be_had_is_neither_looked_at_nor_asked_for_a_while(pair):
    pair.behind = GONE
    for _ in range(3):
        assert pair.ask() == "menu of the primary"
    assert (pair.looks, pair.copy.times) == (1, 0)
    pair.behind, pair.now = 0, REST_SECONDS
    assert pair.ask() == "menu of the copy"


@pytest.mark.parametrize("fault", [GONE, CUT, NONE_FREE])
def test_a_replica_that_fails_amid_a_request_costs_the_request_nothing(pair, fault):
    pair.copy.fault = fault
    assert pair.ask() == "menu of the primary"
    assert pair.ask() == "menu of the primary"
    assert pair.copy.times == 1


def test_after_its_rest_a_replica_is_looked_at_by_one_request_while_the_others_go_to_the_primary(pair):
    pair.ask()
    pair.copy.fault = GONE
    pair.ask()
    pair.now = REST_SECONDS
    during = []
    pair.behind, pair.meanwhile = GONE, lambda: during.append(pair.ask())
    for _ in range(2):
        assert pair.ask() == "menu of the primary"
    assert (during, pair.looks, pair.copy.times) == (["menu of the primary"], 2, 2)


def test_a_replica_that_only_finds_a_statement_wrong_is_asked_the_next(pair):
    pair.copy.fault = WRONG
    assert pair.ask() == "menu of the primary"
    pair.copy.fault = None
    assert pair.ask() == "menu of the copy"


def test_a_request_that_comes_too_late_for_a_connection_holds_neither_for_failed(pair):
    pair.copy.fault = pair.primary.fault = NONE_FREE
    with pytest.raises(PoolTimeoutError), patience(QUICK_SECONDS - 0.1):
        pair.ask()
    assert not pair.replica.copy.rests()
    assert not pair.replica.primary.rests()


def test_a_request_that_comes_too_late_to_look_leaves_the_next_look_to_another(pair):
    pair.behind = NONE_FREE
    with patience(QUICK_SECONDS - 0.1):
        assert pair.ask() == "menu of the primary"
    pair.behind, pair.now = 0, LOOK_SECONDS
    assert pair.ask() == "menu of the copy"


def test_what_the_replica_does_not_have_the_primary_is_asked_for(pair):
    pair.copy.fault = NotThere()
    assert pair.ask() == "menu of the primary"


def test_what_neither_has_is_not_there(pair):
    pair.copy.fault = pair.primary.fault = NotThere()
    with pytest.raises(NotThere):
        pair.ask()
    assert pair.primary.times == 1


def test_what_the_primary_does_not_have_the_replica_is_not_asked_for(pair):
    pair.behind, pair.primary.fault = math.inf, NotThere()
    with pytest.raises(NotThere):
        pair.ask()
    assert pair.copy.times == 0


def test_without_a_primary_the_replicas_word_counts_and_the_primary_is_asked_once_in_a_while(pair):
    pair.copy.fault, pair.primary.fault = NotThere(), GONE
    for _ in range(3):
        with pytest.raises(NotThere):
            pair.ask()
    assert pair.primary.times == 1


def test_where_neither_can_be_had_that_is_told(pair):
    pair.copy.fault = pair.primary.fault = GONE
    with pytest.raises(OperationalError):
        pair.ask()


def test_whoever_is_asked_first_leaves_the_other_patience_enough(pair):
    pair.copy.fault = GONE
    with patience(MAX_WAIT_SECONDS):
        pair.ask()
    assert pair.copy.had_patience == [pytest.approx(QUICK_SECONDS, abs=0.1)]
    assert pair.primary.had_patience == [pytest.approx(MAX_WAIT_SECONDS, abs=0.1)]


def test_whether_the_replica_follows_can_be_asked_at_any_time(pair):
    assert pair.replica.is_current()
    pair.behind = MOST_SECONDS + 1
    assert not pair.replica.is_current()
    pair.behind = GONE
    with pytest.raises(OperationalError):
        pair.replica.is_current()
