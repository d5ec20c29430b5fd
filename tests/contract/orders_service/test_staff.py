from datetime import timedelta

import pytest

from orders_service.domain.sign_in_failures import SignInFailures
from orders_service.domain.staff import Role, Staff
from orders_service.domain.staff_errors import StaffNotFound
from tests.builders.orders_service import NOON, STORE

PEOPLE = (
    Staff(STORE, "ana", "hash", Role.MANAGER),
    Staff(STORE, "bia", "hash", Role.KITCHEN),
    Staff(STORE, "caio", "hash", Role.ADMIN),
    Staff(STORE, "davi", "hash", Role.MANAGER),
    Staff("other", "ana", "hash", Role.KITCHEN),
    Staff("other", "eva", "hash", Role.MANAGER),
)


@pytest.fixture
def staffed(restaurant):
    with restaurant.uow() as uow:
        for member in PEOPLE:
            assert uow.staff.add(member)
        uow.commit()
    return restaurant


def test_staff_are_listed_by_name_in_their_store_alone(staffed):
    first = staffed.staff_query.page(STORE, {Role.MANAGER, Role.KITCHEN}, None, 2)
    second = staffed.staff_query.page(STORE, {Role.MANAGER, Role.KITCHEN}, first.next, 2)
    assert (first.items, second.items) == (PEOPLE[:2], PEOPLE[3:4])
    assert second.next is None
    assert staffed.staff_query.page(STORE, set(Role), None, 50).items == PEOPLE[:4]


def test_the_managers_of_a_store_are_known(staffed):
    with staffed.uow() as uow:
        assert list(uow.staff.lock_managers(STORE)) == ["ana", "davi"]
        assert list(uow.staff.lock_managers("other")) == ["eva"]


def test_who_is_removed_is_gone_from_their_store_alone(staffed):
    with staffed.uow() as uow:
        uow.staff.remove(uow.staff.get(STORE, "ana"))
        uow.commit()
    with staffed.uow() as uow:
        assert uow.staff.find(STORE, "ana") is None
        assert uow.staff.get("other", "ana") == PEOPLE[4]
        with pytest.raises(StaffNotFound):
            uow.staff.get(STORE, "ana")


def fail(restaurant, username, store=STORE):
    with restaurant.uow() as uow:
        failures = uow.sign_in_failures.lock(store, username, uow.now())
        uow.sign_in_failures.save(failures.one_more(uow.now()))
        uow.commit()


def remembered(restaurant, username, store=STORE):
    with restaurant.uow() as uow:
        return uow.sign_in_failures.find(store, username)


def test_failures_are_counted_by_name_and_store(restaurant):
    for store, username in ((STORE, "ana"), (STORE, "ana"), (STORE, "nobody"), ("other", "ana")):
        fail(restaurant, username, store)
    assert remembered(restaurant, "ana") == SignInFailures(STORE, "ana", 2, NOON)
    assert remembered(restaurant, "nobody").in_a_row == 1
    assert remembered(restaurant, "ana", "other").in_a_row == 1
    assert remembered(restaurant, "bia") is None


def test_failures_are_forgotten_when_asked_to(restaurant):
    fail(restaurant, "ana")
    fail(restaurant, "bia")
    for _ in range(2):
        with restaurant.uow() as uow:
            uow.sign_in_failures.forget(STORE, "ana")
            uow.commit()
    assert remembered(restaurant, "ana") is None
    assert remembered(restaurant, "bia") is not None


def test_old_failures_are_purged_and_no_more_than_asked(restaurant):
    for username in ("ana", "bia", "caio"):
        fail(restaurant, username)
        restaurant.pass_by(timedelta(minutes=1))

    def purge(limit):
        with restaurant.uow() as uow:
            bounds = dict.fromkeys(("inbox_before", "keys_before"), NOON)
            before = NOON + timedelta(minutes=2)
            deleted = uow.leftovers.purge(**bounds, failures_before=before, limit=limit)
            uow.commit()
        return deleted

    assert [purge(1), purge(1), purge(1)] == [1, 1, 0]
    assert remembered(restaurant, "caio") is not None
