import pytest

from tests.contract.payment_service.books import MemoryBooks, SqlBooks


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def books(request):
    """The service's storage, in memory and on each engine: what holds for one has to hold for all."""
    if request.param == "memory":
        books = MemoryBooks()
    else:
        fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
        books = SqlBooks(request.getfixturevalue(fixture))
    yield books
    books.dispose()
