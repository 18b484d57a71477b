"""Which chats are one person's, by proof."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_from", sa.BigInteger(), nullable=True),
        sa.Column("parted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_identities_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_identities"),
    )
    _index_only("ix_identities_code", "code")
    _index_only("ix_identities_person", "person")
    _index_only("ix_identities_phone", "phone_index")


def downgrade() -> None:
    op.drop_table("identities")


def _index_only(name: str, column: str) -> None:
    """An index of the rows that have the column."""
    condition = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, "identities", [column], sqlite_where=condition, postgresql_where=condition)
