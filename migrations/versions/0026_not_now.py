"""Keep what the coach has put aside on Today with *Not now*, and until when.

`need_aside.until_on` is the day on which it is told again; NULL is never.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "need_aside",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("until_on", sa.Date),
        sa.PrimaryKeyConstraint("coach_id", "key", name="need_aside_pkey"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="need_aside_coach_id_fkey", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("need_aside")
