import sqlalchemy as sa

from servicekit.database.database import Database


class Questions:
    """What is asked of a database, and how it would find the answers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: list[tuple[str, object]] = []
        sa.event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT") and "\nFROM " in statement:
            self._asked.append((statement, parameters))

    def full_scans(self) -> list[str]:
        """The questions so far that would have a whole table read."""
        sa.event.remove(self._database.engine, "before_cursor_execute", self._note)
        assert self._asked
        return [statement for statement, parameters in self._asked if self._scans(statement, parameters)]

    def _scans(self, statement: str, parameters: object) -> bool:
        explain = "EXPLAIN QUERY PLAN " if self._database.dialect == "sqlite" else "EXPLAIN "
        with self._database.engine.connect() as connection:
            steps = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters)]
        if self._database.dialect == "sqlite":
            made = {step.split()[1] for step in steps if step.startswith(("CO-ROUTINE ", "MATERIALIZE "))}
            scans = [step for step in steps if step.startswith("SCAN ") and not step.startswith("SCAN (")]
            scans = [step for step in scans if step.split()[1] not in made]
            return any(" USING " not in step for step in scans)
        return any("Seq Scan" in step for step in steps)
