"""Keep the life of an invitation, the coach's own words, what is due to be told, and his feed.

The calendar letters that are there already tell themselves what they are: METHOD and SEQUENCE are
read from their octets. Bookings that stand are reminded as new ones are.
"""

import email
import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0003"
down_revision = "0002"

TABLES = ("calendar_feed", "morning_card", "reminder", "letter_wording")
LEADS = {"day_before": timedelta(hours=24), "hour_before": timedelta(hours=1)}


def upgrade() -> None:
    """Add the columns and tables, and fill in what can be known."""
    op.add_column("outbox_message", sa.Column("method", sa.String(8)))
    op.add_column("outbox_message", sa.Column("sequence", sa.Integer))
    _wordings()
    _due()
    op.create_table(
        "calendar_feed",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("shows", sa.String(8), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("coach_id", name="calendar_feed_pkey"),
        sa.UniqueConstraint("token_digest", name="calendar_feed_token_digest_key"),
        sa.CheckConstraint("shows IN ('details', 'busy')", name="calendar_feed_shows"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="calendar_feed_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    _read_letters()
    _plan_reminders()


def downgrade() -> None:
    """Take it away again; the laws of the table of words go with it."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("outbox_message", "sequence")
    op.drop_column("outbox_message", "method")


def _wordings() -> None:
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="letter_wording_pkey"),
        sa.UniqueConstraint("coach_id", "name", name="letter_wording_coach_id_name_key"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="letter_wording_coach_id_fkey", ondelete="CASCADE"
        ),
    )
    # The words are kept ready with the rest of the practice: whoever changes them raises its
    # version, as with services and hours.
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        does = (
            "FOR EACH ROW EXECUTE FUNCTION practice_changed()"
            if is_postgresql
            else "BEGIN UPDATE coach SET practice_version = practice_version + 1 "  # noqa: S608
            f"WHERE id = {row}.coach_id; END"
        )
        op.execute(
            f"CREATE TRIGGER letter_wording_practice_{act[0].lower()} AFTER {act} "
            f"ON letter_wording {does}"
        )


def _due() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("booking_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("settled_at", Instant),
        sa.PrimaryKeyConstraint("id", name="reminder_pkey"),
        sa.UniqueConstraint("booking_id", "kind", "sequence", name="reminder_once"),
        sa.CheckConstraint("state IN ('due', 'queued', 'dropped')", name="reminder_state"),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name="reminder_booking_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("reminder_due_idx", "reminder", ["state", "due_at"])
    op.create_table(
        "morning_card",
        sa.Column("coach_id", sa.Integer, nullable=False),
        sa.Column("on_date", sa.Date, nullable=False),
        sa.Column("queued_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("coach_id", "on_date", name="morning_card_pkey"),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name="morning_card_coach_id_fkey", ondelete="CASCADE"
        ),
    )


def _read_letters() -> None:
    """Ask each calendar letter which METHOD and SEQUENCE it carries, one letter at a time."""
    bind = op.get_bind()
    letters = sa.table(
        "outbox_message",
        *(sa.column(name) for name in ("id", "octets", "method", "sequence")),
    )
    for letter_id in bind.scalars(sa.select(letters.c.id)).all():
        octets = bind.scalar(sa.select(letters.c.octets).where(letters.c.id == letter_id))
        method, sequence = _told(bytes(octets))
        if method is not None:
            bind.execute(
                letters.update()
                .where(letters.c.id == letter_id)
                .values(method=method, sequence=sequence)
            )


def _told(octets: bytes) -> tuple[str | None, int | None]:
    for part in email.message_from_bytes(octets).walk():
        if part.get_content_type() == "text/calendar":
            calendar = part.get_payload(decode=True) or b""
            method = re.search(rb"^METHOD:([A-Z]+)\r?$", calendar, re.MULTILINE)
            sequence = re.search(rb"^SEQUENCE:([0-9]+)\r?$", calendar, re.MULTILINE)
            if method and sequence:
                return method[1].decode(), int(sequence[1])
    return None, None


def _plan_reminders() -> None:
    bind, now = op.get_bind(), datetime.now(UTC)  # noqa: TID251 - a migration is told no time
    booking = sa.table(
        "booking",
        *(sa.column(name) for name in ("id", "sequence", "status", "client_id")),
        sa.column("starts_at", Instant),
    )
    reminder = sa.table(
        "reminder",
        *(sa.column(name) for name in ("booking_id", "kind", "sequence", "state")),
        sa.column("due_at", Instant),
    )
    standing = sa.select(booking).where(
        booking.c.status.in_(("held", "confirmed")),
        booking.c.client_id.is_not(None),
        booking.c.starts_at > now,
    )
    for row in bind.execute(standing).all():
        for kind, lead in LEADS.items():
            if row.starts_at - lead > now:
                bind.execute(
                    reminder.insert().values(
                        booking_id=row.id,
                        kind=kind,
                        sequence=row.sequence,
                        due_at=row.starts_at - lead,
                        state="due",
                    )
                )
