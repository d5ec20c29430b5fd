"""Reading the books, each as it was at one moment, without writing in them or keeping anybody out."""

from audit.books.book import Book, CannotRead
from audit.books.postgresql_book import PostgresqlBook
from audit.books.provider_export import ProviderExport
from audit.books.sqlite_book import SqliteBook
from audit.facts import PROVIDER

__all__ = ["Book", "CannotRead", "open_book"]


def open_book(name: str, address: str) -> Book:
    """The book of this name at this address. Raises CannotRead where no kind of book is addressed so."""
    scheme = address.partition(":")[0].partition("+")[0]
    if scheme == "sqlite":
        return SqliteBook(name, address)
    if scheme in {"postgresql", "postgres"}:
        return PostgresqlBook(name, address)
    if scheme in {"http", "https"} and name == PROVIDER:
        return ProviderExport(address)
    kinds = "sqlite:///path or postgresql://..." + (" or http(s)://..." if name == PROVIDER else "")
    raise CannotRead(name, f"the address must be {kinds}")
