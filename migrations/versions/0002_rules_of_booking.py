"""Keep every rule of booking: single dates, time off, bank holidays, caps, places, and undo.

What decides the offer raises `coach.practice_version` here too, so the new tables have the
triggers that the weekly hours have.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0002"
down_revision = "0001"

TABLES = ("date_override", "time_off", "opened_holiday")
COACH_COLUMNS = "name, email, timezone, practice, phone, about"


def upgrade() -> None:
    """Add tables and columns, then the triggers."""
    _dates()
    for column in (
        sa.Column("day_cap", sa.Integer),
        sa.Column("week_cap", sa.Integer),
        sa.Column("place_details", sa.Text, nullable=False, server_default=""),
        sa.Column("one_upcoming", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("service", column)
    op.execute("UPDATE service SET one_upcoming = TRUE WHERE slug = 'free-consultation'")
    op.add_column(
        "coach",
        sa.Column("nation", sa.String(24), nullable=False, server_default="england-and-wales"),
    )
    for column in (
        sa.Column("made_by", sa.String(8), nullable=False, server_default="client"),
        sa.Column("twelve_hour", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("cancelled_batch", sa.String(36)),
        sa.Column("person", sa.String(254), nullable=False, server_default=""),
    ):
        op.add_column("booking", column)
    op.execute("UPDATE booking SET person = lower(trim(email))")
    op.create_index("booking_person_idx", "booking", ["person", "starts_at"])
    op.create_index("booking_created_idx", "booking", ["coach_id", "created_at"])
    op.drop_table("hit_count")
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="attempt_pkey"),
    )
    op.create_index("attempt_key_idx", "attempt", ["key", "made_at"])
    _watch(f"{COACH_COLUMNS}, nation")


def downgrade() -> None:
    """Take it away again; dates, time off and caps are lost."""
    for table in (*TABLES, "attempt"):
        op.drop_table(table)
    op.create_table(
        "hit_count",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("window_at", Instant, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "window_at", name="hit_count_pkey"),
    )
    _drop_coach_trigger()
    op.drop_index("booking_created_idx", "booking")
    op.drop_index("booking_person_idx", "booking")
    for table, columns in {
        "booking": ("made_by", "twelve_hour", "cancelled_batch", "person"),
        "coach": ("nation",),
        "service": ("day_cap", "week_cap", "place_details", "one_upcoming"),
    }.items():
        for column in columns:
            op.drop_column(table, column)
    _create_coach_trigger(COACH_COLUMNS)


def _dates() -> None:
    op.create_table(
        "date_override",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("falls_on", sa.Date, nullable=False),
        sa.Column("opens", sa.SmallInteger),
        sa.Column("closes", sa.SmallInteger),
        sa.PrimaryKeyConstraint("id", name="date_override_pkey"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="date_override_coach_id_fkey"),
        sa.CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR "
            "(opens IS NOT NULL AND closes IS NOT NULL "
            "AND opens >= 0 AND opens < closes AND closes <= 1440)",
            name="date_override_window",
        ),
    )
    op.create_index("date_override_coach_date_idx", "date_override", ["coach_id", "falls_on"])
    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("begins_on", sa.Date, nullable=False),
        sa.Column("begins_min", sa.SmallInteger, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("ends_min", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="time_off_pkey"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="time_off_coach_id_fkey"),
        sa.CheckConstraint(
            "begins_min BETWEEN 0 AND 1439 AND ends_min BETWEEN 1 AND 1440 AND "
            "(begins_on < ends_on OR (begins_on = ends_on AND begins_min < ends_min))",
            name="time_off_forwards",
        ),
    )
    op.create_index("time_off_coach_end_idx", "time_off", ["coach_id", "ends_on"])
    op.create_table(
        "opened_holiday",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("falls_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="opened_holiday_pkey"),
        sa.UniqueConstraint("coach_id", "falls_on", name="opened_holiday_coach_id_falls_on_key"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="opened_holiday_coach_id_fkey"),
    )


def _watch(coach_columns: str) -> None:
    acts = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    for table in TABLES:
        for act, row in acts:
            head = f"CREATE TRIGGER {table}_practice_{act[0].lower()} AFTER {act} ON {table} "
            if op.get_bind().dialect.name == "postgresql":
                op.execute(f"{head}FOR EACH ROW EXECUTE FUNCTION practice_changed()")
            else:
                op.execute(
                    f"{head}BEGIN UPDATE coach SET practice_version = practice_version + 1 "  # noqa: S608
                    f"WHERE id = {row}.coach_id; END"
                )
    _drop_coach_trigger()
    _create_coach_trigger(coach_columns)


def _drop_coach_trigger() -> None:
    on_coach = " ON coach" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER coach_practice_u{on_coach}")


def _create_coach_trigger(columns: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER coach_practice_u BEFORE UPDATE OF {columns} ON coach "
            "FOR EACH ROW EXECUTE FUNCTION coach_changed()"
        )
        return
    op.execute(
        f"CREATE TRIGGER coach_practice_u AFTER UPDATE OF {columns} ON coach "  # noqa: S608
        "BEGIN UPDATE coach SET practice_version = practice_version + 1 WHERE id = NEW.id; END"
    )
