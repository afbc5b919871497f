"""What hangs together: stories behind requirements and strengths, signals seen, themes in order.

A theme says which way it points, and may be put aside. Columns that point somewhere or hold to a
law are added in plain SQL, which both databases read alike: so no table is rebuilt, and SQLite
takes such a column away again with its law.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

OF_STORY = ("fit_row", "strength")


def upgrade() -> None:
    """Add the columns; every theme of before is one of negatives, and in use."""
    for table in OF_STORY:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN story_id INTEGER "
            f"CONSTRAINT {table}_story_id_fkey REFERENCES story (id) ON DELETE SET NULL"
        )
        op.create_index(f"{table}_story_id_idx", table, ["story_id"])
    op.execute(
        "ALTER TABLE theme ADD COLUMN polarity VARCHAR(16) NOT NULL DEFAULT 'negative' "
        "CONSTRAINT theme_polarity CHECK (polarity IN ('positive', 'negative'))"
    )
    op.add_column(
        "theme", sa.Column("is_aside", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column(
        "interview_round", sa.Column("signals", sa.Text, nullable=False, server_default="")
    )


def downgrade() -> None:
    """Take the columns away again."""
    op.drop_column("interview_round", "signals")
    op.drop_column("theme", "is_aside")
    op.drop_column("theme", "polarity")
    for table in reversed(OF_STORY):
        op.drop_index(f"{table}_story_id_idx", table)
        op.drop_column(table, "story_id")
