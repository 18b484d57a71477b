"""Topics that somebody wants no announcements about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("topics_off", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "topics_off")
