"""Keep how clients heard of the coach, and the ways that he lets them choose from.

Of those who are there already nobody has been asked. The coach's list is the usual one until he
writes his own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add both columns; neither table is rebuilt, so their triggers stay."""
    op.add_column("client", sa.Column("source", sa.String(80), nullable=False, server_default=""))
    op.add_column("coach_page", sa.Column("sources", sa.Text))


def downgrade() -> None:
    """Take them away again."""
    op.execute("ALTER TABLE coach_page DROP COLUMN sources")
    op.execute("ALTER TABLE client DROP COLUMN source")
