"""Let no meeting last longer than 24 hours, so that what overlaps begins near by.

`booking_at_most_a_day` is a check on PostgreSQL and a pair of triggers on SQLite, which cannot add
a check to a table without making it anew. With it the triggers of `booking_no_overlap` look at a
few days of the index, not at all that is past.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

MOST_NAMED = 5
# A hand may write an instant with an offset, half a day or more from what UTC reads: hence days of
# margin on both sides of the index, and julianday() to decide.
NEAR = "b.starts_at > date(NEW.starts_at, '-3 days') AND "
OVERLAP = """SELECT RAISE(ABORT, 'booking_no_overlap') WHERE EXISTS (
  SELECT 1 FROM booking b WHERE b.coach_id = NEW.coach_id AND b.status <> 'cancelled' {other}
   AND {near}b.starts_at < date(NEW.ends_at, '+2 days') AND b.ends_at > date(NEW.starts_at, '-2 days')
   AND julianday(b.starts_at) < julianday(NEW.ends_at)
   AND julianday(b.ends_at) > julianday(NEW.starts_at))"""  # noqa: E501 - as it is stored
AT_MOST_A_DAY = "julianday({row}ends_at) > julianday({row}starts_at, '+1 day')"


def upgrade() -> None:
    """Refuse what is longer, and look on both sides of the index."""
    _find_longer()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE booking ADD CONSTRAINT booking_at_most_a_day "
            "CHECK (ends_at - starts_at <= interval '24 hours')"
        )
        return
    for act, columns in (("i", "INSERT"), ("u", "UPDATE OF starts_at, ends_at")):
        op.execute(
            f"CREATE TRIGGER booking_at_most_a_day_{act} BEFORE {columns} ON booking "
            f"WHEN {AT_MOST_A_DAY.format(row='NEW.')} "
            "BEGIN SELECT RAISE(ABORT, 'booking_at_most_a_day'); END"
        )
    _write_overlap(near=NEAR)


def downgrade() -> None:
    """Take the law away again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE booking DROP CONSTRAINT booking_at_most_a_day")
        return
    _write_overlap(near="")
    for act in "iu":
        op.execute(f"DROP TRIGGER booking_at_most_a_day_{act}")


def _write_overlap(*, near: str) -> None:
    for act, columns, other in (
        ("i", "INSERT", ""),
        ("u", "UPDATE OF id, coach_id, starts_at, ends_at, status", "AND b.id <> OLD.id"),
    ):
        op.execute(f"DROP TRIGGER booking_no_overlap_{act}")
        op.execute(
            f"CREATE TRIGGER booking_no_overlap_{act} BEFORE {columns} ON booking "
            "WHEN NEW.status <> 'cancelled' BEGIN "
            + OVERLAP.format(other=other, near=near)
            + "; END"
        )


def _find_longer() -> None:
    """Stop with a sentence that names each meeting which the law would not allow."""
    bind = op.get_bind()
    too_long = (
        "ends_at - starts_at > interval '24 hours'"
        if bind.dialect.name == "postgresql"
        else AT_MOST_A_DAY.format(row="")
    )
    query = f"SELECT id, starts_at, ends_at FROM booking WHERE {too_long} ORDER BY id"  # noqa: S608
    found = bind.execute(sa.text(query)).all()
    if found:
        named = ", ".join(
            f"{row.id} ({row.starts_at} to {row.ends_at})" for row in found[:MOST_NAMED]
        )
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        raise RuntimeError(
            "A meeting lasts at most 24 hours from this version on, and the database holds longer "
            f"ones. Please shorten them first, in the table booking: number {named}{more}."
        )
