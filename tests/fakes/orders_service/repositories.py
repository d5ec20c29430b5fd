"""The smaller repositories, in memory."""

from dataclasses import replace

from orders_service.domain.catalogue_errors import ProductNotFound, PromotionNotFound
from orders_service.domain.hoarding import REMEMBERED, UnpaidHolds, UnpaidUnits
from orders_service.domain.shelf import Shelf as DomainShelf
from orders_service.domain.sign_in_failures import SignInFailures
from orders_service.domain.staff import Role
from orders_service.domain.staff_errors import StaffNotFound
from orders_service.domain.stock_errors import Shortage
from orders_service.domain.store_errors import StoreNotFound
from orders_service.ports.people_ports import StaffRepositoryPort, StoreRepositoryPort
from orders_service.ports.product_repository_port import ProductRepositoryPort, StockPort
from orders_service.ports.promotion_ports import PromotionRepositoryPort
from orders_service.ports.sign_in_port import SignInFailuresPort
from orders_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.ids import new_id
from tests.fakes.orders_service.books import Movement, Shelf

UNPAID = {"AWAITING_PAYMENT", "CANCELLING"}


class FakeProductRepository(ProductRepositoryPort):
    def __init__(self, books):
        self.books = books

    def add(self, product):
        self.books.products[product.id] = product
        if product.counted:
            self.books.shelves[product.id] = Shelf(product.store)

    def get(self, store, product_id):
        product = self.books.products.get(product_id)
        if product is None or product.store != store:
            raise ProductNotFound(product_id)
        return product

    def save(self, product):
        if self.books.products[product.id].version != product.version:
            raise StaleAggregate
        self.books.products[product.id] = replace(product, version=product.version + 1)

    def for_sale(self, store, product_ids):
        return {
            product.id: product
            for product in self.books.products.values()
            if product.store == store and product.active and product.id in product_ids
        }

    def any(self, store):
        return any(product.store == store for product in self.books.products.values())

    def categories(self, store):
        menu = self.books.products.values()
        return {product.category for product in menu if product.store == store and product.active}

    def without_image(self, store, names):
        return [
            product
            for product in sorted(self.books.products.values(), key=lambda product: product.id)
            if product.store == store and product.image is None and product.name in names
        ]


class FakePromotionRepository(PromotionRepositoryPort):
    def __init__(self, books):
        self.books = books

    def add(self, promotion):
        self.books.promotions[promotion.id] = promotion

    def get(self, store, promotion_id):
        promotion = self.books.promotions.get(promotion_id)
        if promotion is None or promotion.store != store:
            raise PromotionNotFound(promotion_id)
        return promotion

    def save(self, promotion):
        self._require(promotion, promotion.version - 1)
        self.books.promotions[promotion.id] = promotion

    def remove(self, promotion):
        self._require(promotion, promotion.version)
        del self.books.promotions[promotion.id]

    def _require(self, promotion, version):
        stored = self.books.promotions.get(promotion.id)
        if stored is None or (stored.store, stored.version) != (promotion.store, version):
            raise StaleAggregate

    def running(self, store, products, now):
        return [
            promotion
            for promotion in self.books.promotions.values()
            if promotion.store == store
            and promotion.runs(now)
            and any(promotion.target.covers(product) for product in products)
        ]


class FakeStock(StockPort):
    def __init__(self, books):
        self.books = books

    def reserve(self, order):
        short = []
        for wanted in order.reservations:
            shelf = self.books.shelves[wanted.product_id]
            available = shelf.on_hand - shelf.reserved
            if available < wanted.quantity:
                short.append(Shortage(wanted.product_id, wanted.quantity, available))
            else:
                shelf.change(reserved=wanted.quantity)
        return short

    def unpaid(self, order):
        def of_client(other):
            return order.terms.client is not None and other.terms.client == order.terms.client

        orders = [one for one in self.books.orders.values() if one.store == order.store]
        theirs = [one for one in orders if of_client(one)]
        since = order.terms.created_at - REMEMBERED
        return UnpaidHolds(
            open_orders=sum(one.status in UNPAID for one in theirs),
            left_orders=sum(
                one.status == "CANCELLED"
                and one.progress.cancellation_reason != "store"
                and all(step.status != "RECEIVED" for step in one.progress.history)
                and one.terms.created_at > since
                for one in theirs
            ),
            units=tuple(self._unpaid(orders, wanted) for wanted in order.reservations),
        )

    def _unpaid(self, orders, wanted):
        shelf = self.books.shelves[wanted.product_id]
        held = sum(
            one.quantity
            for order in orders
            for one in order.reservations
            if one.product_id == wanted.product_id and one.state == "HELD"
        )
        sellable = shelf.on_hand - shelf.reserved + held
        return UnpaidUnits(wanted.product_id, wanted.quantity, held, sellable)

    def receive(self, store, product_id, units, reason, at):  # noqa: ARG002 - the product's id is enough
        self.books.shelves[product_id].change(on_hand=units)
        self.books.movements.append(Movement(product_id, reason, units, at=at, id=new_id()))

    def shelf(self, store, product_id):
        product = self.books.products.get(product_id)
        if product is None or product.store != store:
            raise ProductNotFound(product_id)
        shelf = self.books.shelves.get(product_id)
        if shelf is not None:
            return DomainShelf(store, product_id, shelf.on_hand, shelf.reserved, shelf.low_at)
        self.books.products[product_id] = replace(product, counted=True, version=product.version + 1)
        self.books.shelves[product_id] = Shelf(store)
        return DomainShelf(store, product_id, new=True)

    def keep(self, shelf):
        kept = self.books.shelves[shelf.product_id]
        kept.change(on_hand=shelf.on_hand - kept.on_hand)
        kept.low_at = shelf.low_at
        for one in shelf.pull_movements():
            self.books.movements.append(
                Movement(
                    shelf.product_id, one.reason, one.delta, None, one.at, one.id, one.note, one.username
                )
            )


class FakeStoreRepository(StoreRepositoryPort):
    def __init__(self, books):
        self.books = books

    def add(self, store):
        return self.books.stores.setdefault(store.slug, store) is store

    def get(self, slug):
        if slug not in self.books.stores:
            raise StoreNotFound(slug)
        return self.books.stores[slug]

    def hold(self, slug):
        return self.get(slug)

    def save(self, store):
        if self.books.stores[store.slug].version != store.version - 1:
            raise StaleAggregate
        self.books.stores[store.slug] = store


class FakeStaffRepository(StaffRepositoryPort):
    def __init__(self, books):
        self.books = books

    def add(self, staff_member):
        key = (staff_member.store, staff_member.username)
        return self.books.staff.setdefault(key, staff_member) is staff_member

    def find(self, store, username):
        return self.books.staff.get((store, username))

    def get(self, store, username):
        if (store, username) not in self.books.staff:
            raise StaffNotFound(username)
        return self.books.staff[store, username]

    def lock_managers(self, store):
        members = self.books.staff.values()
        return [one.username for one in members if (one.store, one.role) == (store, Role.MANAGER)]

    def remove(self, staff_member):
        del self.books.staff[staff_member.store, staff_member.username]


class FakeSignInFailures(SignInFailuresPort):
    def __init__(self, books):
        self.books = books

    def find(self, store, username):
        return self.books.sign_in_failures.get((store, username))

    def lock(self, store, username, now):
        return self.find(store, username) or SignInFailures(store, username, 0, now)

    def save(self, failures):
        self.books.sign_in_failures[failures.store, failures.username] = failures

    def forget(self, store, username):
        self.books.sign_in_failures.pop((store, username), None)


class FakeAnnouncements(AnnouncementPort):
    def __init__(self, uow):
        self.uow = uow

    def say_again(self, order, event_type):
        said = self.uow.books.said
        last = [one for one in said if one.order_id == order.id and one.event.type == event_type][-1]
        said.append(replace(last, id=new_id(), at=self.uow.now()))


class FakeLeftovers(LeftoversPort):
    def __init__(self, books):
        self.books = books

    def purge(self, *, inbox_before, keys_before, failures_before, limit):
        old_events = sorted(at for at in self.books.handled_at if at < inbox_before)[:limit]
        old_keys = sorted(at for at in self.books.keys_stored_at if at < keys_before)[:limit]
        for at in old_events:
            self.books.handled_at.remove(at)
        for at in old_keys:
            self.books.keys_stored_at.remove(at)
        failed = self.books.sign_in_failures
        old_failures = [key for key, one in failed.items() if one.last_at < failures_before][:limit]
        for key in old_failures:
            del failed[key]
        return len(old_events) + len(old_keys) + len(old_failures)
