"""A place for the switches that testers turn."""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json

revision = "0002"
down_revision = "0001"

_WORKBENCH = sa.table("workbench", sa.column("name", sa.String), sa.column("setting", Json))


def upgrade() -> None:
    op.bulk_insert(_WORKBENCH, [{"name": "switches", "setting": {}}])


def downgrade() -> None:
    op.execute(sa.delete(_WORKBENCH).where(_WORKBENCH.c.name == "switches"))
