import pytest

from orders_service.domain.catalogue_errors import CategoryNotFound, ProductNotFound
from orders_service.domain.store_errors import StoreNotFound
from orders_service.ports.catalogue_query_port import OfferFilter
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogue, BrowseCatalogueUseCase
from orders_service.usecases.browse_category_usecase import BrowseCategory, BrowseCategoryUseCase
from orders_service.usecases.show_product_usecase import ShowProduct, ShowProductUseCase
from orders_service.usecases.show_store_usecase import ShowStore, ShowStoreUseCase
from tests.builders.orders_service import CATEGORIES, STORE, a_product


def test_browsing_gives_a_page_of_offers(restaurant):
    first, second = restaurant.sell(), restaurant.sell()
    usecase = BrowseCatalogueUseCase(restaurant.catalogue)
    page = usecase.execute(BrowseCatalogue(STORE, OfferFilter(), None, 1))
    assert [offer.id for offer in page.items] == [first.id]
    page = usecase.execute(BrowseCatalogue(STORE, OfferFilter(), page.next, 1))
    assert [offer.id for offer in page.items] == [second.id]
    assert page.next is None


def test_a_category_lists_its_own_offers(restaurant):
    juice = restaurant.sell(a_product(category="bebida"))
    restaurant.sell()
    usecase = BrowseCategoryUseCase(restaurant.catalogue)
    page = usecase.execute(BrowseCategory(STORE, "bebida", None, 50))
    assert [offer.id for offer in page.items] == [juice.id]


def test_a_category_may_be_empty(restaurant):
    usecase = BrowseCategoryUseCase(restaurant.catalogue)
    assert usecase.execute(BrowseCategory(STORE, "sobremesa", None, 50)).items == ()


def test_a_category_that_the_store_does_not_have_is_not_found(restaurant):
    with pytest.raises(CategoryNotFound, match="sushi"):
        BrowseCategoryUseCase(restaurant.catalogue).execute(BrowseCategory(STORE, "sushi", None, 50))


def test_a_category_of_no_store_is_not_found(restaurant):
    with pytest.raises(StoreNotFound, match="nowhere"):
        BrowseCategoryUseCase(restaurant.catalogue).execute(BrowseCategory("nowhere", "lanche", None, 50))


def test_one_product_is_shown_with_what_is_available(restaurant):
    product = restaurant.sell(units=7)
    offer = ShowProductUseCase(restaurant.catalogue).execute(ShowProduct(STORE, product.id))
    assert (offer.name, offer.available) == (product.name, 7)


def test_a_product_of_another_store_is_not_found(restaurant):
    product = restaurant.sell(a_product(store="other"))
    with pytest.raises(ProductNotFound, match=product.id):
        ShowProductUseCase(restaurant.catalogue).execute(ShowProduct(STORE, product.id))


def test_a_store_is_shown_with_its_categories(restaurant):
    store = ShowStoreUseCase(restaurant.catalogue).execute(ShowStore(STORE))
    assert store.categories == CATEGORIES


def test_a_store_that_is_none_is_not_found(restaurant):
    with pytest.raises(StoreNotFound, match="nowhere"):
        ShowStoreUseCase(restaurant.catalogue).execute(ShowStore("nowhere"))
