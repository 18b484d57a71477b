"""News that not everybody of a matter has been told yet; a conversation's alerts, for when it is erased."""

import sqlalchemy as sa
from alembic import op

from ticket_store.moments import Rising

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matter_news",
        sa.Column("seq", Rising(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_group", sa.String(), nullable=False),
        sa.Column("told_to", Rising(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_conversation", "alerts", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_alerts_conversation", "alerts")
    op.drop_table("matter_news")
