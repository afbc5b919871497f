"""Asking for feedback: the coach's own words for the asks, which of them was used, words to share.

No table is rebuilt, so that no trigger is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and the columns; of the asks before, nobody knows what words they began as."""
    op.create_table(
        "ask_wording",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="ask_wording_pkey"),
        sa.UniqueConstraint("coach_id", "name", name="ask_wording_coach_id_name_key"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="ask_wording_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    op.add_column(
        "feedback_request",
        sa.Column("draft", sa.String(16), nullable=False, server_default=""),
    )
    op.add_column("action", sa.Column("words", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("action", "words")
    op.drop_column("feedback_request", "draft")
    op.drop_table("ask_wording")
