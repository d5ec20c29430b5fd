import pytest

from orders_service.domain.cpf import Cpf
from orders_service.domain.product import StockReason
from orders_service.domain.sign_in_failures import FORGOTTEN_AFTER, MOST_IN_A_ROW
from orders_service.domain.staff import OPERATOR, Role, Staff, StaffKeeper
from orders_service.domain.staff_errors import (
    InvalidUsername,
    LastManager,
    RoleForbidden,
    StaffNotFound,
    TooManyFailures,
    UsernameTaken,
    WeakPassword,
)
from orders_service.domain.store_errors import StoreNotFound
from orders_service.usecases.add_staff_usecase import AddStaff, AddStaffUseCase
from orders_service.usecases.find_guests_usecase import FindGuests, FindGuestsUseCase
from orders_service.usecases.list_staff_usecase import ListStaff, ListStaffUseCase
from orders_service.usecases.load_demo_usecase import Delivery, DemoProduct, LoadDemo, LoadDemoUseCase
from orders_service.usecases.open_store_usecase import OpenStore, OpenStoreUseCase
from orders_service.usecases.remove_staff_usecase import RemoveStaff, RemoveStaffUseCase
from orders_service.usecases.sign_in_usecase import SignIn, SignInUseCase
from tests.builders.orders_service import ANA, STORE, a_store
from tests.fakes.orders_service.secrets import (
    FakePasswords,
    FakeSealing,
    fake_digest,
    fake_name_digest,
    fake_token,
)

PASSWORD = "uma frase bem longa"


@pytest.fixture
def passwords():
    return FakePasswords()


@pytest.fixture
def sign_in(restaurant, passwords):
    usecase = SignInUseCase(restaurant.uow, passwords, fake_name_digest, fake_token)
    return lambda username, password, store=STORE: usecase.execute(SignIn(store, username, password))


@pytest.fixture
def add_staff(restaurant, passwords):
    usecase = AddStaffUseCase(restaurant.uow, passwords)

    def add(username, password=PASSWORD, role=Role.MANAGER, store=STORE, by=OPERATOR):
        return usecase.execute(AddStaff(store, username, role, password, by))

    return add


@pytest.fixture
def remove_staff(restaurant):
    usecase = RemoveStaffUseCase(restaurant.uow)
    return lambda username, by=OPERATOR: usecase.execute(RemoveStaff(STORE, username, by))


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
    with pytest.raises(UsernameTaken, match="gerente"):
        add_staff("gerente")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"password": "gerente"}, WeakPassword),
        ({"username": "a/b"}, InvalidUsername),
        ({"store": "nowhere"}, StoreNotFound),
        ({"role": Role.ADMIN, "by": StaffKeeper("ana", Role.MANAGER)}, RoleForbidden),
    ],
)
def test_who_cannot_be_added_is_not(restaurant, add_staff, fields, error):
    with pytest.raises(error):
        add_staff(**{"username": "gerente", **fields})
    assert restaurant.database.books.staff == {}


def test_whoever_was_removed_cannot_sign_in(sign_in, add_staff, remove_staff):
    add_staff("gerente")
    add_staff("outro")
    remove_staff("gerente")
    assert sign_in("gerente", PASSWORD) is None
    assert sign_in("outro", PASSWORD) is not None


def test_nobody_can_be_removed_who_is_not_there_or_is_needed(restaurant, add_staff, remove_staff):
    member = add_staff("gerente")
    with pytest.raises(StaffNotFound, match="ninguem"):
        remove_staff("ninguem")
    with pytest.raises(LastManager):
        remove_staff("gerente")
    assert restaurant.database.books.staff == {(STORE, "gerente"): member}


def test_a_manager_sees_whom_they_may_manage(restaurant, add_staff):
    for username, role in (("admin", Role.ADMIN), ("cozinha", Role.KITCHEN), ("gerente", Role.MANAGER)):
        add_staff(username, role=role)
    usecase = ListStaffUseCase(restaurant.staff_query)

    def names(by, after=None, limit=50):
        return [one.username for one in usecase.execute(ListStaff(STORE, by, after, limit)).items]

    assert names(Role.MANAGER) == ["cozinha", "gerente"]
    assert names(Role.ADMIN) == ["admin", "cozinha", "gerente"]
    assert names(Role.ADMIN, "admin", 1) == ["cozinha"]


@pytest.mark.parametrize("username", ["gerente", "ninguem"])
def test_a_name_that_fails_too_often_is_locked_whether_or_not_anybody_bears_it(
    restaurant, sign_in, add_staff, username
):
    add_staff("gerente")
    for _ in range(MOST_IN_A_ROW):
        assert sign_in(username, "outra") is None
    with pytest.raises(TooManyFailures):
        sign_in(username, PASSWORD)
    restaurant.pass_by(FORGOTTEN_AFTER)
    assert (sign_in(username, PASSWORD) is not None) == (username == "gerente")


def test_a_sign_in_that_succeeds_ends_the_row_of_failures(restaurant, sign_in, add_staff):
    add_staff("gerente")
    for _ in range(2):
        for _ in range(MOST_IN_A_ROW - 1):
            assert sign_in("gerente", "outra") is None
        assert sign_in("gerente", PASSWORD) is not None
    assert restaurant.database.books.sign_in_failures == {}


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
    return LoadDemoUseCase(restaurant.uow, restaurant.new_id, passwords, fake_digest, FakeSealing())


def test_a_demonstration_is_loaded(restaurant, load_demo, sign_in):
    assert load_demo.execute(DEMO)
    books = restaurant.database.books
    burger, pizza = books.products.values()
    assert not burger.counted
    assert restaurant.shelf(pizza.id) == (16, 0)
    assert restaurant.movements(pizza.id) == [("batch", 8), ("batch", 8)]
    assert sign_in("cozinha", "cozinha") is not None
    (ana,) = books.clients.values()
    assert (ana.client.name, ana.cpf_digest) == ("Ana", fake_digest(Cpf.parse(ANA)))
    assert FakeSealing().unseal(ana.particulars.sealed_cpf) == Cpf.parse(ANA).digits


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
