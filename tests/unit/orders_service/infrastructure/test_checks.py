from dataclasses import dataclass

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from orders_service.infrastructure.checks import checks_with_replica
from servicekit.database.patience import patience
from servicekit.database.replica import QUICK_SECONDS, Replica
from servicekit.http.health import Degraded

GONE = OperationalError("SELECT", {}, Exception("connection refused"))
NONE_FREE = PoolTimeoutError("no connection")


@dataclass
class Primary:
    fault: Exception

    def now(self):
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "seconds", "rests"),
    [(GONE, 1, True), (NONE_FREE, QUICK_SECONDS + 1, True), (NONE_FREE, QUICK_SECONDS - 0.1, False)],
)
def test_readiness_that_comes_too_late_for_a_connection_does_not_hold_the_primary_for_failed(
    fault, seconds, rests
):
    replica = Replica(lambda: 0, most_seconds=5)
    checks = checks_with_replica({}, Primary(fault), None, replica)
    with patience(seconds), pytest.raises(Degraded):
        checks["orders-database"]()
    assert replica.primary.rests() is rests
