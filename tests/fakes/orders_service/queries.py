"""Reading, in memory."""

from dataclasses import fields

from orders_service.domain.cart import OnOffer
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.pricing import prices_of
from orders_service.domain.product import StockReason, folded
from orders_service.domain.shelf import Movement
from orders_service.ports.cart_query_port import CartQueryPort
from orders_service.ports.catalogue_query_port import CatalogueQueryPort, Offer
from orders_service.ports.order_query_port import OrderQueryPort, QueuePosition, SagaEvent
from orders_service.ports.page import Page
from orders_service.ports.promotion_ports import PromotionQueryPort
from orders_service.ports.staff_query_port import StaffQueryPort
from orders_service.ports.stock_query_port import BATCHES_SHOWN, StockQueryPort, StockReport
from orders_service.ports.store_query_port import StoreQueryPort
from orders_service.ports.survey_query_port import OrdersSurvey, SurveyQueryPort
from tests.fakes.orders_service.books import Shelf


class FakeCatalogueQuery(CatalogueQueryPort):
    def __init__(self, database):
        self.database = database

    def offers(self, store, wanted, after, limit):
        offers = [
            self._offer(product)
            for product in sorted(self.database.books.products.values(), key=lambda product: product.id)
            if product.store == store
            and product.active
            and (after is None or product.id > after)
            and wanted.category in {None, product.category}
            and folded(wanted.words or "") in product.searchable()
        ]
        matching = [offer for offer in offers if wanted.available in {None, offer.available != 0}]
        more = len(matching) > limit
        return Page(tuple(matching[:limit]), matching[limit - 1].id if more else None)

    def offer(self, store, product_id):
        product = self.database.books.products.get(product_id)
        return self._offer(product) if product is not None and product.store == store else None

    def store(self, slug):
        return self.database.books.stores.get(slug)

    def _offer(self, product):
        shelf = self.database.books.shelves.get(product.id)
        promotions = [one for one in self.database.books.promotions.values() if one.store == product.store]
        price = prices_of([product], promotions, self.database.now)[product.id]
        return Offer(
            id=product.id,
            name=product.name,
            description=product.description,
            category=product.category,
            price=price.listed,
            promotional_price=price.promotional,
            available=None if shelf is None else shelf.on_hand - shelf.reserved,
            image=product.image,
            active=product.active,
            version=product.version,
        )


class FakeStoreQuery(StoreQueryPort):
    def __init__(self, database):
        self.database = database

    def find(self, slug):
        return self.database.books.stores.get(slug)

    def page(self, after, limit):
        stores = sorted(self.database.books.stores.values(), key=lambda store: store.slug)
        rest = [store for store in stores if after is None or store.slug > after]
        return Page(tuple(rest[:limit]), rest[limit - 1].slug if len(rest) > limit else None)

    def now(self):
        return self.database.now


class FakePromotionQuery(PromotionQueryPort):
    def __init__(self, database):
        self.database = database

    def find(self, store, promotion_id):
        promotion = self.database.books.promotions.get(promotion_id)
        return promotion if promotion is not None and promotion.store == store else None

    def page(self, store, before, limit):
        promotions = sorted(
            (
                promotion
                for promotion in self.database.books.promotions.values()
                if promotion.store == store and (before is None or promotion.id < before)
            ),
            key=lambda promotion: promotion.id,
            reverse=True,
        )
        more = len(promotions) > limit
        return Page(tuple(promotions[:limit]), promotions[limit - 1].id if more else None)


class FakeStaffQuery(StaffQueryPort):
    def __init__(self, database):
        self.database = database

    def page(self, store, roles, after, limit):
        staff = sorted(self.database.books.staff.values(), key=lambda one: one.username)
        rest = [
            one
            for one in staff
            if one.store == store and one.role in roles and (after is None or one.username > after)
        ]
        return Page(tuple(rest[:limit]), rest[limit - 1].username if len(rest) > limit else None)


class FakeCartQuery(CartQueryPort):
    def __init__(self, database):
        self.database = database

    def offers(self, store, product_ids):
        books = self.database.books
        found = [one for one in books.products.values() if one.store == store and one.id in product_ids]
        promotions = [one for one in books.promotions.values() if one.store == store]
        prices = prices_of(found, promotions, self.database.now)
        return {product.id: self._offer(product, prices[product.id]) for product in found}

    def order_of(self, store, cart_id):
        orders = self.database.books.orders.values()
        made = (one.id for one in orders if one.store == store and one.terms.cart_id == cart_id)
        return next(made, None)

    def _offer(self, product, price):
        shelf = self.database.books.shelves.get(product.id)
        available = None if shelf is None else shelf.on_hand - shelf.reserved
        return OnOffer(product.id, product.name, price.listed, price.discount, available, product.active)


class FakeOrderQuery(OrderQueryPort):
    def __init__(self, database):
        self.database = database

    def find(self, store, order_id):
        order = self.database.books.orders.get(order_id)
        return self.database.books.shown(order) if order is not None and order.store == store else None

    def queue(self, store, statuses, after, limit):
        def place(order):
            return (statuses.index(order.status), order.terms.created_at, order.id)

        start = None if after is None else (statuses.index(after.status), after.created_at, after.order_id)
        orders = sorted(
            (
                order
                for order in self.database.books.orders.values()
                if order.store == store and order.status in statuses
            ),
            key=place,
        )
        rest = [self.database.books.shown(order) for order in orders if start is None or place(order) > start]
        last = rest[limit - 1] if len(rest) > limit else None
        position = last and QueuePosition(last.status, last.terms.created_at, last.id)
        return Page(tuple(rest[:limit]), position)

    def saga(self, store, order_id):
        order = self.database.books.orders.get(order_id)
        if order is None or order.store != store:
            return []
        said = [self._told(one) for one in self.database.books.said if one.order_id == order_id]
        return sorted([*said, *self.database.books.heard.get(order_id, [])], key=lambda event: event.time)

    def _told(self, said):
        data = {field.name: getattr(said.event, field.name) for field in fields(said.event)}
        return SagaEvent(said.id, said.event.type, "/orders", said.at, None, None, None, data)


class FakeSurveyQuery(SurveyQueryPort):
    def __init__(self, database):
        self.database = database

    def survey(self, *, unpaid, ending):
        now, orders = self.database.now, self.database.books.orders.values()
        counts = dict.fromkeys(OrderStatus, 0)
        for order in orders:
            counts[order.status] += 1
        unpaid_too_long = [
            order
            for order in orders
            if order.status is OrderStatus.AWAITING_PAYMENT and order.terms.deadline < now - unpaid
        ]
        ending_too_long = [
            order
            for order in orders
            if order.status is OrderStatus.CANCELLING and order.progress.cancelling_since < now - ending
        ]
        del counts[OrderStatus.FINISHED], counts[OrderStatus.CANCELLED]
        return OrdersSurvey(counts, len(unpaid_too_long), len(ending_too_long))


class FakeStockQuery(StockQueryPort):
    def __init__(self, database):
        self.database = database

    def report(self, store, product_id):
        product = self.database.books.products.get(product_id)
        if product is None or product.store != store:
            return None
        shelf = self.database.books.shelves.get(product_id, Shelf(store))
        moved = self._moved(product_id)
        batches = tuple(one for one in moved if one.reason is StockReason.BATCH)
        return StockReport(
            product_id=product_id,
            counted=product.counted,
            on_hand=shelf.on_hand,
            reserved=shelf.reserved,
            sold=-sum(one.delta for one in moved if one.reason is StockReason.CONSUMED),
            wasted=-sum(one.delta for one in moved if one.reason is StockReason.WASTED),
            low_at=shelf.low_at,
            batches=batches[:BATCHES_SHOWN],
        )

    def movements(self, store, product_id, after, limit):
        if self.report(store, product_id) is None:
            return None
        rest = [one for one in self._moved(product_id) if after is None or one.id < after]
        return Page(tuple(rest[:limit]), rest[limit - 1].id if len(rest) > limit else None)

    def _moved(self, product_id):
        moved = [one for one in self.database.books.movements if one.product_id == product_id]
        return [
            Movement(one.id, one.reason, one.delta, one.at, one.order_id, one.note, one.username)
            for one in sorted(moved, key=lambda one: one.id, reverse=True)
        ]
