"""Lay the first house: the coach, what can be booked, clients, bookings, notes and the outbox.

Two laws live here and not in the program. `booking_no_overlap`: no two bookings of one coach
that are not cancelled overlap; an exclusion constraint on PostgreSQL, triggers on SQLite.
`coach.bookings_version` and `coach.practice_version`: every change to what decides the offer
raises one of them, whoever makes it, so that what is kept ready between requests is never stale.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0001"
down_revision = None

STAGES = (
    "'enquiry', 'booked', 'consulted', 'no-show', 'cancelled', 'deciding', 'active', 'paused', "
    "'placed', 'alumni', 'not-proceeding', 'referred-on'"
)
WATCHED = {"booking": "bookings", "service": "practice", "weekly_hours": "practice"}
COACH_COLUMNS = "name, email, timezone, practice, phone, about"

# The index finds what is near by the text of the dates; julianday() decides, for it reads an
# instant however a hand wrote it ("T" or a space, fractions or none, "Z" or another offset).
SQLITE_OVERLAP = """SELECT RAISE(ABORT, 'booking_no_overlap') WHERE EXISTS (
  SELECT 1 FROM booking b WHERE b.coach_id = NEW.coach_id AND b.status <> 'cancelled' {other}
   AND b.starts_at < date(NEW.ends_at, '+2 days') AND b.ends_at > date(NEW.starts_at, '-2 days')
   AND julianday(b.starts_at) < julianday(NEW.ends_at)
   AND julianday(b.ends_at) > julianday(NEW.starts_at))"""


def upgrade() -> None:
    """Make the tables, then the laws."""
    _people()
    _offer()
    _bookings()
    _notes()
    _mail()
    if op.get_bind().dialect.name == "postgresql":
        _laws_of_postgresql()
    else:
        _laws_of_sqlite()


def downgrade() -> None:
    """Take everything away again; on PostgreSQL the functions too."""
    for table in (
        "worker_beat", "outbox_message", "note_block_step", "note_block", "note", "booking",
        "weekly_hours", "service", "stage_change", "client_tag", "client", "hit_count",
        "held_form", "set_up_link", "login", "coach",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for function in (
            "booking_serialise",
            "bookings_changed",
            "practice_changed",
            "coach_changed",
        ):
            op.execute(f"DROP FUNCTION {function}()")


def _people() -> None:
    op.create_table(
        "coach",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("singleton", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("practice", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("practice_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("bookings_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="coach_pkey"),
        sa.UniqueConstraint("singleton", name="coach_singleton_key"),
        sa.CheckConstraint("singleton = 1", name="coach_only_one"),
    )
    op.create_table(
        "login",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="login_pkey"),
        sa.UniqueConstraint("token_digest", name="login_token_digest_key"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="login_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("login_coach_id_idx", "login", ["coach_id"])
    op.create_table(
        "set_up_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="set_up_link_pkey"),
        sa.UniqueConstraint("token_digest", name="set_up_link_token_digest_key"),
    )
    op.create_table(
        "held_form",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("held_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="held_form_pkey"),
        sa.UniqueConstraint("coach_id", "path", name="held_form_coach_id_path_key"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="held_form_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "hit_count",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("window_at", Instant, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "window_at", name="hit_count_pkey"),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="client_pkey"),
        sa.UniqueConstraint("coach_id", "email_key", name="client_coach_id_email_key_key"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="client_coach_id_fkey"),
        sa.CheckConstraint(f"stage IN ({STAGES})", name="client_stage"),
    )
    op.create_index("client_newest_idx", "client", ["coach_id", "created_at", "id"])
    op.create_table(
        "client_tag",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="client_tag_pkey"),
        sa.UniqueConstraint("client_id", "name", name="client_tag_client_id_name_key"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name="client_tag_client_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("client_tag_name_idx", "client_tag", ["name"])
    op.create_table(
        "stage_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Integer, nullable=False),
        sa.Column("from_stage", sa.String(16)),
        sa.Column("to_stage", sa.String(16), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="stage_change_pkey"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name="stage_change_client_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("stage_change_client_id_idx", "stage_change", ["client_id"])


def _offer() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("duration_min", sa.Integer, nullable=False),
        sa.Column("grid_min", sa.Integer, nullable=False),
        sa.Column("before_min", sa.Integer, nullable=False),
        sa.Column("after_min", sa.Integer, nullable=False),
        sa.Column("notice_min", sa.Integer, nullable=False),
        sa.Column("horizon_days", sa.Integer, nullable=False),
        sa.Column("cutoff_min", sa.Integer, nullable=False),
        sa.Column("most_moves", sa.SmallInteger, nullable=False),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="service_pkey"),
        sa.UniqueConstraint("coach_id", "slug", name="service_coach_id_slug_key"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="service_coach_id_fkey"),
        sa.CheckConstraint("duration_min BETWEEN 5 AND 1440", name="service_duration"),
        sa.CheckConstraint("grid_min BETWEEN 5 AND 1440", name="service_grid"),
        sa.CheckConstraint("before_min BETWEEN 0 AND 1440", name="service_before"),
        sa.CheckConstraint("after_min BETWEEN 0 AND 1440", name="service_after"),
        sa.CheckConstraint("notice_min BETWEEN 0 AND 525600", name="service_notice"),
        sa.CheckConstraint("horizon_days BETWEEN 1 AND 730", name="service_horizon"),
        sa.CheckConstraint("place IN ('phone', 'video', 'in_person')", name="service_place"),
    )
    op.create_index("service_coach_id_idx", "service", ["coach_id"])
    op.create_table(
        "weekly_hours",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("weekday", sa.SmallInteger, nullable=False),
        sa.Column("opens", sa.SmallInteger, nullable=False),
        sa.Column("closes", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="weekly_hours_pkey"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="weekly_hours_coach_id_fkey"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekly_hours_weekday"),
        sa.CheckConstraint(
            "opens >= 0 AND opens < closes AND closes <= 1440", name="weekly_hours_window"
        ),
    )
    op.create_index("weekly_hours_coach_id_idx", "weekly_hours", ["coach_id"])


def _bookings() -> None:
    # A row written by hand (an import, a repair) need not know every column: what the laws do not
    # ask for has a default here, though the program always gives it.
    if op.get_bind().dialect.name == "postgresql":
        random, now = "gen_random_uuid()", "now()"
        forwards = "starts_at < ends_at"
    else:
        random, now = "lower(hex(randomblob(16)))", "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
        # Also refuses what SQLite cannot read as an instant, and could not compare.
        forwards = "coalesce(julianday(starts_at) < julianday(ends_at), 0)"

    def text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
        return sa.Column(name, kind, nullable=False, server_default="")

    def instant(name: str) -> sa.Column[str]:
        return sa.Column(name, Instant, nullable=False, server_default=sa.text(f"({now})"))

    def unique(name: str, length: int) -> sa.Column[str]:
        default = sa.text(f"(CAST({random} AS varchar))")
        return sa.Column(name, sa.String(length), nullable=False, server_default=default)

    op.create_table(
        "booking",
        sa.Column("id", sa.Integer, nullable=False),
        unique("public_id", 36),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("service_id", sa.Integer),
        sa.Column("client_id", sa.Integer),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("status", sa.String(16), nullable=False, server_default="confirmed"),
        text("local_start", sa.String(16)),
        text("local_zone", sa.String(64)),
        unique("uid", 190),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        instant("stamp_at"),
        sa.Column("moves", sa.Integer, nullable=False, server_default="0"),
        text("name", sa.String(120)),
        text("email", sa.String(254)),
        text("phone", sa.String(32)),
        text("timezone", sa.String(64)),
        text("topic", sa.String(16)),
        sa.Column("interview_on", sa.Date),
        text("message", sa.Text()),
        sa.Column("form_digest", sa.String(64)),
        sa.Column("answers_digest", sa.String(64)),
        text("notice_version", sa.String(16)),
        instant("created_at"),
        instant("changed_at"),
        sa.Column("cancelled_at", Instant),
        sa.Column("cancelled_by", sa.String(8)),
        text("cancel_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="booking_pkey"),
        sa.UniqueConstraint("public_id", name="booking_public_id_key"),
        sa.UniqueConstraint("uid", name="booking_uid_key"),
        sa.UniqueConstraint("form_digest", name="booking_form_digest_key"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="booking_coach_id_fkey"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name="booking_service_id_fkey"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="booking_client_id_fkey"),
        sa.CheckConstraint(forwards, name="booking_forwards"),
        sa.CheckConstraint(
            "status IN ('held', 'confirmed', 'cancelled', 'completed', 'no_show')",
            name="booking_status",
        ),
    )
    op.create_index("booking_coach_time_idx", "booking", ["coach_id", "starts_at"])
    op.create_index("booking_coach_end_idx", "booking", ["coach_id", "ends_at"])
    op.create_index("booking_service_id_idx", "booking", ["service_id"])
    op.create_index("booking_client_id_idx", "booking", ["client_id"])


def _notes() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Integer, nullable=False),
        sa.Column("booking_id", sa.Integer),
        sa.Column("draft", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="note_pkey"),
        sa.UniqueConstraint("draft", name="note_draft_key"),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name="note_coach_id_fkey"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="note_client_id_fkey"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="note_booking_id_fkey"),
    )
    op.create_index("note_coach_id_idx", "note", ["coach_id"])
    op.create_index("note_booking_id_idx", "note", ["booking_id"])
    op.create_index("note_client_newest_idx", "note", ["client_id", "created_at"])
    op.create_table(
        "note_block",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="note_block_pkey"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="note_block_note_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("note_block_note_idx", "note_block", ["note_id", "position"])
    op.create_table(
        "note_block_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("block_id", sa.Integer, nullable=False),
        sa.Column("step", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="note_block_step_pkey"),
        sa.UniqueConstraint("block_id", "step", name="note_block_step_block_id_step_key"),
        sa.ForeignKeyConstraint(
            ["block_id"],
            ["note_block.id"],
            name="note_block_step_block_id_fkey",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("step BETWEEN 1 AND 6", name="note_block_step_one_to_six"),
    )


def _mail() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("thread", sa.String(190), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("message_id", sa.String(320), nullable=False),
        sa.Column("octets", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(64)),
        sa.Column("owner", sa.String(190)),
        sa.Column("lease_until", Instant),
        sa.Column("settled_at", Instant),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("id", name="outbox_message_pkey"),
        sa.UniqueConstraint("message_id", name="outbox_message_message_id_key"),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'dropped')",
            name="outbox_message_state",
        ),
        sa.CheckConstraint("audience IN ('client', 'coach')", name="outbox_message_audience"),
    )
    op.create_index("outbox_message_due_idx", "outbox_message", ["state", "due_at"])
    op.create_index("outbox_message_thread_idx", "outbox_message", ["thread", "recipient", "id"])
    op.create_table(
        "worker_beat",
        sa.Column("owner", sa.String(190), nullable=False),
        sa.Column("beat_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="worker_beat_pkey"),
    )


def _laws_of_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER booking_no_overlap_i BEFORE INSERT ON booking "
        "WHEN NEW.status <> 'cancelled' BEGIN " + SQLITE_OVERLAP.format(other="") + "; END"
    )
    op.execute(
        "CREATE TRIGGER booking_no_overlap_u "
        "BEFORE UPDATE OF id, coach_id, starts_at, ends_at, status ON booking "
        "WHEN NEW.status <> 'cancelled' BEGIN "
        + SQLITE_OVERLAP.format(other="AND b.id <> OLD.id")
        + "; END"
    )
    for table, version in WATCHED.items():
        for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER {table}_{version}_{act[0].lower()} AFTER {act} ON {table} "  # noqa: S608
                f"BEGIN UPDATE coach SET {version}_version = {version}_version + 1 "
                f"WHERE id = {row}.coach_id; END"
            )
    op.execute(
        f"CREATE TRIGGER coach_practice_u AFTER UPDATE OF {COACH_COLUMNS} ON coach "  # noqa: S608
        "BEGIN UPDATE coach SET practice_version = practice_version + 1 WHERE id = NEW.id; END"
    )


def _laws_of_postgresql() -> None:
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except sa.exc.DBAPIError as error:
        raise RuntimeError(
            "The database needs the extension btree_gist. Ask its administrator to run once, in "
            "this database: CREATE EXTENSION btree_gist;"
        ) from error
    op.execute(
        "ALTER TABLE booking ADD CONSTRAINT booking_no_overlap EXCLUDE USING gist "
        "(coach_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) "
        "WHERE (status <> 'cancelled')"
    )
    # The constraint alone answers contention with deadlocks; in line, the losers are told "taken".
    op.execute(
        "CREATE FUNCTION booking_serialise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_advisory_xact_lock(7001, NEW.coach_id); RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER booking_serialise BEFORE INSERT OR UPDATE OF coach_id, starts_at, ends_at, "
        "status ON booking FOR EACH ROW EXECUTE FUNCTION booking_serialise()"
    )
    for version in ("bookings", "practice"):
        op.execute(
            f"CREATE FUNCTION {version}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            f"UPDATE coach SET {version}_version = {version}_version + 1 "
            "WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD.coach_id ELSE NEW.coach_id END); "
            "RETURN NULL; END $$"
        )
    for table, version in WATCHED.items():
        for act in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{version}_{act[0].lower()} AFTER {act} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {version}_changed()"
            )
    op.execute(
        "CREATE FUNCTION coach_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "NEW.practice_version := OLD.practice_version + 1; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER coach_practice_u BEFORE UPDATE OF {COACH_COLUMNS} ON coach "
        "FOR EACH ROW EXECUTE FUNCTION coach_changed()"
    )
