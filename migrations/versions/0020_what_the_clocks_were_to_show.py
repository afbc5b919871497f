"""Keep what the client's clocks were said to show at the start of a meeting, beside the coach's.

`booking.client_start` is the wall time in `booking.timezone`, as `local_start` is that in
`local_zone`: once a country changes its rules the two no longer agree with the instant, and the
coach is shown the meeting. What stands already was told by the rules of the machine, which the
program read until now, so that it is read from there this once.
"""

import zoneinfo

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column, and fill it in for what stands."""
    op.add_column(
        "booking", sa.Column("client_start", sa.String(16), nullable=False, server_default="")
    )
    zoneinfo.reset_tzpath()
    try:
        _fill()
    finally:
        zoneinfo.reset_tzpath(())


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("booking", "client_start")


def _fill() -> None:
    bind = op.get_bind()
    booking = sa.table(
        "booking",
        *(sa.column(name) for name in ("id", "status", "timezone", "client_start")),
        sa.column("starts_at", Instant),
    )
    standing = sa.select(booking.c.id, booking.c.starts_at, booking.c.timezone).where(
        booking.c.status.in_(("held", "confirmed")), booking.c.timezone != ""
    )
    for row in bind.execute(standing).all():
        try:
            zone = zoneinfo.ZoneInfo.no_cache(row.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            continue
        told = row.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        bind.execute(booking.update().where(booking.c.id == row.id).values(client_start=told))
