"""Calls and what follows them: prices, the tick for them, drafts of additions, notes by theme.

`service.price_pence` is what a meeting costs, 0 for one that is free. `booking.prices_asked_at` and
`prices_asked_by` keep that somebody asked on the call what paid sessions cost. `note_addition` is
what is being written below a locked note, until it is added. A slash line that names a theme which
was there already now points at it, and lines are found by the record they point at.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns, the table and the indexes; point the old lines at their themes."""
    op.add_column(
        "service", sa.Column("price_pence", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column("booking", sa.Column("prices_asked_at", Instant))
    op.add_column("booking", sa.Column("prices_asked_by", sa.String(40)))
    op.create_table(
        "note_addition",
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("note_id", name="note_addition_pkey"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="note_addition_note_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("note_line_record_idx", "note_line", ["record", "record_id"])
    op.create_index("client_stage_idx", "client", ["coach_id", "stage"])
    _name_themes()


def downgrade() -> None:
    """Take them away again."""
    op.execute("UPDATE note_line SET record = '', record_id = NULL WHERE record = 'named'")
    op.drop_index("client_stage_idx", "client")
    op.drop_index("note_line_record_idx", "note_line")
    op.drop_table("note_addition")
    op.drop_column("booking", "prices_asked_by")
    op.drop_column("booking", "prices_asked_at")
    op.drop_column("service", "price_pence")


def _name_themes() -> None:
    """Give lines without a record the theme that their words name, if there is one."""
    bind = op.get_bind()
    columns = ("id", "note_id", "mark", "text", "record", "record_id")
    line = sa.table("note_line", *(sa.column(name) for name in columns))
    note = sa.table("note", sa.column("id"), sa.column("coach_id"))
    theme = sa.table("theme", *(sa.column(n) for n in ("id", "coach_id", "name")))
    named = {
        (row.coach_id, row.name.casefold()): row.id for row in bind.execute(sa.select(theme)).all()
    }
    query = (
        sa.select(line.c.id, line.c.text, note.c.coach_id)
        .join(note, note.c.id == line.c.note_id)
        .where(line.c.mark == "t", line.c.record == "")
    )
    for row in bind.execute(query).all():
        words = row.text.strip().removeprefix("/t").removeprefix("/T").strip().casefold()
        if theme_id := named.get((row.coach_id, words)):
            bind.execute(
                sa.update(line)
                .where(line.c.id == row.id)
                .values(record="named", record_id=theme_id)
            )
