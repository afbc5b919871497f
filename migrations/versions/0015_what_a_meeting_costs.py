"""What a meeting costs: `service.payment` says how, `booking.price_pence` keeps the price of then.

What stands already costs what its service costs at present, for nothing else is known of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns, and give each booking the price of its service."""
    op.add_column("service", sa.Column("payment", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "booking", sa.Column("price_pence", sa.Integer, nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE booking SET price_pence = "
        "(SELECT price_pence FROM service WHERE service.id = booking.service_id) "
        "WHERE service_id IN (SELECT id FROM service WHERE price_pence > 0)"
    )


def downgrade() -> None:
    """Take the columns away again."""
    op.drop_column("booking", "price_pence")
    op.drop_column("service", "payment")
