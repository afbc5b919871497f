"""Who invited to a meeting, under which UIDs, and how often it was changed in all.

`booking.invited_from` is the ORGANIZER's address and `invited_coach` the coach's own, as the
calendars have them; for bookings of before they are read off the newest invitation, and empty where
there is none. `thread` is what its letters are filed under, the UID it began with; `former_uid`
holds those that it has given up. SEQUENCE begins anew with each UID, so `version` counts the
changes, and reminders go by that.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0013"
down_revision = "0012"

_NEWEST = (
    "SELECT id FROM outbox_message WHERE thread = booking.uid AND method IS NOT NULL {} "
    "ORDER BY id DESC LIMIT 1"
)


def upgrade() -> None:
    """Add the columns and the table, and fill them from the letters there are."""
    for name, size in (("thread", 190), ("invited_from", 254), ("invited_coach", 254)):
        op.add_column(
            "booking", sa.Column(name, sa.String(size), nullable=False, server_default="")
        )
    op.add_column("booking", sa.Column("version", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "former_uid",
        sa.Column("uid", sa.String(190), nullable=False),
        sa.Column("booking_id", sa.Integer, nullable=False),
        sa.Column("ended_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("uid", name="former_uid_pkey"),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name="former_uid_booking_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("former_uid_booking_id_idx", "former_uid", ["booking_id"])
    newest, newest_to_coach = _NEWEST.format(""), _NEWEST.format("AND audience = 'coach'")
    op.execute(
        "UPDATE booking SET thread = uid, version = sequence, "  # noqa: S608 - our own words
        f"invited_from = COALESCE((SELECT sender FROM outbox_message WHERE id = ({newest})), ''), "
        "invited_coach = COALESCE((SELECT recipient FROM outbox_message "
        f"WHERE id = ({newest_to_coach})), '')"
    )
    op.create_index("booking_thread_idx", "booking", ["thread"])
    op.execute("ALTER TABLE reminder RENAME COLUMN sequence TO version")


def downgrade() -> None:
    """File the letters under the present UIDs, and forget the former ones."""
    again = "SELECT id FROM booking WHERE uid <> thread"
    op.execute(
        "DELETE FROM reminder WHERE booking_id IN "  # noqa: S608 - our own words
        f"({again}) AND version <> "
        "(SELECT version FROM booking WHERE booking.id = reminder.booking_id)"
    )
    op.execute(
        "UPDATE reminder SET version = "  # noqa: S608 - our own words
        "(SELECT sequence FROM booking WHERE booking.id = reminder.booking_id) "
        f"WHERE booking_id IN ({again})"
    )
    op.execute("ALTER TABLE reminder RENAME COLUMN version TO sequence")
    op.execute(
        "UPDATE outbox_message SET thread = "
        "(SELECT uid FROM booking WHERE booking.thread = outbox_message.thread) "
        "WHERE thread IN (SELECT thread FROM booking WHERE uid <> thread)"
    )
    op.drop_index("booking_thread_idx", "booking")
    op.drop_table("former_uid")
    for name in ("version", "invited_coach", "invited_from", "thread"):
        op.drop_column("booking", name)
