"""People whose data may be only where it belongs, and the search for them in all that a system wrote."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from servicekit.database.database import Database


@dataclass(frozen=True)
class Canary:
    """Somebody who exists only to be searched for."""

    digits: str
    name: str
    email: str
    note: str

    @property
    def written(self) -> list[str]:
        """The CPF as people write it."""
        one, two, three, last = self.digits[:3], self.digits[3:6], self.digits[6:9], self.digits[9:]
        return [
            f"{one}.{two}.{three}-{last}",
            self.digits,
            f"{one}.{two}.{three}{last}",
            f"{one}{two}{three}-{last}",
        ]

    @property
    def cpf_needles(self) -> list[str]:
        """The CPF as it could be found again, hashes without a key among them: there are too few CPFs."""
        texts = [*self.written, self.written[0].replace(".", " "), self.written[0].replace(".", "%2E")]
        hashed = [
            digest(text.encode()).hexdigest()
            for text in self.written
            for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256)
        ]
        coded = [base64.b64encode(text.encode()).decode().rstrip("=") for text in self.written]
        return [*texts, *hashed, *coded]

    @property
    def name_needles(self) -> list[str]:
        """The surname, which no greeting tells, and the address."""
        return [self.name.partition(" ")[2], self.email, self.email.replace("@", "%40")]


@dataclass(frozen=True)
class Found:
    """A needle, and where it was."""

    needle: str
    where: str


def search(texts: Iterable[tuple[str, str]], needles: Iterable[str]) -> list[Found]:
    """Every needle in every text, in capitals or not. `texts` are pairs of a place and what is there."""
    wanted = [needle.lower() for needle in needles]
    found = set()
    for where, text in texts:
        lowered = text.lower()
        found |= {Found(needle, where) for needle in wanted if needle in lowered}
    return sorted(found, key=lambda one: (one.where, one.needle))


def rows(books: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every value in every column of every table, with the column's name. `books` are addresses by name."""
    for book, url in books.items():
        database = Database(url)
        try:
            with database.read() as connection:
                metadata = sa.MetaData()
                metadata.reflect(connection)
                for table in metadata.tables.values():
                    for row in connection.execute(sa.select(table)):
                        for column, value in row._mapping.items():
                            yield f"{book}: {table.name}.{column}", _text(value)
        finally:
            database.dispose()


def files(folder: Path, *patterns: str) -> Iterator[tuple[str, str]]:
    """The bytes of files, as text."""
    for pattern in patterns:
        for path in sorted(folder.rglob(pattern)):
            yield path.name, path.read_bytes().decode("latin-1")


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
