"""Keep what of the list "left to set up" the coach has put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "set_up_aside",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("coach_id", "step", name="set_up_aside_pkey"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="set_up_aside_coach_id_fkey", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("set_up_aside")
