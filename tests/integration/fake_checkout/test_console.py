"""The testers' console, as a browser without scripts sees it."""

import re

import pytest

from fake_checkout.domain.fault_rule import CALL_KINDS, WEBHOOK_KINDS
from fake_checkout.domain.status import DETAILS, Status
from fake_checkout.domain.switches import CHOICES
from fake_checkout.entrypoints.pages import console_views, words
from tests.integration.fake_checkout.conftest import TOKEN, page, press


def test_the_console_lists_payments_with_what_can_be_done(emulator):
    first = emulator.create(external_reference="order-1", transaction_amount=10)
    second = emulator.create(description="Pedido B12")

    text = page(emulator, "/")

    assert text.index(str(second["id"])) < text.index(str(first["id"]))
    assert "order-1" in text
    assert "Pedido B12" in text
    assert text.count(">Aguardando pagamento</span>") == 2
    assert "não há a quem avisar" in text


def test_an_empty_console_says_so(emulator):
    assert "Nenhum pagamento ainda" in page(emulator, "/")


@pytest.mark.parametrize("path", ["/", "/console/faults", "/console/requests"])
def test_the_console_says_what_a_tester_has_set(emulator, path):
    emulator.control("PUT", "/clock", {"offset_seconds": 5400})
    emulator.control("PUT", "/faults", {"rules": [{"kind": "answer_lost"}]})

    text = page(emulator, path)

    assert "Relógio deslocado em 1 h 30 min" in text
    assert 'aria-label="1 ligadas"' in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [2, 1, 0]),
        ("q={number}", [0]),
        ("q=order-1", [1]),
        ("q=777", [2]),
        ("status=approved", [1]),
        ("q=nothing", []),
        ("q=%00", []),
        ("offset=1", [1, 0]),
        ("offset=x", [2, 1, 0]),
    ],
)
def test_the_console_finds_payments_by_number_reference_and_status(emulator, query, shown):
    numbers = [emulator.create(external_reference=one)["id"] for one in ("order-0", "order-1", "777")]
    emulator.control("POST", f"/payments/{numbers[1]}/approve")

    text = page(emulator, f"/?{query.format(number=numbers[0])}")

    assert [int(number) for number in re.findall(r'<article class="card" id="p(\d+)"', text)] == [
        numbers[one] for one in shown
    ]


def test_a_long_list_has_pages(emulator, monkeypatch):
    monkeypatch.setattr(console_views, "SHOWN", 1)
    emulator.create()
    emulator.create()

    first, last = page(emulator, "/?status=pending"), page(emulator, "/?offset=1")

    assert "/?status=pending&amp;offset=1" in first
    assert ("Mais novos" in first, "Mais antigos" in last) == (False, False)
    assert 'href="/?offset=0"' in last


@pytest.mark.parametrize(
    ("actions", "label", "offered"),
    [
        ([], "Aguardando pagamento", ["approve", "reject", "expire", "review"]),
        (["approve"], "Aprovado", ["chargeback", "mediate"]),
        (["reject"], "Recusado", ["force"]),
        (["expire"], "Expirado", ["force"]),
        (["expire", "force"], "Aprovado", ["chargeback", "mediate"]),
        (["review"], "Em análise", ["approve", "reject"]),
        (["approve", "mediate"], "Em mediação", ["side_with_store", "side_with_payer"]),
        (["approve", "mediate", "side_with_store"], "Aprovado", ["chargeback", "mediate"]),
        (["approve", "mediate", "side_with_payer"], "Devolvido", []),
        (["approve", "chargeback"], "Contestado", ["settle", "reimburse"]),
        (["approve", "chargeback", "settle"], "Contestado", []),
        (["approve", "chargeback", "reimburse"], "Contestação desfeita", []),
        (["approve", "approve"], "Aprovado", ["chargeback", "mediate"]),
    ],
)
def test_a_tester_decides_on_the_console(emulator, actions, label, offered):
    number = emulator.create()["id"]

    for action in actions:
        answer = press(emulator, f"/console/payments/{number}", action)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/#p{number}")

    text = page(emulator, "/")
    assert f">{label}</span>" in text
    assert re.findall(r'name="action" value="(\w+)"', text) == offered


@pytest.mark.parametrize(
    ("action", "words_of_refund", "refunded"), [("approved", "Devolvida", 59.9), ("rejected", "Recusada", 0)]
)
def test_a_tester_decides_a_refund_that_is_under_way(emulator, action, words_of_refund, refunded):
    emulator.control("PUT", "/switches", {"refunds": "in_process"})
    number = emulator.create()["id"]
    emulator.control("POST", f"/payments/{number}/approve")
    emulator.call("POST", f"/v1/payments/{number}/refunds")
    (path,) = set(re.findall(r'action="(/console/payments/\d+/refunds/\d+)"', page(emulator, "/")))

    assert press(emulator, path, action).status_code == 303

    assert f">{words_of_refund}</span>" in page(emulator, "/")
    assert emulator.call("GET", f"/v1/payments/{number}").json["transaction_amount_refunded"] == refunded
    assert press(emulator, path, action).status_code == 303
    assert press(emulator, f"/console/payments/{number}/refunds/1", action).status_code == 404


def test_a_tester_refuses_with_a_reason_that_fits(emulator):
    number = emulator.create()["id"]
    offered = re.findall(r'<option value="(\w+)">', page(emulator, "/").partition("with-detail")[2])

    emulator.client.post(
        f"/console/payments/{number}", data={"action": "reject", "status_detail": "insufficient_amount"}
    )

    assert (offered[0], "insufficient_amount" in offered) == ("rejected_by_bank", True)
    assert not [one for one in offered if one.startswith("cc_")]
    assert emulator.call("GET", f"/v1/payments/{number}").json["status_detail"] == "insufficient_amount"


def test_a_reason_that_there_is_not_is_refused(emulator):
    data = {"action": "reject", "status_detail": "because"}

    assert emulator.client.post(f"/console/payments/{emulator.create()['id']}", data=data).status_code == 422


def test_every_kind_of_fault_and_every_reason_has_words():
    assert set(words.FAULTS) == CALL_KINDS | WEBHOOK_KINDS
    assert set(words.REJECTIONS) == DETAILS[Status.REJECTED]


def test_a_tester_adds_and_takes_away_faults(emulator):
    assert "Nenhuma: tudo funciona." in page(emulator, "/console/faults")
    chosen = {
        "kind": "status_after",
        "status": "500",
        "sticky": "true",
        "method": "POST",
        "probability": "0,5",
    }
    altered = {"kind": "altered", "members": '{"transaction_amount": 59.91}', "times": "2"}

    for rule in (chosen, altered, {"kind": "reset"}):
        answer = emulator.client.post("/console/faults", data=rule)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/faults")
    emulator.client.post("/console/faults/2/remove")

    rules = emulator.control("GET", "/faults").json["rules"]
    assert rules == [
        {
            "kind": "status_after",
            "status": 500,
            "sticky": True,
            "method": "POST",
            "probability": 0.5,
            "skip": 0,
        },
        {
            "kind": "altered",
            "members": {"transaction_amount": 59.91},
            "times": 2,
            "probability": 1.0,
            "skip": 0,
        },
    ]
    text = page(emulator, "/console/faults")
    assert "status 500" in text
    assert "encontrou 0 · atingiu 0 de 2" in text
    emulator.client.post("/console/faults/clear")
    assert emulator.control("GET", "/faults").json["rules"] == []


def test_a_tester_begins_a_run_again_with_its_seed(emulator):
    emulator.client.post("/console/faults", data={"kind": "answer_late", "seconds": "1"})
    emulator.call("GET", "/v1/payments/1")

    assert emulator.client.post("/console/faults/seed", data={"seed": "7"}).status_code == 303
    assert emulator.client.post("/console/faults/seed", data={"seed": "x"}).status_code == 422

    told = emulator.control("GET", "/faults").json
    assert (told["seed"], told["counts"]) == (7, [{"matched": 0, "struck": 0}])
    assert [rule["kind"] for rule in told["rules"]] == ["answer_late"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"kind": "status"}, "needs status"),
        ({"kind": "status", "status": "many"}, "needs status between"),
        ({"kind": "altered", "members": '{"a": '}, "needs members to be an object"),
        ({"kind": "altered", "members": "[1]"}, "needs members to be an object"),
    ],
)
def test_a_fault_that_cannot_be_understood_comes_back_with_the_reason(emulator, rule, why):
    answer = emulator.client.post("/console/faults", data={**rule, "path": "/v1/<b>"})

    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="/v1/&lt;b&gt;"' in answer.text
    assert emulator.control("GET", "/faults").json["rules"] == []


def test_a_fault_with_control_characters_is_refused(emulator):
    rule = {"kind": "reset", "external_reference": "a\x00"}

    assert emulator.client.post("/console/faults", data=rule).status_code == 422


@pytest.mark.parametrize(
    ("turns", "offset"),
    [
        ([{"by": "900"}, {"by": "1800"}], 2700),
        ([{"by": "-3600"}], -3600),
        ([{"by": "900"}, {"to": "0"}], 0),
    ],
)
def test_a_tester_turns_the_clock(emulator, turns, offset):
    for turn in turns:
        assert emulator.client.post("/console/clock", data=turn).status_code == 303

    assert emulator.control("GET", "/clock").json["offset_seconds"] == offset
    assert ("Voltar à hora real" in page(emulator, "/console/settings")) is bool(offset)


@pytest.mark.parametrize("turn", [{}, {"by": "soon"}, {"by": "9" * 9}, {"by": "9" * 30}, {"by": "²"}])
def test_the_clock_is_turned_by_seconds(emulator, turn):
    assert emulator.client.post("/console/clock", data=turn).status_code == 422


def test_a_tester_turns_switches(emulator):
    text = page(emulator, "/console/settings")
    assert all(f'name="{name}"' in text for name in CHOICES)

    answer = emulator.client.post("/console/switches", data={"webhook_ts": "milliseconds"})

    assert answer.status_code == 303
    assert emulator.control("GET", "/switches").json["webhook_ts"] == "milliseconds"
    assert "<option selected>milliseconds</option>" in page(emulator, "/console/settings")


def test_a_tester_starts_anew_when_sure(emulator):
    emulator.create()

    unsure = emulator.client.post("/console/reset")
    assert (unsure.status_code, len(emulator.control("GET", "/books").json["payments"])) == (422, 1)

    assert emulator.client.post("/console/reset", data={"sure": "yes"}).status_code == 303
    assert emulator.control("GET", "/books").json["payments"] == []


def test_a_tester_sees_what_the_api_was_asked(emulator):
    assert "Nenhuma chamada ainda" in page(emulator, "/console/requests")
    emulator.create(description="<b>")
    emulator.call("GET", "/v1/payments/1")

    text = page(emulator, "/console/requests")

    assert text.index("GET /v1/payments/1") < text.index("POST /v1/payments")
    assert "&lt;b&gt;" in text
    assert TOKEN not in text


def test_the_twin_of_a_webhook_is_marked(emulator):
    emulator.control("PUT", "/switches", {"webhook_ipn": "on"})
    emulator.create(notification_url="http://m.example/hook")
    emulator.run_loops()

    assert ">IPN</span>" in page(emulator, "/")


def test_the_console_shows_deliveries_and_sends_one_again(emulator):
    emulator.sender.answers = [None, 200]
    number = emulator.create(notification_url="http://m.example/hook")["id"]
    assert "Na fila: <code>payment.created</code> para " in page(emulator, "/")
    emulator.run_loops()
    text = page(emulator, "/")
    assert "Na fila" not in text
    assert "1 envio, 0 com resposta 200 ou 201" in text
    assert "sem resposta" in text
    (path,) = re.findall(r'action="(/console/deliveries/[^"]+)"', text)

    answer = emulator.client.post(path)

    assert answer.headers["Location"] == f"/#p{number}"
    emulator.run_loops()
    assert "2 envios, 1 com resposta 200 ou 201" in page(emulator, "/")


def test_a_refunded_payment_says_how_much(emulator):
    number = emulator.create()["id"]
    emulator.control("POST", f"/payments/{number}/approve")
    emulator.call("POST", f"/v1/payments/{number}/refunds", {"amount": 9.9})

    text = page(emulator, "/")

    assert "Devolvido em parte" in text
    assert "R$\xa09,90" in text
