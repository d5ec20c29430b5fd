from datetime import UTC, datetime, time

import pytest

from orders_service.domain.opening_hours import OpeningHours, OpenInterval
from orders_service.domain.store import StoreNow
from orders_service.domain.store_errors import CategoryInUse, SlugTaken, StoreNotFound
from orders_service.usecases.describe_store_usecase import DescribeStore, DescribeStoreUseCase
from orders_service.usecases.edit_store_usecase import EditStore, EditStoreUseCase
from orders_service.usecases.found_store_usecase import FoundStore, FoundStoreUseCase
from orders_service.usecases.list_stores_usecase import ListStores, ListStoresUseCase
from tests.builders.orders_service import CATEGORIES, STORE, a_store

CENTRO = {"slug": "centro", "name": "Comanda Centro", "time_zone": "America/Manaus"}


class VersionRefused(Exception):
    """What a door's check raises."""


@pytest.fixture
def found(restaurant):
    usecase = FoundStoreUseCase(restaurant.uow, CATEGORIES)
    return lambda **fields: usecase.execute(FoundStore({**CENTRO, **fields}))


@pytest.fixture
def edit(restaurant):
    usecase = EditStoreUseCase(restaurant.uow)

    def edit(slug=STORE, check=lambda _version: None, **changes):
        return usecase.execute(EditStore(slug, changes, check))

    return edit


def test_a_new_store_begins_with_the_usual_categories(restaurant, found):
    seen = found()
    assert seen == StoreNow(a_store(**CENTRO), None)
    assert restaurant.database.books.stores["centro"] == seen.store


def test_a_new_store_may_bring_categories_of_its_own(found):
    assert found(categories=("pizza",)).store.categories == ("pizza",)


def test_a_slug_is_given_once(restaurant, found):
    with pytest.raises(SlugTaken, match=STORE):
        found(slug=STORE)
    assert restaurant.database.books.stores == {STORE: a_store()}


def test_stores_are_listed_page_by_page(restaurant, found):
    found()
    usecase = ListStoresUseCase(restaurant.store_query)
    first = usecase.execute(ListStores(None, 1))
    second = usecase.execute(ListStores(first.next, 1))
    assert [seen.store.slug for seen in (*first.items, *second.items)] == ["centro", STORE]
    assert second.next is None


def test_a_store_is_described(restaurant):
    usecase = DescribeStoreUseCase(restaurant.store_query)
    assert usecase.execute(DescribeStore(STORE)) == StoreNow(a_store(), None)
    with pytest.raises(StoreNotFound, match="nowhere"):
        usecase.execute(DescribeStore("nowhere"))


def test_an_edited_store_is_kept_as_the_next_version(restaurant, edit):
    edited = edit(name="Comanda Velha").store
    assert edited == a_store(name="Comanda Velha", version=2)
    assert restaurant.database.books.stores[STORE] == edited


def test_whoever_has_seen_another_version_changes_nothing(restaurant, edit):
    def check(version):
        assert version == 1
        raise VersionRefused

    with pytest.raises(VersionRefused):
        edit(check=check, name="Comanda Velha")
    assert restaurant.database.books.stores[STORE] == a_store()


def test_a_category_with_products_is_not_given_up(restaurant, edit):
    restaurant.sell()
    with pytest.raises(CategoryInUse):
        edit(categories=("bebida",))
    assert restaurant.database.commits == 0


def test_only_a_store_that_is_there_can_be_edited(edit):
    with pytest.raises(StoreNotFound, match="nowhere"):
        edit("nowhere")


def test_of_a_store_that_is_closed_now_everybody_is_told_when_it_opens(restaurant, found, edit):
    closed = OpeningHours((OpenInterval(0, time(18), time(23)),))
    mondays = {datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (21, 22)}  # by the zone of each
    seen = [found(hours=closed), edit("centro", name="Outra"), edit(hours=closed)]
    seen.append(DescribeStoreUseCase(restaurant.store_query).execute(DescribeStore("centro")))
    seen += ListStoresUseCase(restaurant.store_query).execute(ListStores(None, 9)).items
    assert len(seen) == 6
    assert {one.opens_at for one in seen} == mondays
