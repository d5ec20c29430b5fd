"""What the rules stand on, made from the facts once: ways to find rows, and which orders are at rest.

In the names of parameters, `_now` is a book's time when it was read, and `_rest` the time since when nothing
may have changed in it. `moving` is 0 where everything is to be judged as it stands.
"""

from audit.scratch import Parameters, Scratch

INDEXES = ("CREATE INDEX history_order ON history (order_id, position)",)
UNSETTLED = ("CREATE TABLE unsettled (id PRIMARY KEY) WITHOUT ROWID",)


def prepare(facts: Scratch, parameters: Parameters) -> None:
    """Make them."""
    facts.run(INDEXES)
    facts.run(UNSETTLED, parameters)
