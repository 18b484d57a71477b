"""What the desk reminds of, who failed to log in, and indexes that keep both and the figures quick."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("reminded_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("unanswered_at", sa.BigInteger(), nullable=True))
    op.drop_index("ix_tickets_due", "tickets")
    _index_only("ix_tickets_due", "tickets", ["due_at"], "resolved_at IS NULL")
    _index_only(
        "ix_tickets_chase",
        "tickets",
        ["seq"],
        "resolved_at IS NULL AND (reminded_at IS NOT NULL OR unanswered_at IS NOT NULL)",
    )
    _index_only("ix_tickets_resolved", "tickets", ["resolved_at"], "resolved_at IS NOT NULL")
    _index_only(
        "ix_department_links_silent", "department_links", ["created_at"], "accepted_at IS NULL AND spent_at IS NULL"
    )
    op.create_index("ix_conversations_contact", "conversations", ["contact"])
    op.create_table(
        "log_in_failures",
        sa.Column("whose", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("whose", name="pk_log_in_failures"),
    )
    op.create_index("ix_log_in_failures_at", "log_in_failures", ["at"])


def downgrade() -> None:
    op.drop_table("log_in_failures")
    op.drop_index("ix_department_links_silent", "department_links")
    op.drop_index("ix_tickets_resolved", "tickets")
    op.drop_index("ix_tickets_chase", "tickets")
    op.drop_index("ix_conversations_contact", "conversations")
    op.drop_index("ix_tickets_due", "tickets")
    _index_only("ix_tickets_due", "tickets", ["due_at"], "due_at IS NOT NULL")
    op.drop_column("tickets", "unanswered_at")
    op.drop_column("tickets", "reminded_at")


def _index_only(name: str, table: str, columns: list[str], condition: str) -> None:
    """An index of the rows that the condition is true for."""
    rows = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)
