"""A new password by letter: who has asked for one, and the links that have gone out.

`reset_request` holds what was asked and is not answered yet, `reset_link` the digests of links that
are still good.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "reset_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_digest", sa.String(64), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="reset_request_pkey"),
    )
    op.create_table(
        "reset_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("letter_id", sa.Integer),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="reset_link_pkey"),
        sa.UniqueConstraint("token_digest", name="reset_link_token_digest_key"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="reset_link_coach_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["outbox_message.id"],
            name="reset_link_letter_id_fkey",
            ondelete="SET NULL",
        ),
    )


def downgrade() -> None:
    """Take them away again: what was asked is asked anew."""
    op.drop_table("reset_link")
    op.drop_table("reset_request")
