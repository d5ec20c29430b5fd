"""Products in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.product import Product
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.ports.product_repository_port import ProductRepositoryPort
from servicekit.database.unit_of_work import StaleAggregate


class ProductRepository(ProductRepositoryPort):
    """Products with the text that searches look through."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, product: Product) -> None:
        """Insert it, with an empty shelf where it is counted."""
        self._connection.execute(sa.insert(products).values(_values(product)))
        if product.counted:
            shelf = {"product_id": product.id, "store": product.store, "on_hand": 0, "reserved": 0}
            self._connection.execute(sa.insert(stock).values(shelf))

    def get(self, store: str, product_id: str) -> Product:
        """Locked as an update locks it: orders may go on naming the product meanwhile."""
        same = sa.and_(products.c.store == store, products.c.id == product_id)
        locked = sa.select(products).where(same).with_for_update(key_share=True)
        row = self._connection.execute(locked).first()
        if row is None:
            raise ProductNotFound(product_id)
        return product_of(row)

    def save(self, product: Product) -> None:
        """Write all of it, if the row is still as it was read."""
        seen = sa.and_(
            products.c.store == product.store,
            products.c.id == product.id,
            products.c.version == product.version,
        )
        values = {**_values(product), "version": product.version + 1}
        if self._connection.execute(sa.update(products).where(seen).values(values)).rowcount != 1:
            raise StaleAggregate

    def for_sale(self, store: str, product_ids: Collection[str]) -> Mapping[str, Product]:
        """Those that are active."""
        wanted = sa.and_(products.c.store == store, products.c.active, products.c.id.in_(sorted(product_ids)))
        rows = self._connection.execute(sa.select(products).where(wanted))
        return {row.id: product_of(row) for row in rows}

    def any(self, store: str) -> bool:
        """Look for one."""
        one = sa.select(products.c.id).where(products.c.store == store).limit(1)
        return self._connection.scalar(one) is not None

    def categories(self, store: str) -> Collection[str]:
        """Each once."""
        on_the_menu = sa.and_(products.c.store == store, products.c.active)
        return self._connection.scalars(sa.select(products.c.category).where(on_the_menu).distinct()).all()

    def without_image(self, store: str, names: Collection[str]) -> Sequence[Product]:
        """By name."""
        plain = sa.and_(products.c.store == store, products.c.image.is_(None), products.c.name.in_(names))
        rows = self._connection.execute(sa.select(products).where(plain).order_by(products.c.id))
        return [product_of(row) for row in rows]


def _values(product: Product) -> dict[str, object]:
    return {
        "id": product.id,
        "store": product.store,
        "name": product.name,
        "description": product.description,
        "category": product.category,
        "price": product.price,
        "counted": product.counted,
        "active": product.active,
        "image": product.image,
        "searchable": product.searchable(),
        "version": product.version,
    }


def product_of(row: Row[Any]) -> Product:
    """The product of a row."""
    return Product(
        id=row.id,
        store=row.store,
        name=row.name,
        description=row.description,
        category=row.category,
        price=row.price,
        counted=row.counted,
        active=row.active,
        image=row.image,
        version=row.version,
    )
