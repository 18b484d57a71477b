"""What people answered to announcements, and the reports that came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcast_answers",
        sa.Column("broadcast", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "answer", "conversation_id", name="pk_broadcast_answers"),
        sqlite_with_rowid=False,
    )
    op.add_column("tickets", sa.Column("announcement", sa.String(), nullable=True))
    condition = sa.text("announcement IS NOT NULL")
    op.create_index(
        "ix_tickets_announcement",
        "tickets",
        ["announcement"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_announcement", "tickets")
    op.drop_column("tickets", "announcement")
    op.drop_table("broadcast_answers")
