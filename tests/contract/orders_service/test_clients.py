"""Clients, on every engine: kept, read, erased, sealed again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orders_service.domain.client import Registration
from orders_service.domain.cpf import Cpf
from orders_service.domain.order_progress import CancelReason
from orders_service.ports.client_ports import HistoryPosition
from servicekit.ids import new_id
from tests.builders.orders_service import ANA, NOON, STORE, a_client, a_product, an_order, particulars
from tests.fakes.orders_service.secrets import FakeSealing

EMAIL = "ana@example.com"
DIGEST = "digest"


def register(restaurant, name="Ana Souza", digest=DIGEST, *, email=None, store=STORE):
    client = a_client(name)
    with restaurant.uow() as uow:
        known = particulars(email=email, sealing=restaurant.sealing)
        assert uow.clients.add(store, client, digest, known)
        uow.commit()
    return client


def order(restaurant, client, *, notes="sem cebola", at=NOON, ended=False, store=STORE):
    product = restaurant.sell(a_product(store=store), units=10)
    placed = an_order(
        products=[product], client=client, notes=notes, now=at, store=store, number=new_id()[-8:]
    )
    with restaurant.uow() as uow:
        assert uow.orders.add(placed)
        assert uow.stock.reserve(placed) == []
        uow.commit()
    if ended:
        end(restaurant, placed)
    return placed


def end(restaurant, placed):
    with restaurant.uow() as uow:
        loaded = uow.orders.get(placed.store, placed.id)
        loaded.cancel(CancelReason.CUSTOMER, NOON)
        loaded.payment_closed(None, NOON)
        uow.orders.save(loaded)
        uow.commit()


def erase(restaurant, client, *, store=STORE):
    with restaurant.uow() as uow:
        known = uow.clients.erase(store, client.id, NOON)
        uow.commit()
    return known


def forget_notes(restaurant, limit=10):
    with restaurant.uow() as uow:
        count = uow.clients.forget_notes(limit)
        uow.commit()
    return count


def shown(restaurant, placed):
    return restaurant.order_query.find(placed.store, placed.id)


def notes(restaurant, placed):
    return [line.notes for line in shown(restaurant, placed).terms.lines]


class TestKeeping:
    def test_a_client_comes_back_as_kept(self, restaurant):
        client = register(restaurant, email=EMAIL)
        kept = Registration(client, Cpf.parse(ANA), EMAIL, NOON)
        assert restaurant.client_query.find(STORE, client.id) == kept
        assert restaurant.client_query.identify(STORE, DIGEST) == kept

    def test_a_client_without_particulars_comes_back_with_the_name(self, restaurant):
        client = a_client()
        with restaurant.uow() as uow:
            uow.clients.add(STORE, client, DIGEST)
            uow.commit()
        assert restaurant.client_query.find(STORE, client.id) == Registration(client, None, None, None)

    def test_what_no_key_unseals_is_as_good_as_unknown(self, restaurant):
        client = register(restaurant, email=EMAIL)
        restaurant.sealing.keys = ("another",)
        assert restaurant.client_query.find(STORE, client.id) == Registration(client, None, None, NOON)

    def test_nobody_is_read_through_another_store(self, restaurant):
        client = register(restaurant)
        order(restaurant, client)
        assert restaurant.client_query.find("other", client.id) is None
        assert restaurant.client_query.identify("other", DIGEST) is None
        assert restaurant.client_query.registrations("other", None, 10).items == ()
        assert restaurant.client_query.history("other", client.id, None, 10).items == ()

    def test_one_cpf_registers_in_each_store(self, restaurant):
        here, there = register(restaurant), register(restaurant, store="other")
        assert restaurant.client_query.identify(STORE, DIGEST).client == here
        assert restaurant.client_query.identify("other", DIGEST).client == there


class TestListing:
    def test_the_newest_come_first_in_pages(self, restaurant):
        clients = [register(restaurant, digest=f"digest {number}") for number in range(5)]
        erase(restaurant, clients.pop(1))
        first = restaurant.client_query.registrations(STORE, None, 2)
        second = restaurant.client_query.registrations(STORE, first.next, 2)
        assert [one.client for one in (*first.items, *second.items)] == clients[::-1]
        assert second.next is None

    def test_orders_come_newest_first_in_pages(self, restaurant):
        client = register(restaurant)
        minutes = [timedelta(minutes=one) for one in (3, 1, 2, 2, 0)]
        orders = [order(restaurant, client, at=NOON + one) for one in minutes]
        order(restaurant, register(restaurant, digest="another"))
        orders.sort(key=lambda one: (one.terms.created_at, one.id), reverse=True)
        first = restaurant.client_query.history(STORE, client.id, None, 2)
        assert first.next == HistoryPosition(orders[1].terms.created_at, orders[1].id)
        second = restaurant.client_query.history(STORE, client.id, first.next, 3)
        assert [one.id for one in (*first.items, *second.items)] == [one.id for one in orders]
        assert second.next is None


class TestErasing:
    def test_nothing_of_the_client_is_left(self, restaurant):
        client = register(restaurant, email=EMAIL)
        assert erase(restaurant, client)
        assert restaurant.client_query.find(STORE, client.id) is None
        assert restaurant.client_query.identify(STORE, DIGEST) is None
        with restaurant.uow() as uow:
            assert uow.clients.find(STORE, DIGEST) is None

    def test_again_changes_nothing(self, restaurant):
        client = register(restaurant)
        assert erase(restaurant, client)
        assert erase(restaurant, client)

    def test_who_never_was_there_is_not_erased(self, restaurant):
        client = register(restaurant)
        assert not erase(restaurant, a_client())
        assert not erase(restaurant, client, store="other")
        assert restaurant.client_query.find(STORE, client.id) is not None

    def test_the_cpf_may_register_again_as_somebody_new(self, restaurant):
        erase(restaurant, register(restaurant))
        again = register(restaurant, "Ana")
        assert restaurant.client_query.identify(STORE, DIGEST).client == again
        erase(restaurant, again)
        register(restaurant, "Ana")

    def test_orders_stay_as_nobodys_with_all_else(self, restaurant):
        client = register(restaurant)
        placed = order(restaurant, client)
        before = shown(restaurant, placed)
        erase(restaurant, client)
        after = shown(restaurant, placed)
        assert after.terms == replace(before.terms, client=None)
        assert (after.progress, after.reservations) == (before.progress, before.reservations)
        with restaurant.uow() as uow:
            assert uow.orders.get(STORE, placed.id).terms.client is None

    def test_orders_are_of_a_new_version_since_they_are_told_without_the_name(self, restaurant):
        client = register(restaurant)
        placed = order(restaurant, client)
        of_another = order(restaurant, register(restaurant, digest="another"))
        for _ in range(2):
            erase(restaurant, client)
            assert shown(restaurant, placed).version == placed.version + 1
        assert shown(restaurant, of_another).version == of_another.version
        end(restaurant, placed)

    def test_notes_go_as_soon_as_the_kitchen_needs_them_no_more(self, restaurant):
        client = register(restaurant)
        over = order(restaurant, client, ended=True)
        going_on = order(restaurant, client)
        of_another = order(restaurant, register(restaurant, digest="another"), ended=True)
        erase(restaurant, client)
        assert notes(restaurant, over) == [None]
        assert notes(restaurant, going_on) == ["sem cebola"]
        assert forget_notes(restaurant) == 0
        end(restaurant, going_on)
        assert forget_notes(restaurant) == 1
        assert forget_notes(restaurant) == 0
        assert notes(restaurant, going_on) == [None]
        assert notes(restaurant, of_another) == ["sem cebola"]

    def test_notes_are_forgotten_for_so_many_clients_at_a_time(self, restaurant):
        for number in range(3):
            client = register(restaurant, digest=f"digest {number}")
            placed = order(restaurant, client)
            erase(restaurant, client)
            end(restaurant, placed)
        assert [forget_notes(restaurant, limit=2) for _ in range(3)] == [2, 1, 0]

    def test_stored_answers_name_the_client_no_more_and_are_still_there(self, restaurant):
        client, other = register(restaurant), register(restaurant, digest="another")
        named = {"id": client.id, "name": client.name}
        restaurant.store_answer({"id": client.id, "name": client.name, "email": EMAIL})
        restaurant.store_answer({"id": "order", "client": named, "items": [{"notes": "para Ana Souza"}]})
        untouched = {"id": "order", "client": {"id": other.id, "name": other.name}, "items": []}
        restaurant.store_answer(untouched)
        restaurant.store_answer({"id": "order", "client": named, "items": []}, store="other")
        erase(restaurant, client)
        registration, checkout, of_another, elsewhere = restaurant.stored_answers()
        assert registration["id"] == client.id
        assert checkout["id"] == "order"
        assert not {client.name, EMAIL, "para Ana Souza"} & set(str((registration, checkout)).split("'"))
        assert of_another == untouched
        assert elsewhere["client"] == named


class TestSealingAgain:
    def reseal(self, restaurant, after="", limit=10):
        newest = FakeSealing("new", "key")
        with restaurant.uow() as uow:
            batch = uow.clients.sealed(after, limit)
            for one in batch:
                cpf = one.sealed_cpf and newest.seal_again(one.sealed_cpf)
                email = one.sealed_email and newest.seal_again(one.sealed_email)
                uow.clients.seal_again(replace(one, sealed_cpf=cpf, sealed_email=email))
            uow.commit()
        return batch

    def test_the_next_ones_come_by_id_from_every_store(self, restaurant):
        clients = [
            register(restaurant),
            register(restaurant, store="other"),
            register(restaurant, digest="x"),
        ]
        first = self.reseal(restaurant, limit=2)
        second = self.reseal(restaurant, after=first[-1].client_id)
        assert [one.client_id for one in (*first, *second)] == [client.id for client in clients]

    @pytest.mark.parametrize("email", [EMAIL, None])
    def test_the_new_seal_is_kept(self, restaurant, email):
        client = register(restaurant, email=email)
        self.reseal(restaurant)
        restaurant.sealing.keys = ("new",)
        kept = restaurant.client_query.find(STORE, client.id)
        assert (kept.cpf, kept.email) == (Cpf.parse(ANA), email)

    def test_who_was_erased_stays_so(self, restaurant):
        client = register(restaurant)
        erase(restaurant, client)
        (sealed,) = self.reseal(restaurant)
        assert (sealed.client_id, sealed.sealed_cpf, sealed.sealed_email) == (client.id, None, None)
