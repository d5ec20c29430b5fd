"""Reads the three books, and judges them by every rule."""

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from audit.books import open_book
from audit.facts import ORDERS, PAYMENTS, PROVIDER
from audit.files import read_history, read_tap
from audit.preparation import PREPARATION
from audit.progress import Progress, silent
from audit.report import Difference, Outcome, Report, Verdict
from audit.rules import RULES
from audit.rules.rule import Rule
from audit.scratch import Parameters, Scratch, scratch
from audit.sources import Sources

SETTLE = timedelta(seconds=60)
PATIENCE = timedelta(minutes=10)
KEPT = timedelta(days=29)
"""The services keep what they heard for 30 days; a day less, since their clocks may differ."""
POLLED = timedelta(minutes=2)
"""A payment that can still be paid is looked at each minute; and the look may take a while."""
COMPARED = timedelta(days=1, hours=1)
"""Every other payment is looked at each day at least."""
MOST_LISTED = 20
"""Differences that are told of a check; all of them are counted."""


class CannotAudit(Exception):
    """There is no room to judge in; the text is one line for an operator."""


def audit(
    sources: Sources,
    *,
    settle: timedelta = SETTLE,
    patience: timedelta = PATIENCE,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge the books. Raises CannotRead, and CannotAudit where the scratch database finds no room.

    An order about which anything changed less than `settle` ago is not judged by the rules at rest.
    `patience` is how long a cancel request may wait for its answer. With `settle` at nothing all is judged as
    it stands: nothing is under way any more, and there is nothing to be patient for. `now` stands for the
    books' clocks, where a test turned them.
    """
    try:
        with scratch() as facts:
            # What these tell happened before they are read, and so before any snapshot.
            if sources.history is not None:
                facts.add("asked", read_history(sources.history))
            if sources.tap is not None:
                facts.add("tapped", read_tap(sources.tap))
            clocks = _copy(sources, facts, now, progress)
            parameters = _parameters(clocks, settle, patience)
            with progress("Sorting", len(PREPARATION)) as advance:
                for statement in PREPARATION:
                    facts.run(statement, parameters)
                    advance(1)
            return _report(facts, parameters, sources, clocks[ORDERS], progress)
    except sqlite3.Error as error:
        raise CannotAudit(f"The scratch database failed: {error}") from error


def _copy(
    sources: Sources, facts: Scratch, now: datetime | None, progress: Progress
) -> Mapping[str, datetime]:
    """Copy the facts; returns the time of each book, by its own clock, before the first snapshot.

    Every clock is read before any snapshot is taken: what a book dates before its clock's time happened
    before all snapshots, and so did whatever it refers to. What is dated later may refer to something that
    another snapshot came too early for.
    The payments come first, then the orders, and the provider last. So all that payment_service knows of an
    order, or of what the provider did, is in the snapshot that follows. What is known the other way round is
    judged by its date, or at rest.
    """
    addresses = {PAYMENTS: sources.payments, ORDERS: sources.orders, PROVIDER: sources.provider}
    with ExitStack() as stack:
        books = [stack.enter_context(open_book(name, address)) for name, address in addresses.items()]
        clocks = {book.name: (now or book.now()) + book.offset() for book in books}
        for book in books:
            book.begin()
        with progress("Reading", sum(book.size() for book in books)) as advance:
            for book in books:
                for fact, rows in book.rows():
                    facts.add(fact.name, rows)
                    advance(len(rows))
        for book in books:
            book.finish()
    return clocks


def _parameters(clocks: Mapping[str, datetime], settle: timedelta, patience: timedelta) -> Parameters:
    """The moments that the rules speak of, by book: when it was read, and since when it must lie still."""
    moments = {f"{book}_now": clock for book, clock in clocks.items()}
    moments |= {f"{book}_rest": clock - settle for book, clock in clocks.items()}
    moments["impatient"] = clocks[ORDERS] - (settle + patience if settle else settle)
    moments |= {f"{book}_purged": clock - KEPT for book, clock in clocks.items()}
    moments |= {
        "provider_polled": clocks[PROVIDER] - settle - POLLED,
        "provider_compared": clocks[PROVIDER] - settle - COMPARED,
    }
    return {"moving": int(bool(settle)), **{name: _written(moment) for name, moment in moments.items()}}


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _report(
    facts: Scratch, parameters: Parameters, sources: Sources, at: datetime, progress: Progress
) -> Report:
    verdicts = []
    with progress("Checking", len(RULES)) as advance:
        for rule in RULES:
            given = rule.needs is None or getattr(sources, rule.needs) is not None
            verdicts.append(_judged(rule, facts, parameters) if given else _not_checked(rule))
            advance(1)
    return Report(
        at=at,
        orders=facts.count("orders"),
        unsettled=facts.count("orders WHERE id IN unsettled"),
        verdicts=tuple(verdicts),
    )


def _judged(rule: Rule, facts: Scratch, parameters: Parameters) -> Verdict:
    looked_at = violations = 0
    differences: list[Difference] = []
    for check in rule.checks:
        looked_at += facts.count(check.among)
        for listed, found in enumerate(facts.select(check.otherwise, parameters)):
            violations += 1
            if listed < MOST_LISTED:
                differences.append(Difference.of(check.says, found))
    outcome = Outcome.VIOLATED if violations else Outcome.HOLDS
    return Verdict(rule.id, rule.title, rule.when, outcome, looked_at, violations, tuple(differences))


def _not_checked(rule: Rule) -> Verdict:
    return Verdict(rule.id, rule.title, rule.when, Outcome.NOT_CHECKED, 0, 0, ())
