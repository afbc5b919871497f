"""Where one meets for once: `booking.own_place` is that of a single meeting; empty, its service's.

The column with a law is added in plain SQL: no table is rebuilt, and SQLite takes such a column
away again with its law.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the columns; every meeting of before is where its service says."""
    op.execute(
        "ALTER TABLE booking ADD COLUMN own_place VARCHAR(16) NOT NULL DEFAULT '' "
        "CONSTRAINT booking_own_place "
        "CHECK (own_place IN ('', 'phone', 'video', 'in_person'))"
    )
    op.add_column(
        "booking", sa.Column("own_place_details", sa.Text, nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take the columns away again."""
    op.drop_column("booking", "own_place_details")
    op.drop_column("booking", "own_place")
