import pytest

from orders_service.domain.catalogue_errors import ProductNotFound, UnknownCategory
from orders_service.domain.product import ProductEdit
from orders_service.domain.store_errors import StoreNotFound
from orders_service.usecases.create_product_usecase import CreateProduct, CreateProductUseCase
from orders_service.usecases.edit_product_usecase import EditProduct, EditProductUseCase
from orders_service.usecases.retire_product_usecase import RetireProduct, RetireProductUseCase
from tests.builders.orders_service import CATEGORIES, STORE, a_product


class SeenAnother(Exception):
    pass


def any_version(_version):
    pass


def only(seen):
    def require_match(version):
        if version != seen:
            raise SeenAnother

    return require_match


def kept(restaurant, product_id):
    return restaurant.database.books.products[product_id]


@pytest.fixture
def create(restaurant):
    usecase = CreateProductUseCase(restaurant.uow, restaurant.new_id)

    def create(store=STORE, category="lanche", *, counted=False):
        return usecase.execute(CreateProduct(store, "Pastel", "De feira", category, 1200, counted))

    return create


@pytest.fixture
def edit(restaurant):
    usecase = EditProductUseCase(restaurant.uow)

    def edit(product, *, store=STORE, require_match=any_version, **changes):
        usecase.execute(EditProduct(store, product.id, ProductEdit(**changes), require_match))
        return kept(restaurant, product.id)

    return edit


@pytest.fixture
def retire(restaurant):
    usecase = RetireProductUseCase(restaurant.uow)

    def retire(product, *, store=STORE, require_match=any_version):
        usecase.execute(RetireProduct(store, product.id, require_match))
        return kept(restaurant, product.id)

    return retire


def test_a_new_product_is_for_sale(restaurant, create):
    product = kept(restaurant, create())
    assert product == a_product(
        product.id, name="Pastel", description="De feira", price=1200, counted=False, version=1
    )


def test_a_new_counted_product_begins_with_nothing_in_stock(restaurant, create):
    assert restaurant.shelf(create(counted=True)) == (0, 0)


def test_a_new_product_is_in_a_category_of_its_store(restaurant, create):
    with pytest.raises(UnknownCategory) as refused:
        create(category="sushi")
    assert refused.value.members() == {"categories": list(CATEGORIES)}
    with pytest.raises(StoreNotFound, match="nowhere"):
        create(store="nowhere")
    assert restaurant.database.commits == 0


def test_only_what_an_edit_names_is_changed(restaurant, edit):
    product = restaurant.sell(a_product(image="abc"))
    edited = edit(product, price=990, name="Pão de queijo")
    assert edited == a_product(product.id, name="Pão de queijo", price=990, image="abc", version=2)


def test_an_edit_can_change_all_that_may_change(restaurant, edit):
    product = restaurant.sell()
    changes = {"name": "Suco", "description": "", "category": "bebida", "price": 0, "active": False}
    assert edit(product, **changes) == a_product(product.id, version=2, **changes)


def test_an_edit_of_nothing_changes_nothing_but_the_version(restaurant, edit):
    product = restaurant.sell()
    assert edit(product) == a_product(product.id, version=2)


def test_an_edit_does_not_move_a_product_to_a_category_that_is_none(restaurant, edit):
    product = restaurant.sell()
    with pytest.raises(UnknownCategory):
        edit(product, category="sushi")
    assert kept(restaurant, product.id) == product


def test_a_product_is_retired_and_brought_back(restaurant, edit, retire):
    product = restaurant.sell()
    assert not retire(product).active
    assert not retire(product).active
    assert edit(product, active=True).active


def test_a_product_does_not_come_back_into_a_category_that_is_gone(restaurant, edit, retire):
    product = restaurant.sell(a_product(category="sushi"))
    assert edit(product, price=1).price == 1
    retire(product)
    with pytest.raises(UnknownCategory):
        edit(product, active=True)
    assert edit(product, active=True, category="lanche").active


def test_who_saw_another_version_changes_nothing(restaurant, edit, retire):
    product = restaurant.sell()
    assert edit(product, price=1, require_match=only(1)).version == 2
    with pytest.raises(SeenAnother):
        edit(product, price=2, require_match=only(1))
    with pytest.raises(SeenAnother):
        retire(product, require_match=only(1))
    assert kept(restaurant, product.id) == a_product(product.id, price=1, version=2)
    assert not retire(product, require_match=only(2)).active


def test_a_product_of_another_store_cannot_be_changed(restaurant, edit, retire):
    product = restaurant.sell(a_product(store="other"))
    for change in (edit, retire):
        with pytest.raises(ProductNotFound, match=product.id):
            change(product)
    assert kept(restaurant, product.id) == product
