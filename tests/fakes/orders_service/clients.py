"""Clients in memory: kept, read, erased."""

from dataclasses import replace

from orders_service.domain.client import Client, Registration
from orders_service.domain.cpf import Cpf
from orders_service.ports.client_ports import (
    ClientQueryPort,
    ClientRepositoryPort,
    HistoryPosition,
    SealedClient,
)
from orders_service.ports.page import Page
from orders_service.ports.secrets_ports import CannotUnseal
from tests.fakes.orders_service.books import KeptClient
from tests.fakes.orders_service.order_repository import CLOSED


class FakeClientRepository(ClientRepositoryPort):
    def __init__(self, books):
        self.books = books

    def add(self, store, client, cpf_digest, particulars=None):
        if self.find(store, cpf_digest) is not None:
            return False
        self.books.clients[client.id] = KeptClient(store, client, cpf_digest, particulars)
        return True

    def find(self, store, cpf_digest):
        for kept in self.books.clients.values():
            if kept.store == store and kept.cpf_digest == cpf_digest:
                return kept.client
        return None

    find_to_order = find

    def erase(self, store, client_id, now):  # noqa: ARG002 - books without a column for it
        kept = self.books.clients.get(client_id)
        if kept is None or kept.store != store:
            return False
        if kept.erased:
            return True
        kept.client, kept.cpf_digest, kept.particulars, kept.erased = Client(client_id, ""), None, None, True
        for answer in self.books.answers:
            if answer.store == store and client_id in str(answer.body):
                answer.body = {"id": answer.body["id"]}
        for order in self.books.orders.values():
            if order.terms.client is not None and order.terms.client.id == client_id:
                order.version += 1
        self._forget_notes_of(client_id)
        return True

    def forget_notes(self, limit):
        due = [
            client_id
            for client_id, kept in self.books.clients.items()
            if kept.notes_left and any(order.status in CLOSED for order in self._noted(client_id))
        ]
        for client_id in due[:limit]:
            self._forget_notes_of(client_id)
        return len(due[:limit])

    def sealed(self, after, limit):
        following = sorted(client_id for client_id in self.books.clients if client_id > after)
        return [self._sealed(client_id) for client_id in following[:limit]]

    def seal_again(self, client):
        kept = self.books.clients[client.client_id]
        if kept.particulars is not None:
            kept.particulars = replace(
                kept.particulars, sealed_cpf=client.sealed_cpf, sealed_email=client.sealed_email
            )

    def _sealed(self, client_id):
        particulars = self.books.clients[client_id].particulars
        if particulars is None:
            return SealedClient(client_id, None, None)
        return SealedClient(client_id, particulars.sealed_cpf, particulars.sealed_email)

    def _forget_notes_of(self, client_id):
        for order in self._noted(client_id):
            if order.status in CLOSED:
                lines = tuple(replace(line, notes=None) for line in order.terms.lines)
                order.terms = replace(order.terms, lines=lines)
        self.books.clients[client_id].notes_left = bool(self._noted(client_id))

    def _noted(self, client_id):
        return [
            order
            for order in self.books.orders.values()
            if order.terms.client is not None
            and order.terms.client.id == client_id
            and any(line.notes is not None for line in order.terms.lines)
        ]


class FakeClientQuery(ClientQueryPort):
    def __init__(self, database, sealing):
        self.database = database
        self.sealing = sealing

    def find(self, store, client_id):
        return next((one for one in self._known(store) if one.client.id == client_id), None)

    def identify(self, store, cpf_digest):
        for kept in self.database.books.clients.values():
            if kept.store == store and kept.cpf_digest == cpf_digest:
                return self._registration(kept)
        return None

    def registrations(self, store, before, limit):
        known = sorted(self._known(store), key=lambda one: one.client.id, reverse=True)
        known = [one for one in known if before is None or one.client.id < before]
        return Page(tuple(known[:limit]), known[limit - 1].client.id if len(known) > limit else None)

    def history(self, store, client_id, before, limit):
        def place(order):
            return HistoryPosition(order.terms.created_at, order.id)

        theirs = [
            self.database.books.shown(order)
            for order in self.database.books.orders.values()
            if order.store == store and order.terms.client is not None and order.terms.client.id == client_id
        ]
        theirs.sort(key=lambda order: (order.terms.created_at, order.id), reverse=True)
        start = before and (before.created_at, before.order_id)
        theirs = [o for o in theirs if start is None or (o.terms.created_at, o.id) < start]
        return Page(tuple(theirs[:limit]), place(theirs[limit - 1]) if len(theirs) > limit else None)

    def _known(self, store):
        kept = self.database.books.clients.values()
        return [self._registration(one) for one in kept if one.store == store and not one.erased]

    def _registration(self, kept):
        particulars = kept.particulars
        if particulars is None:
            return Registration(kept.client, None, None, None)
        cpf, email = self._unsealed(particulars.sealed_cpf), self._unsealed(particulars.sealed_email)
        return Registration(
            kept.client, Cpf(cpf) if cpf is not None else None, email, particulars.registered_at
        )

    def _unsealed(self, sealed):
        try:
            return self.sealing.unseal(sealed) if sealed is not None else None
        except CannotUnseal:
            return None
