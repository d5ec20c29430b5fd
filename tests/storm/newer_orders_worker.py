"""The orders worker of a later version: it knows one event more than the one that is deployed."""

import os
import sys
from collections.abc import Callable, Mapping

from orders_service import bootstrap, worker
from orders_service.entrypoints.events.payment_handlers import payment_handlers
from orders_service.entrypoints.usecases import UseCases
from servicekit.messaging.envelope import Envelope

PAGE_MOVED = "payment.page_moved.v1"
"""The page to pay on has another address; for the rest it says what `payment.created` says."""


def later_handlers(usecases: UseCases) -> Mapping[str, Callable[[Envelope], None]]:
    """Today's, and one more."""
    known = payment_handlers(usecases)
    return {**known, PAGE_MOVED: known["payment.created.v1"]}


if __name__ == "__main__":
    bootstrap.payment_handlers = later_handlers
    sys.exit(worker.main(os.environ))
