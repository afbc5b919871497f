"""Indexes by which the desk and the worker find a few rows among very many.

What is over or to come is found by its start alone, since no meeting lasts longer than a day, so
that the index by end goes. Those of a client and of a service say more than before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

HELD = sa.text("status = 'held'")
CANCELLED = sa.text("status = 'cancelled'")
IN_BATCH = sa.text("cancelled_batch IS NOT NULL")


def upgrade() -> None:
    """Make the new ones, and take the old away."""
    op.create_index("booking_client_time_idx", "booking", ["client_id", "starts_at"])
    op.create_index(
        "booking_service_outcome_idx", "booking", ["service_id", "status", "starts_at", "client_id"]
    )
    op.create_index("booking_changed_idx", "booking", ["coach_id", "changed_at"])
    op.create_index(
        "booking_held_idx", "booking", ["coach_id"], sqlite_where=HELD, postgresql_where=HELD
    )
    op.create_index(
        "booking_cancelled_idx",
        "booking",
        ["coach_id", "starts_at"],
        sqlite_where=CANCELLED,
        postgresql_where=CANCELLED,
    )
    op.create_index(
        "booking_batch_idx",
        "booking",
        ["coach_id", "cancelled_at"],
        sqlite_where=IN_BATCH,
        postgresql_where=IN_BATCH,
    )
    op.create_index("note_client_touched_idx", "note", ["client_id", "updated_at"])
    op.drop_index("booking_coach_end_idx", "booking")
    op.drop_index("booking_client_id_idx", "booking")
    op.drop_index("booking_service_id_idx", "booking")


def downgrade() -> None:
    """Put the old ones back."""
    op.drop_index("note_client_touched_idx", "note")
    op.create_index("booking_service_id_idx", "booking", ["service_id"])
    op.create_index("booking_client_id_idx", "booking", ["client_id"])
    op.create_index("booking_coach_end_idx", "booking", ["coach_id", "ends_at"])
    for name in ("batch", "cancelled", "held", "changed", "service_outcome", "client_time"):
        op.drop_index(f"booking_{name}_idx", "booking")
