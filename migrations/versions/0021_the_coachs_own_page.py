"""Keep what the coach says of himself on his page beyond his name.

`coach_page` has a row once he has said anything; without one the page shows what stands in
`coach`. It is kept ready with the rest of the practice: whoever changes it raises its version.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the table, and let it raise the practice's version."""
    op.create_table(
        "coach_page",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("surname", sa.String(80), nullable=False, server_default=""),
        sa.Column("line", sa.String(120), nullable=False, server_default=""),
        sa.Column("half_hour", sa.Text, nullable=False, server_default=""),
        sa.Column("steps", sa.Text, nullable=False, server_default=""),
        sa.Column("site_url", sa.String(300), nullable=False, server_default=""),
        sa.Column("profile_url", sa.String(300), nullable=False, server_default=""),
        sa.Column("hue", sa.SmallInteger, nullable=False, server_default="215"),
        sa.Column("photo_mark", sa.String(16), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("coach_id", name="coach_page_pkey"),
        sa.CheckConstraint("hue BETWEEN 0 AND 359", name="coach_page_hue"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="coach_page_coach_id_fkey", ondelete="CASCADE"
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
            f"CREATE TRIGGER coach_page_practice_{act[0].lower()} AFTER {act} ON coach_page {does}"
        )


def downgrade() -> None:
    """Take it away again, with its triggers."""
    op.drop_table("coach_page")
