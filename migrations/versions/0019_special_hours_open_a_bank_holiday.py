"""Let special hours open a bank holiday by themselves, for as long as they stand.

Until now each date that was given hours was written down as opened for good, so that it stayed open
all day when they were taken back. What a date's own windows say now needs no row here.
"""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Forget the opening of every date that is open by windows of its own."""
    op.execute(
        "DELETE FROM opened_holiday WHERE EXISTS (SELECT 1 FROM date_override "
        "WHERE date_override.coach_id = opened_holiday.coach_id "
        "AND date_override.falls_on = opened_holiday.falls_on "
        "AND date_override.opens IS NOT NULL)"
    )


def downgrade() -> None:
    """Write such dates down again, for without it a bank holiday would win over its windows."""
    op.execute(
        "INSERT INTO opened_holiday (coach_id, falls_on) "
        "SELECT DISTINCT coach_id, falls_on FROM date_override WHERE opens IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM opened_holiday "
        "WHERE opened_holiday.coach_id = date_override.coach_id "
        "AND opened_holiday.falls_on = date_override.falls_on)"
    )
