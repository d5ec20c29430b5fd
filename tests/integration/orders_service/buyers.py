"""Processes full of buyers: `python -m tests.integration.orders_service.buyers`, told what they want in JSON.

All are let go at once; what became of each is told in JSON.
"""

import json
import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from orders_service.bootstrap import build
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.stock_errors import InsufficientStock, Shortage
from orders_service.infrastructure.models.product_model import stock
from orders_service.infrastructure.repositories.stock_repository import StockRepository
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.reject_payment_usecase import RejectPayment
from servicekit.database.database import Database
from tests.builders.orders_service import STORE, told
from tests.fakes.orders_service.composed import some_settings

PROCESSES = 4
THREADS = 10
"""Of each process."""
PATIENCE = 40
"""Seconds for which a buyer comes again."""
SOLD, REFUSED, GIVEN_BACK, BUSY = "sold", "refused", "given back", "busy"
"""Busy is 503 with Retry-After: a slow machine may let somebody wait too long for the others."""
CONTEXT = multiprocessing.get_context("fork")
"""Of a process that has no thread and no connection yet."""
START = CONTEXT.Barrier(PROCESSES)
ROOT = Path(__file__).parents[3]


def without_the_guard(self, order):
    """To look at everything first and take it then is what the guard is there to forbid."""
    available = stock.c.on_hand - stock.c.reserved
    left = {
        one.product_id: self._connection.scalar(sa.select(available).where(same(one)))
        for one in order.reservations
    }
    short = [one for one in order.reservations if left[one.product_id] < one.quantity]
    for one in order.reservations if not short else ():
        taken = {"reserved": stock.c.reserved + one.quantity}
        self._connection.execute(sa.update(stock).where(same(one)).values(taken))
    return [Shortage(one.product_id, one.quantity, left[one.product_id]) for one in short]


def same(reservation):
    return stock.c.product_id == reservation.product_id


def is_busy(error):
    """It took too long; a deadlock is no such thing."""
    waited_too_long = {"55P03", "57014"}
    return isinstance(error, PoolTimeoutError) or (
        isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in waited_too_long
    )


class Buyer:
    def __init__(self, usecases, index, wanted):
        self.usecases = usecases
        # Every other buyer names the products the other way round.
        self.products = wanted["products"][:: -1 if index % 2 else 1]
        self.cancels = wanted["most_cancel"] and index % 5 > 0
        self.comes_again = {BUSY, REFUSED} if wanted["most_cancel"] and not self.cancels else {BUSY}

    def buy(self):
        give_up = time.monotonic() + PATIENCE
        while (what := self._try()) in self.comes_again and time.monotonic() < give_up:
            pass
        return what

    def _try(self):
        items = tuple(WantedItem(product, 1) for product in self.products)
        try:
            order = self.usecases.checkout.execute(Checkout(STORE, items, None, PaymentMethod.PIX))
            if self.cancels:
                self.usecases.reject_payment.execute(RejectPayment(STORE, order.id, told(), 0))
                return GIVEN_BACK
        except InsufficientStock:
            return REFUSED
        except Exception as error:  # noqa: BLE001 - whatever reaches a client is to be told
            return BUSY if is_busy(error) else repr(error)
        return SOLD


def crowd(wanted):
    """What became of the buyers of one process."""
    database = Database(wanted["url"], pool_size=THREADS)
    generous = {"unpaid_units_free": 9_999, "demo_data": False}
    usecases = build(some_settings(wanted["url"], **generous), database=database).usecases
    with ThreadPoolExecutor(THREADS) as threads:
        START.wait(timeout=PATIENCE)
        results = list(threads.map(Buyer.buy, [Buyer(usecases, i, wanted) for i in range(wanted["buyers"])]))
    database.dispose()
    return results


def main():
    wanted = json.loads(sys.argv[1])
    if wanted["careless"]:
        StockRepository.reserve = without_the_guard
    with CONTEXT.Pool(PROCESSES) as pool:
        results = pool.map(crowd, [wanted] * PROCESSES, chunksize=1)
    sys.stdout.write("\n" + json.dumps([one for some in results for one in some]))


def let_loose(**wanted):
    """What became of each buyer of all processes."""
    defaults = {"careless": False, "most_cancel": False}
    command = [sys.executable, "-m", __name__, json.dumps(defaults | wanted)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
