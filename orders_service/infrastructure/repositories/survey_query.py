"""Counting orders, each time by an index that holds the open ones alone."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.order_progress import OrderStatus
from orders_service.infrastructure.models.order_model import ENDING, OPEN, UNPAID, orders
from orders_service.ports.survey_query_port import OrdersSurvey, SurveyQueryPort
from servicekit.database.database import Database

ENDED = {OrderStatus.FINISHED, OrderStatus.CANCELLED}


class SurveyQuery(SurveyQueryPort):
    """One short read. The conditions are the indexes' own words, else no index could be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def survey(self, *, unpaid: timedelta, ending: timedelta) -> OrdersSurvey:
        """By state, by deadline, and by when the end was asked for."""
        by_state = sa.select(orders.c.status, sa.func.count()).where(sa.text(OPEN)).group_by(orders.c.status)
        with self._database.read() as connection:
            now = self._database.clock(connection)
            found = {row[0]: row[1] for row in connection.execute(by_state)}
            return OrdersSurvey(
                {status: found.get(status, 0) for status in OrderStatus if status not in ENDED},
                _count(connection, sa.text(UNPAID), orders.c.deadline < now - unpaid),
                _count(connection, sa.text(ENDING), orders.c.cancelling_since < now - ending),
            )


def _count(connection: Connection, *conditions: sa.ColumnElement[bool] | sa.TextClause) -> int:
    counted = sa.select(sa.func.count()).select_from(orders).where(*conditions)
    return connection.execute(counted).scalar_one()
