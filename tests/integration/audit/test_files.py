"""What clients were told, and what was on the wire: two rules that need a file."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.books import CannotRead
from tests.integration.audit.conftest import FILES, Books
from tests.integration.audit.injections.injection import heard

Line = dict[str, object]


def written(path: Path, lines: list[Line]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


class TestHistory:
    """O5."""

    @staticmethod
    def told(books: Books) -> list[Line]:
        """What the clients of all orders were told."""
        return [
            {"key": end, "call": "checkout", "status": 201, "order_id": order}
            for end, order in books.orders.items()
        ]

    @staticmethod
    def verdict(books: Books, lines: list[Line]):
        report = books.audit(history=written(books.folder / "history.jsonl", lines))
        assert set(report.violated) <= {"O5"}, str(report)
        return next(verdict for verdict in report.verdicts if verdict.rule == "O5")

    def test_who_was_told_of_an_order_has_it(self, books: Books):
        verdict = self.verdict(books, self.told(books))

        assert (verdict.outcome, verdict.violations) == ("holds", 0)
        assert verdict.looked_at > len(books.orders)

    @pytest.mark.parametrize(
        "calls",
        [
            [{"key": "refused", "status": 409}],
            [{"key": "silent", "status": None}],
            [{"key": "away", "status": 503}],
            [{"key": "finished", "status": None}],
            [{"key": "finished", "status": 409}],
            [{"key": "x", "call": "cancel", "status": 201, "order_id": "whatever"}],
        ],
    )
    def test_other_calls_made_no_order(self, books: Books, calls):
        verdict = self.verdict(books, self.told(books) + [{"call": "checkout", **call} for call in calls])

        assert verdict.outcome == "holds", verdict.differences

    @pytest.mark.parametrize("status", [None, 503])
    def test_a_call_without_an_answer_may_have_made_an_order(self, books: Books, status):
        lines = self.told(books)
        lines[0] = {"key": "silent", "call": "checkout", "status": status}

        assert self.verdict(books, lines).outcome == "holds"

    def test_a_refused_call_made_an_order(self, books: Books):
        lines = self.told(books)
        lines[0] = {"key": "refused", "call": "checkout", "status": 409}

        verdict = self.verdict(books, lines)

        (difference,) = verdict.differences
        assert difference.says == "orders that nobody was told of come from calls without an answer"
        assert (difference.expected, difference.found) == ("at most 0", "1")

    @pytest.mark.parametrize(
        ("line", "difference"),
        [
            (
                {"key": "lost", "order_id": "gone"},
                "key lost: an order that was answered is there: expected order gone, found nothing",
            ),
            (
                {"key": "lost"},
                "key lost: an order that was answered is there: expected order with an id, found nothing",
            ),
            (
                {"key": "finished", "order_id": "{received}"},
                "key finished: orders of one key: expected 1, found 2",
            ),
            (
                {"key": "another", "order_id": "{expired}"},
                "order {expired}: keys that were answered with one order: expected 1, found 2",
            ),
        ],
    )
    def test_an_order_that_was_answered_is_not_just_that_one(self, books: Books, line, difference):
        line = {name: value.format_map(books.orders) for name, value in line.items()}

        verdict = self.verdict(books, [*self.told(books), {"call": "checkout", "status": 201, **line}])

        assert verdict.outcome == "violated"
        assert difference.format_map(books.orders) in [str(one) for one in verdict.differences]


class TestTap:
    """M5."""

    @staticmethod
    def seen(books: Books) -> list[Line]:
        """Every event once."""
        lines = []
        for book in ("orders", "payments"):
            with closing(sqlite3.connect(books.folder / FILES[book])) as connection:
                for event_id, event_type, subject in connection.execute(
                    "SELECT id, type, subject FROM outbox"
                ):
                    digest = hashlib.sha256(event_id.encode()).hexdigest()
                    line = {"id": event_id, "type": event_type, "subject": subject}
                    lines.append({**line, "source": f"/{book}", "digest": digest})
        return lines

    @staticmethod
    def verdict(books: Books, lines: list[Line]):
        report = books.audit(tap=written(books.folder / "tap.jsonl", lines))
        assert set(report.violated) <= {"M5"}, str(report)
        return next(verdict for verdict in report.verdicts if verdict.rule == "M5")

    def test_everything_was_on_the_wire_some_of_it_twice(self, books: Books):
        seen = self.seen(books)

        verdict = self.verdict(books, [*seen, *seen[:7]])

        assert verdict.outcome == "holds", verdict.differences
        assert verdict.looked_at > 2 * len(seen)

    def test_an_event_was_not_on_the_wire(self, books: Books):
        seen = self.seen(books)

        verdict = self.verdict(books, seen[1:])

        (difference,) = verdict.differences
        assert difference.subject == f"{seen[0]['type']} {seen[0]['id']} of order {seen[0]['subject']}"
        assert difference.says == "a published event was on the wire"

    @pytest.mark.parametrize("change", [{"id": "made-up"}, {"type": "x"}, {"subject": "x"}, {"source": "/x"}])
    def test_a_message_slipped_in(self, books: Books, change):
        seen = self.seen(books)

        verdict = self.verdict(books, [*seen, {**seen[0], **change}])

        assert [one.says for one in verdict.differences] == [
            "a message on the wire is an event that was told"
        ]

    def test_a_message_that_nobody_can_read_slipped_in(self, books: Books):
        unread = dict.fromkeys(["id", "type", "source", "subject"])

        verdict = self.verdict(books, [*self.seen(books), {**unread, "digest": "d1"}])

        assert [one.subject for one in verdict.differences] == ["message with digest d1"]

    def test_two_messages_have_one_id(self, books: Books):
        seen = self.seen(books)

        verdict = self.verdict(books, [*seen, {**seen[0], "digest": "d1"}])

        assert [str(one) for one in verdict.differences] == [
            f"message {seen[0]['id']}: different messages with this id: expected 1, found 2"
        ]

    def test_something_is_parked_that_was_not_poisoned(self, books: Books):
        books.change("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))
        books.change("orders", "UPDATE inbox SET status = 'parked' WHERE id = 'made-up'")

        verdict = self.verdict(books, self.seen(books))

        (difference,) = verdict.differences
        assert difference.subject == "message made-up in the inbox of orders"
        assert difference.says == "what is parked was poisoned"

    def test_poison_is_parked_by_its_id_or_by_its_digest(self, books: Books):
        books.change("orders", heard("orders", "/payments", "awaiting", "payment.approved.v1", "{}"))
        books.change("orders", "UPDATE inbox SET status = 'parked' WHERE id = 'made-up'")
        by_id = {
            "id": "made-up",
            "type": "x",
            "source": "x",
            "subject": "x",
            "digest": "d1",
            "poisoned": True,
        }
        by_digest = {
            **dict.fromkeys(["id", "type", "source", "subject"]),
            "digest": "made-up",
            "poisoned": True,
        }

        for poison in (by_id, by_digest):
            verdict = self.verdict(books, [*self.seen(books), {**poison, "poisoned": True}])
            assert verdict.outcome == "holds", verdict.differences

    def test_poison_was_taken_in(self, books: Books):
        seen = self.seen(books)

        verdict = self.verdict(books, [*seen, {**seen[0], "poisoned": True}])

        (difference,) = verdict.differences
        assert difference.says == "what was poisoned is parked, or was dropped from there"
        assert (difference.subject, difference.found) == (f"message {seen[0]['id']}", "done")


@pytest.mark.parametrize("name", ["history", "tap"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{}\n", "line 1 of "),
        (b"\n", "line 1 of "),
        (b"[]\n", "line 1 of "),
        (b'{"call": "checkout", "key": 1, "digest": 1}\n', "line 1 of "),
        (b'{"call": "checkout", "key": "k", "status": true, "digest": "d", "id": true}\n', "line 1 of "),
        (b"\xff\xfe\n", " is not text"),
    ],
)
def test_a_file_that_says_something_else_is_not_read(books: Books, name, content, why):
    path = books.folder / "lines.jsonl"
    path.write_bytes(content)

    with pytest.raises(CannotRead, match=f"^The {name} cannot be read: .*{why}"):
        books.audit(**{name: path})


@pytest.mark.parametrize("name", ["history", "tap"])
def test_a_file_that_is_not_there_is_not_read(books: Books, name):
    with pytest.raises(CannotRead, match=f"^The {name} cannot be read: .*/absent: No such file"):
        books.audit(**{name: books.folder / "absent"})
