"""Images in the database."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from orders_service.domain.image import Image
from orders_service.infrastructure.models.image_model import images
from orders_service.infrastructure.models.product_model import products
from orders_service.ports.image_ports import ImageQueryPort, ImageRepositoryPort
from servicekit.database.database import Database


class ImageRepository(ImageRepositoryPort):
    """A row for each image of a store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, store: str, image: Image, *, instead_of: str | None, at: datetime) -> None:
        """Insert it, or say that it is wanted again: that also keeps a purge at the same moment from it."""
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        row = {"hash": image.hash, "media_type": image.media_type, "content": image.content}
        new = insert(images).values(store=store, wanted_at=at, **row)
        wanted_again = new.on_conflict_do_update(
            index_elements=[images.c.store, images.c.hash], set_={"wanted_at": at}
        )
        self._connection.execute(wanted_again)
        replaced = sa.and_(images.c.store == store, images.c.hash == instead_of)
        self._connection.execute(sa.update(images).where(replaced).values(wanted_at=at))

    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete the batch."""
        shown = sa.exists().where(products.c.store == images.c.store, products.c.image == images.c.hash)
        old = images.c.wanted_at < before
        unwanted = sa.select(images.c.store, images.c.hash).where(old, ~shown).limit(limit).subquery()
        chosen = sa.tuple_(images.c.store, images.c.hash).in_(sa.select(unwanted))
        # `old` again: PostgreSQL looks at it once more where it had to wait for somebody who put the image.
        return self._connection.execute(sa.delete(images).where(chosen, old)).rowcount


class ImageQuery(ImageQueryPort):
    """Images as they are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def image(self, store: str, image_hash: str) -> Image | None:
        """By the primary key."""
        same = sa.and_(images.c.store == store, images.c.hash == image_hash)
        with self._database.read() as connection:
            row = connection.execute(sa.select(images).where(same)).first()
        return Image(row.hash, row.media_type, row.content) if row is not None else None
