from datetime import timedelta

import pytest

from fake_checkout.domain.errors import FaultNotValid, SwitchNotValid
from fake_checkout.domain.faults import Faults
from fake_checkout.ports.unit_of_work_port import Answer
from fake_checkout.usecases.add_fault_usecase import AddFault
from fake_checkout.usecases.draw_call_faults_usecase import DrawCallFaults, DrawCallFaultsRequest
from fake_checkout.usecases.forget_old_usecase import NEWEST_REQUESTS, ForgetOld
from fake_checkout.usecases.record_request_usecase import RecordRequest, RecordRequestRequest
from fake_checkout.usecases.remove_fault_usecase import RemoveFault
from fake_checkout.usecases.reset_usecase import Reset
from fake_checkout.usecases.set_clock_usecase import SetClock
from fake_checkout.usecases.set_faults_usecase import SetFaults, SetFaultsRequest
from fake_checkout.usecases.set_switches_usecase import SetSwitches
from tests.builders.fake_checkout import NOON, a_payment
from tests.fakes.fake_checkout.books import FakeBooks, Pages

CREATE = DrawCallFaultsRequest("POST", "/v1/payments")
READ = DrawCallFaultsRequest("GET", "/v1/payments/1")
A_CALL = RecordRequestRequest("GET", "/v1/payments/1", {"Accept": "*/*"}, "", 200)


@pytest.fixture
def books():
    return FakeBooks()


def test_a_call_suffers_the_rules_that_strike_it_and_is_counted(books):
    SetFaults(books.uow).execute(
        SetFaultsRequest(1, [{"kind": "status", "status": 503, "method": "POST", "skip": 1}])
    )
    draw = DrawCallFaults(books.uow, books.query, magic=True)

    struck = [[rule.kind for rule in draw.execute(call)] for call in (CREATE, READ, CREATE)]

    assert struck == [[], [], ["status"]]
    assert (books.pages.faults.watches[0].matched, books.pages.faults.watches[0].struck) == (2, 1)


def test_a_call_that_no_rule_is_about_writes_nothing(books):
    assert DrawCallFaults(books.uow, books.query, magic=True).execute(CREATE) == ()
    assert books.commits == 0


def test_a_rule_finds_the_payment_of_its_reference_by_whatever_the_call_says(books):
    payment = a_payment(external_reference="order-1")
    books.keep(payment)
    SetFaults(books.uow).execute(
        SetFaultsRequest(1, [{"kind": "answer_lost", "external_reference": "order-1"}])
    )
    draw = DrawCallFaults(books.uow, books.query, magic=True)

    calls = [
        DrawCallFaultsRequest("POST", "/v1/payments", reference="order-1"),
        DrawCallFaultsRequest("GET", "/v1/payments/search", reference="order-1"),
        DrawCallFaultsRequest("GET", f"/v1/payments/{payment.id}"),
        DrawCallFaultsRequest("POST", f"/v1/payments/{payment.id}/refunds"),
        DrawCallFaultsRequest("POST", "/v1/payments", reference="order-2"),
        DrawCallFaultsRequest("GET", "/v1/payments/99"),
    ]
    assert [len(draw.execute(call)) for call in calls] == [1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("asked", [{"amount": 1_301_308}, {"reference": "fake-answer_lost-7"}])
def test_a_magic_value_strikes_once_for_each_key(books, asked):
    draw = DrawCallFaults(books.uow, books.query, magic=True)

    keys = [
        [rule.kind for rule in draw.execute(DrawCallFaultsRequest("POST", "/v1/payments", key=key, **asked))]
        for key in ("a", "a", "b", "")
    ]

    assert keys == [["answer_lost"], [], ["answer_lost"], []]


def test_a_magic_value_means_nothing_where_they_are_off(books):
    request = DrawCallFaultsRequest("POST", "/v1/payments", key="a", reference="fake-answer_lost")

    assert DrawCallFaults(books.uow, books.query, magic=False).execute(request) == ()


def test_new_rules_replace_the_old_ones_and_count_from_nothing(books):
    replace = SetFaults(books.uow)
    replace.execute(SetFaultsRequest(1, [{"kind": "answer_lost"}]))
    DrawCallFaults(books.uow, books.query, magic=True).execute(CREATE)

    faults = replace.execute(SetFaultsRequest(2, [{"kind": "answer_lost"}]))

    assert faults == books.pages.faults
    assert (faults.seed, faults.watches[0].matched) == (2, 0)


def test_a_rule_comes_and_goes_while_the_others_go_on_counting(books):
    SetFaults(books.uow).execute(SetFaultsRequest(1, [{"kind": "answer_lost"}]))
    DrawCallFaults(books.uow, books.query, magic=True).execute(CREATE)

    added = AddFault(books.uow).execute({"kind": "webhook_drop"})
    removed = RemoveFault(books.uow).execute(1)

    assert [(watch.rule.kind, watch.matched) for watch in added.watches] == [
        ("answer_lost", 1),
        ("webhook_drop", 0),
    ]
    assert removed == books.pages.faults == RemoveFault(books.uow).execute(7)
    assert [watch.rule.kind for watch in removed.watches] == ["answer_lost"]
    with pytest.raises(FaultNotValid):
        AddFault(books.uow).execute({"kind": "?"})


def test_rules_that_cannot_be_understood_leave_the_old_ones(books):
    with pytest.raises(FaultNotValid):
        SetFaults(books.uow).execute(SetFaultsRequest(1, [{"kind": "?"}]))
    assert books.commits == 0


def test_the_clock_can_be_moved(books):
    SetClock(books.uow).execute(timedelta(hours=5))

    assert books.query.now() == NOON + timedelta(hours=5)


def test_a_call_is_written_down_with_the_virtual_time(books):
    SetClock(books.uow).execute(timedelta(hours=5))

    RecordRequest(books.uow).execute(A_CALL)

    (recorded,) = books.pages.requests
    assert recorded.at == NOON + timedelta(hours=5)
    assert (recorded.method, recorded.path, recorded.status) == ("GET", "/v1/payments/1", 200)


def test_a_reset_forgets_everything(books):
    books.keep(a_payment())
    RecordRequest(books.uow).execute(A_CALL)
    SetFaults(books.uow).execute(SetFaultsRequest(1, [{"kind": "answer_lost"}]))
    SetClock(books.uow).execute(timedelta(hours=5))

    Reset(books.uow).execute()

    assert books.pages == Pages()
    assert books.pages.faults == Faults()


def test_lapsed_answers_and_old_calls_are_dropped(books):
    books.pages.answers[("s", "old")] = (Answer("f", 201, "{}"), NOON - timedelta(hours=25))
    books.pages.answers[("s", "new")] = (Answer("f", 201, "{}"), NOON)
    for _ in range(3):
        RecordRequest(books.uow).execute(A_CALL)
    books.pages.requests *= NEWEST_REQUESTS // 3 + 1

    dropped = ForgetOld(books.uow, books.switches).execute()

    assert list(books.pages.answers) == [("s", "new")]
    assert len(books.pages.requests) == NEWEST_REQUESTS
    assert dropped == 1 + (NEWEST_REQUESTS // 3 + 1) * 3 - NEWEST_REQUESTS


def test_switches_that_are_turned_stay_so_until_they_are_turned_again(books):
    turn = SetSwitches(books.uow)

    turn.execute({"replay": "200"})
    turn.execute({"refunds": "rejected"})
    with pytest.raises(SwitchNotValid):
        turn.execute({"replay": "201", "refunds": "sometimes"})

    assert (books.switches()["replay"], books.switches()["refunds"]) == ("200", "rejected")
