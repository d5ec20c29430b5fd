from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection


class AdjustableClock:
    """Stands in for a database's clock: it moves when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 23, 16, tzinfo=UTC)

    def __call__(self, _connection: Connection) -> datetime:
        return self.time

    def seconds(self) -> float:
        """The same time, for what counts seconds."""
        return self.time.timestamp()

    def advance(self, **by: float) -> None:
        """Moves on by `seconds=`, `minutes=` or `hours=`."""
        self.time += timedelta(**by)
