"""Many at once, on PostgreSQL: somebody is always left to run the store, and every failure counts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orders_service.bootstrap import build
from orders_service.domain.sign_in_failures import MOST_IN_A_ROW
from orders_service.domain.staff import OPERATOR, Role, StaffKeeper
from orders_service.domain.staff_errors import LastManager, TooManyFailures
from orders_service.usecases.add_staff_usecase import AddStaff
from orders_service.usecases.list_staff_usecase import ListStaff
from orders_service.usecases.remove_staff_usecase import RemoveStaff
from orders_service.usecases.sign_in_usecase import SignIn
from servicekit.database.database import Database
from tests.builders.orders_service import STORE
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.secrets import FakePasswords

PASSWORD = "uma frase bem longa"


@pytest.fixture
def usecases(postgres_url):
    database = Database(postgres_url, pool_size=20)
    container = build(
        some_settings(postgres_url, demo_data=False), database=database, passwords=FakePasswords()
    )
    container.prepare()
    yield container.usecases
    database.dispose()


def at_once(works):
    """What each of these, let go together, gave or raised."""
    start = Barrier(len(works))

    def one(work):
        start.wait(timeout=30)
        try:
            return work()
        except (LastManager, TooManyFailures) as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def test_two_managers_who_remove_each_other_leave_one(usecases):
    for username in ("ana", "bia"):
        usecases.add_staff.execute(AddStaff(STORE, username, Role.MANAGER, PASSWORD, OPERATOR))

    def remove(username, by):
        request = RemoveStaff(STORE, username, StaffKeeper(by, Role.MANAGER))
        return lambda: usecases.remove_staff.execute(request)

    results = at_once([remove("ana", "bia"), remove("bia", "ana")])
    assert sum(isinstance(result, LastManager) for result in results) == 1
    assert len(usecases.list_staff.execute(ListStaff(STORE, Role.MANAGER, None, 50)).items) == 1


def test_of_failures_at_once_each_is_counted(usecases):
    guess = SignIn(STORE, "ana", "wrong")
    assert at_once([lambda: usecases.sign_in.execute(guess)] * MOST_IN_A_ROW) == [None] * MOST_IN_A_ROW
    with pytest.raises(TooManyFailures):
        usecases.sign_in.execute(guess)
