"""Letters that nobody asked for stop: `client.stopped_at` is when the coach noted the wish."""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; nobody has said so yet."""
    op.add_column("client", sa.Column("stopped_at", Instant))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("client", "stopped_at")
