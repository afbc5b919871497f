"""Indexes by which a page of people, and whoever is looked for, is found among very many.

People are found by any part of their name and address: `search_parts` has the parts of the words
(`kit/text/parts.py`), and each database an index of these as of the words of notes. No table is
rebuilt, so that no trigger is lost.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.text.parts import parts_of

revision = "0024"
down_revision = "0023"

AT_ONCE = 1000
NAME = sa.text("lower(name)")


def upgrade() -> None:
    """Write the parts, make the index of them, and an index for each order of the list."""
    op.add_column("client", sa.Column("search_parts", sa.Text, nullable=False, server_default=""))
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE client ADD COLUMN search_vector tsvector "
            "GENERATED ALWAYS AS (to_tsvector('simple', search_parts)) STORED"
        )
        op.execute("CREATE INDEX client_search_vector_idx ON client USING gin (search_vector)")
    elif _has_fts5():
        _index_of_sqlite()
    op.drop_index("client_newest_idx", "client")
    op.drop_index("client_stage_idx", "client")
    op.drop_index("client_tag_name_idx", "client_tag")
    op.create_index("client_newest_idx", "client", ["coach_id", "id"])
    op.create_index("client_stage_idx", "client", ["coach_id", "stage", "id"])
    op.create_index("client_name_idx", "client", ["coach_id", NAME, "id"])
    op.create_index("client_stage_name_idx", "client", ["coach_id", "stage", NAME, "id"])
    op.create_index("client_tag_name_idx", "client_tag", ["name", "client_id"])


def downgrade() -> None:
    """Put the old indexes back, and take the parts away again, their index first."""
    op.drop_index("client_tag_name_idx", "client_tag")
    for name in ("stage_name", "name", "stage", "newest"):
        op.drop_index(f"client_{name}_idx", "client")
    op.create_index("client_tag_name_idx", "client_tag", ["name"])
    op.create_index("client_stage_idx", "client", ["coach_id", "stage"])
    op.create_index("client_newest_idx", "client", ["coach_id", "created_at", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE client DROP COLUMN search_vector")
    else:
        for act in "iud":
            op.execute(f"DROP TRIGGER IF EXISTS client_fts_{act}")
        op.execute("DROP TABLE IF EXISTS client_fts")
    op.drop_column("client", "search_parts")


def _fill() -> None:
    bind = op.get_bind()
    client = sa.table(
        "client", *(sa.column(name) for name in ("id", "search_text", "search_parts"))
    )
    ask = sa.select(client.c.id, client.c.search_text).order_by(client.c.id).limit(AT_ONCE)
    put = (
        sa.update(client)
        .where(client.c.id == sa.bindparam("of"))
        .values(search_parts=sa.bindparam("parts"))
    )
    last = 0
    while found := bind.execute(ask.where(client.c.id > last)).all():
        bind.execute(put, [{"of": row.id, "parts": parts_of(row.search_text)} for row in found])
        last = found[-1].id


def _has_fts5() -> bool:
    options = op.get_bind().execute(sa.text("PRAGMA compile_options")).scalars()
    return "ENABLE_FTS5" in set(options)


def _index_of_sqlite() -> None:
    # The parts stand in `client` alone; the index takes an old row out by its old parts.
    op.execute(
        "CREATE VIRTUAL TABLE client_fts USING fts5(search_parts, content='client', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO client_fts (client_fts) VALUES ('rebuild')")
    put = "INSERT INTO client_fts (rowid, search_parts) VALUES (NEW.id, NEW.search_parts);"
    take = (
        "INSERT INTO client_fts (client_fts, rowid, search_parts) "
        "VALUES ('delete', OLD.id, OLD.search_parts);"
    )
    op.execute(f"CREATE TRIGGER client_fts_i AFTER INSERT ON client BEGIN {put} END")
    op.execute(f"CREATE TRIGGER client_fts_d AFTER DELETE ON client BEGIN {take} END")
    op.execute(
        f"CREATE TRIGGER client_fts_u AFTER UPDATE OF id, search_parts ON client "
        f"BEGIN {take} {put} END"
    )
