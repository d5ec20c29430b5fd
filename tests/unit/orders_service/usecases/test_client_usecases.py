import pytest

from orders_service.domain.client_errors import ClientNotFound, CpfRegistered
from orders_service.domain.cpf import Cpf
from orders_service.domain.order_progress import CancelReason
from orders_service.usecases.browse_clients_usecase import (
    ListClients,
    ListClientsUseCase,
    ShowClient,
    ShowClientUseCase,
    ShowHistory,
    ShowHistoryUseCase,
)
from orders_service.usecases.erase_client_usecase import EraseClient, EraseClientUseCase
from orders_service.usecases.finish_erasures_usecase import FinishErasuresUseCase
from orders_service.usecases.identify_client_usecase import IdentifyClient, IdentifyClientUseCase
from orders_service.usecases.register_client_usecase import RegisterClient, RegisterClientUseCase
from orders_service.usecases.reseal_clients_usecase import ResealClients, ResealClientsUseCase, Resealed
from orders_service.usecases.sweep import Sweep
from tests.builders.orders_service import ANA, NOON, STORE, an_order
from tests.fakes.orders_service.secrets import FakeSealing, fake_digest

BIA = "111.444.777-35"
EMAIL = "ana@example.com"
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


class Overwritten:
    """Counts how often the database was asked to forget what was overwritten, and after which commit."""

    def __init__(self, restaurant):
        self.restaurant = restaurant
        self.after_commits = []

    def __call__(self):
        self.after_commits.append(self.restaurant.database.commits)


@pytest.fixture
def overwritten(restaurant):
    return Overwritten(restaurant)


@pytest.fixture
def register(restaurant):
    usecase = RegisterClientUseCase(restaurant.uow, restaurant.new_id, fake_digest, restaurant.sealing)
    return lambda cpf=ANA, name="Ana Souza", email=EMAIL, store=STORE: usecase.execute(
        RegisterClient(store, Cpf.parse(cpf), name, email)
    )


@pytest.fixture
def identify(restaurant):
    usecase = IdentifyClientUseCase(restaurant.client_query, fake_digest)
    return lambda cpf=ANA, store=STORE: usecase.execute(IdentifyClient(store, Cpf.parse(cpf)))


@pytest.fixture
def erase(restaurant, overwritten):
    usecase = EraseClientUseCase(restaurant.uow, overwritten)
    return lambda client_id, store=STORE: usecase.execute(EraseClient(store, client_id))


def test_who_registers_is_known_by_the_cpf(register, identify):
    registration = register()
    assert (registration.client.name, registration.cpf, registration.email) == (
        "Ana Souza",
        Cpf.parse(ANA),
        EMAIL,
    )
    assert registration.registered_at == NOON
    assert identify() == registration


def test_an_email_is_not_needed(register, identify):
    register(email=None)
    assert identify().email is None


def test_neither_cpf_nor_email_is_kept_as_it_is(restaurant, register):
    register()
    kept = repr(restaurant.database.books.clients)
    assert Cpf.parse(ANA).digits not in kept.replace(fake_digest(Cpf.parse(ANA)), "")
    assert EMAIL not in kept


def test_a_cpf_registers_once_in_a_store(restaurant, register):
    register()
    commits = restaurant.database.commits
    with pytest.raises(CpfRegistered):
        register(name="Outra")
    assert restaurant.database.commits == commits
    register(store="other")


def test_a_stranger_is_not_found(register, identify):
    register()
    with pytest.raises(ClientNotFound):
        identify(BIA)
    with pytest.raises(ClientNotFound):
        identify(store="other")


def test_a_request_shows_neither_name_nor_email_nor_cpf():
    shown = repr(RegisterClient(STORE, Cpf.parse(ANA), "Ana Souza", EMAIL))
    assert not [one for one in ("Ana", EMAIL, ANA, Cpf.parse(ANA).digits) if one in shown]


def test_clients_are_listed_and_shown(restaurant, register):
    ana, bia = register(), register(BIA, "Bia")
    page = ListClientsUseCase(restaurant.client_query).execute(ListClients(STORE, None, 10))
    assert page.items == (bia, ana)
    show = ShowClientUseCase(restaurant.client_query)
    assert show.execute(ShowClient(STORE, ana.client.id)) == ana
    with pytest.raises(ClientNotFound):
        show.execute(ShowClient("other", ana.client.id))


def test_the_history_of_a_client_is_theirs_alone(restaurant, register):
    ana = register().client
    theirs = restaurant.keep(an_order(client=ana))
    restaurant.keep(an_order(number="B12"))
    history = ShowHistoryUseCase(restaurant.client_query)
    page = history.execute(ShowHistory(STORE, ana.id, None, 10))
    assert [order.id for order in page.items] == [theirs.id]
    with pytest.raises(ClientNotFound):
        history.execute(ShowHistory(STORE, NOBODY, None, 10))


def test_who_is_erased_is_known_no_longer_and_may_come_again(register, identify, erase, overwritten):
    first = register()
    erase(first.client.id)
    assert overwritten.after_commits == [2]
    with pytest.raises(ClientNotFound):
        identify()
    assert register().client.id != first.client.id


def test_erasing_again_changes_nothing(register, erase):
    ana = register().client
    erase(ana.id)
    erase(ana.id)


def test_nobody_else_is_erased(register, identify, erase, overwritten):
    ana = register()
    for client_id, store in ((NOBODY, STORE), (ana.client.id, "other")):
        with pytest.raises(ClientNotFound):
            erase(client_id, store)
    assert identify() == ana
    assert overwritten.after_commits == []


def test_an_erasure_is_finished_when_the_last_order_is_over(restaurant, register, erase, overwritten):
    ana = register().client
    placed = restaurant.keep(an_order(client=ana, notes="para Ana"))
    erase(ana.id)
    finish = FinishErasuresUseCase(restaurant.uow, overwritten)
    assert finish.execute(Sweep(10)) == 0
    asked = len(overwritten.after_commits)
    with restaurant.uow() as uow:
        order = uow.orders.get(STORE, placed.id)
        order.cancel(CancelReason.CUSTOMER, NOON)
        order.payment_closed(None, NOON)
        uow.orders.save(order)
        uow.commit()
    assert finish.execute(Sweep(10)) == 1
    assert restaurant.order(placed.id).terms.lines[0].notes is None
    assert len(overwritten.after_commits) == asked + 1


def test_clients_are_sealed_again_in_batches(restaurant, register, identify):
    clients = [register().client, register(BIA, "Bia", email=None).client]
    newest = FakeSealing("new", "key")
    reseal = ResealClientsUseCase(restaurant.uow, newest)
    assert reseal.execute(ResealClients("", 1)) == Resealed(clients[0].id, 1, ())
    assert reseal.execute(ResealClients(clients[0].id, 1)) == Resealed(clients[1].id, 1, ())
    assert reseal.execute(ResealClients(clients[1].id, 1)) == Resealed(None, 0, ())
    restaurant.sealing.keys = ("new",)
    assert (identify().cpf, identify().email, identify(BIA).cpf) == (Cpf.parse(ANA), EMAIL, Cpf.parse(BIA))


def test_whom_no_key_fits_is_told_and_left_alone(restaurant, register, erase):
    ana = register().client
    erase(register(BIA).client.id)
    before = restaurant.database.books.clients[ana.id].particulars
    told = ResealClientsUseCase(restaurant.uow, FakeSealing("other")).execute(ResealClients("", 10))
    assert (told.clients, told.unreadable) == (2, (ana.id,))
    assert restaurant.database.books.clients[ana.id].particulars == before
