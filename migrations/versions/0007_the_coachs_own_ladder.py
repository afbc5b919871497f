"""Let the coach put the stages of an application in his own words and order.

The law that names the eleven stages goes; that a stage event has a stage stays. SQLite cannot
change a law: there the table is made anew by its own text, less that law, and its rows, indexes
and triggers come along.

Going down, what was written with a rung of the coach's own is written with the nearest rung of
the start that means the same kind of loss, of two as near the earlier one. His names and his order
are gone.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

START = {
    "door": ("applied", "sift"),
    "early": ("screen", "test", "first"),
    "late": ("second", "assessment", "final", "reserve", "offer", "accepted"),
}
ELEVEN = ", ".join(f"'{key}'" for keys in START.values() for key in keys)
NAMED = f"stage IN ({ELEVEN})"
ANY = "stage <> ''"
LAW = "stage_event_stage_event_stage"  # as it was named when the table was made
STAGED = ("stage_event", "feedback_item", "review_point")


def upgrade() -> None:
    """Make the table, then loosen the law."""
    op.create_table(
        "rung",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("is_aside", sa.Boolean, nullable=False),
        sa.CheckConstraint("kind IN ('', 'door', 'early', 'late')", name=op.f("rung_kind")),
        sa.CheckConstraint("key <> ''", name=op.f("rung_has_a_key")),
        sa.CheckConstraint("(kind <> '') = (key LIKE 'own-%')", name=op.f("rung_kind_of_own")),
        sa.CheckConstraint("kind = '' OR name <> ''", name=op.f("rung_own_has_a_name")),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="rung_coach_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="rung_pkey"),
        sa.UniqueConstraint("coach_id", "key", name="rung_coach_id_key_key"),
        sa.UniqueConstraint("coach_id", "position", name="rung_coach_id_position_key"),
    )
    _law_of_stages(ANY)


def downgrade() -> None:
    """Write the coach's own rungs with those of the start, then name these in the law again."""
    connection = op.get_bind()
    rungs = connection.execute(
        sa.text("SELECT coach_id, key, kind, position FROM rung ORDER BY coach_id, position")
    ).all()
    for coach_id, key, kind, position in rungs:
        if not kind:
            continue
        near = min(
            (abs(at - position), at, other)
            for coach, other, _, at in rungs
            if coach == coach_id and other in START[kind]
        )[-1]
        for table in STAGED:
            connection.execute(
                sa.text(f"UPDATE {table} SET stage = :near WHERE stage = :key"),  # noqa: S608
                {"near": near, "key": key},
            )
    op.drop_table("rung")
    _law_of_stages(NAMED)


def _law_of_stages(law: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(LAW), "stage_event", type_="check")
        op.create_check_constraint(op.f(LAW), "stage_event", law)
    else:
        _make_anew(law)


def _make_anew(law: str) -> None:
    """Make `stage_event` by the text that SQLite keeps of it, with another law on its stages.

    Nothing refers to the table: emptying it takes no other row along.
    """
    connection = op.get_bind()
    kept = dict(
        connection.execute(
            sa.text(
                "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'stage_event' AND sql > ''"
            )
        ).all()
    )
    made = kept.pop("stage_event")
    old = re.compile(rf"(CONSTRAINT {LAW} CHECK) \((?:[^()]|\([^()]*\))*\)")
    text, times = old.subn(lambda found: f"{found[1]} ({law})", made)
    text, more = re.subn(r'^CREATE TABLE "?stage_event"?', "CREATE TABLE stage_event_anew", text)
    if (times, more) != (1, 1):
        raise RuntimeError("stage_event does not read as it was made; nothing was changed")
    connection.exec_driver_sql(text)
    connection.exec_driver_sql("INSERT INTO stage_event_anew SELECT * FROM stage_event")
    connection.exec_driver_sql("DROP TABLE stage_event")
    connection.exec_driver_sql("ALTER TABLE stage_event_anew RENAME TO stage_event")
    for sql in kept.values():
        connection.exec_driver_sql(sql)
