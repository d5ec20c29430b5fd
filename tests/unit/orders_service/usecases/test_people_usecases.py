import pytest

from orders_service.domain.cpf import Cpf
from orders_service.domain.errors import UsernameTaken, WeakPassword
from orders_service.domain.product import StockReason
from orders_service.domain.staff import Role, Staff
from orders_service.usecases.add_staff_usecase import AddStaff, AddStaffUseCase
from orders_service.usecases.find_guests_usecase import FindGuests, FindGuestsUseCase
from orders_service.usecases.load_demo_usecase import Delivery, DemoProduct, LoadDemo, LoadDemoUseCase
from orders_service.usecases.open_store_usecase import OpenStore, OpenStoreUseCase
from orders_service.usecases.sign_in_usecase import SignIn, SignInUseCase
from tests.builders.orders_service import ANA, STORE, a_store
from tests.fakes.orders_service.secrets import FakePasswords, fake_digest, fake_token

PASSWORD = "uma frase bem longa"


@pytest.fixture
def passwords():
    return FakePasswords()


@pytest.fixture
def sign_in(restaurant, passwords):
    usecase = SignInUseCase(restaurant.uow, passwords, fake_token)
    return lambda username, password, store=STORE: usecase.execute(SignIn(store, username, password))


@pytest.fixture
def add_staff(restaurant, passwords):
    usecase = AddStaffUseCase(restaurant.uow, passwords)
    return lambda username, password=PASSWORD: usecase.execute(
        AddStaff(STORE, username, Role.MANAGER, password)
    )


def test_the_right_password_gives_a_token(sign_in, add_staff):
    add_staff("gerente")
    assert sign_in("gerente", PASSWORD).text == "gerente manager default"


def test_a_wrong_password_gives_none(sign_in, add_staff):
    add_staff("gerente")
    assert sign_in("gerente", "outra") is None


def test_an_unknown_name_is_compared_all_the_same(sign_in, passwords):
    assert sign_in("ninguem", PASSWORD) is None
    assert passwords.compared_with == [None]


def test_nobody_signs_in_through_another_store(sign_in, add_staff):
    add_staff("gerente")
    assert sign_in("gerente", PASSWORD, "other") is None


def test_a_username_is_given_once(add_staff):
    add_staff("gerente")
    with pytest.raises(UsernameTaken):
        add_staff("gerente")


def test_a_weak_password_is_refused(restaurant, add_staff):
    with pytest.raises(WeakPassword):
        add_staff("gerente", "gerente")
    assert restaurant.database.books.staff == {}


def test_a_store_opens_once(restaurant):
    usecase = OpenStoreUseCase(restaurant.uow)
    assert usecase.execute(OpenStore(a_store("outra")))
    assert not usecase.execute(OpenStore(a_store("outra")))
    assert set(restaurant.database.books.stores) == {STORE, "outra"}


DEMO = LoadDemo(
    STORE,
    (
        DemoProduct("X-Burger", "", "lanche", 2500),
        DemoProduct("Pizza", "Fatia", "lanche", 1200, (Delivery(8, StockReason.BATCH),) * 2),
    ),
    (("cozinha", Role.KITCHEN),),
    (("Ana", Cpf.parse(ANA)),),
)


@pytest.fixture
def load_demo(restaurant, passwords):
    return LoadDemoUseCase(restaurant.uow, restaurant.new_id, passwords, fake_digest)


def test_a_demonstration_is_loaded(restaurant, load_demo, sign_in):
    assert load_demo.execute(DEMO)
    books = restaurant.database.books
    burger, pizza = books.products.values()
    assert not burger.counted
    assert restaurant.shelf(pizza.id) == (16, 0)
    assert restaurant.movements(pizza.id) == [("batch", 8), ("batch", 8)]
    assert sign_in("cozinha", "cozinha") is not None
    assert books.clients[STORE, fake_digest(Cpf.parse(ANA))].name == "Ana"


def test_a_demonstration_that_was_loaded_is_left_alone(restaurant, load_demo):
    load_demo.execute(DEMO)
    before = restaurant.database.books.copy()
    assert not load_demo.execute(DEMO)
    assert restaurant.database.books == before


def test_guests_are_found_out(restaurant, passwords, add_staff):
    add_staff("admin")
    with restaurant.uow() as uow:
        uow.staff.add(Staff(STORE, "gerente", passwords.hash("gerente"), Role.MANAGER))
        uow.commit()
    guests = FindGuestsUseCase(restaurant.uow, passwords).execute(
        FindGuests(STORE, ("cozinha", "gerente", "admin"))
    )
    assert guests == ("gerente",)
