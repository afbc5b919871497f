"""Keep the coach's photo, what is drawn of him, and what clients say of him.

The pictures lie in the database, so that a backup and every machine have them. What clients say is
kept ready with the rest of the practice: whoever changes it raises its version.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the tables, and let the words raise the practice's version."""
    op.add_column(
        "coach_page", sa.Column("preview_mark", sa.String(16), nullable=False, server_default="")
    )
    op.create_table(
        "coach_picture",
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("octets", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("mark", "name", name="coach_picture_pkey"),
        sa.CheckConstraint("length(mark) = 16", name="coach_picture_mark"),
        sa.CheckConstraint("length(octets) BETWEEN 1 AND 500000", name="coach_picture_octets"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="coach_picture_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    _make_said_by_client()


def _make_said_by_client() -> None:
    op.create_table(
        "said_by_client",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("said_by", sa.String(80), nullable=False, server_default=""),
        sa.Column("permitted_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("coach_id", "position", name="said_by_client_pkey"),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name="said_by_client_position"),
        sa.CheckConstraint("words <> ''", name="said_by_client_words"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="said_by_client_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        does = (
            "FOR EACH ROW EXECUTE FUNCTION practice_changed()"
            if is_postgresql
            else "BEGIN UPDATE coach SET practice_version = practice_version + 1 "  # noqa: S608
            f"WHERE id = {row}.coach_id; END"
        )
        op.execute(
            f"CREATE TRIGGER said_by_client_practice_{act[0].lower()} AFTER {act} "
            f"ON said_by_client {does}"
        )


def downgrade() -> None:
    """Take them away again, with their triggers."""
    op.drop_table("said_by_client")
    op.drop_table("coach_picture")
    op.drop_column("coach_page", "preview_mark")
