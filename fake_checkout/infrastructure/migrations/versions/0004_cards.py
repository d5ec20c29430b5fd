"""Cards, their tokens, and money that is captured later."""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json, UtcDateTime

revision = "0004"
down_revision = "0003"


_OF_PAYMENTS = ("method", "card", "issuer_id", "installments", "captures_later", "authorized_at")


def upgrade() -> None:
    for column in (
        sa.Column("method", sa.String(32), nullable=False, server_default="pix"),
        sa.Column("card", Json),
        sa.Column("issuer_id", sa.String(32)),
        sa.Column("installments", sa.Integer, nullable=False, server_default="1"),
        sa.Column("captures_later", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("authorized_at", UtcDateTime),
    ):
        op.add_column("payments", column)
    op.add_column("refunds", sa.Column("source", sa.String(16), nullable=False, server_default="collector"))
    op.create_table(
        "card_tokens",
        sa.Column("id", sa.String(32)),
        sa.Column("collector_id", sa.BigInteger, nullable=False),
        sa.Column("is_live", sa.Boolean, nullable=False),
        sa.Column("card", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_card_tokens"),
    )
    op.create_index("ix_card_tokens_created_at", "card_tokens", ["created_at"])


def downgrade() -> None:
    op.drop_table("card_tokens")
    op.drop_column("refunds", "source")
    for name in _OF_PAYMENTS:
        op.drop_column("payments", name)
