"""What the clocks of a place show: the zone of an address, of a service and of a single meeting.

Empty is the coach's, which every address has had so far.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
COLUMNS = (("service", "place_zone"), ("booking", "own_place_zone"))


def upgrade() -> None:
    """Add the columns."""
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
