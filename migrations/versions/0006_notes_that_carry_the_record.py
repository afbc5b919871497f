"""Notes that carry the record: kinds, sharing, versions, the lock, and full-text search.

SQLite searches by an FTS5 table beside `note`, kept true by triggers; PostgreSQL by a generated
vector with a GIN index. Where SQLite was built without FTS5 there is no table, and the program
reads the words themselves. No table is rebuilt, so that no trigger is lost.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant
from coachcrm.kit.text.search import index_text

revision = "0006"
down_revision = "0005"

BLOCK_COLUMNS = ("key", "title", "kind", "is_sensitive", "shared_text", "shared_at", "added_at")
NOTE_COLUMNS = ("burst_at", "locked_at", "search_text")


def upgrade() -> None:
    """Add the columns and tables, give the old blocks their keys and words, build the index."""
    for column in (
        sa.Column("burst_at", Instant),
        sa.Column("locked_at", Instant),
        sa.Column("search_text", sa.Text, nullable=False, server_default=""),
    ):
        op.add_column("note", column)
    for column in (
        sa.Column("key", sa.String(40), nullable=False, server_default=""),
        sa.Column("title", sa.String(80), nullable=False, server_default=""),
        sa.Column("kind", sa.String(16), nullable=False, server_default=""),
        sa.Column("is_sensitive", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("shared_text", sa.Text),
        sa.Column("shared_at", Instant),
        sa.Column("added_at", Instant),
    ):
        op.add_column("note_block", column)
    op.create_table(
        "note_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="note_version_pkey"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="note_version_note_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("note_version_note_idx", "note_version", ["note_id", "id"])
    op.create_table(
        "note_line",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("note_id", sa.Integer, nullable=False),
        sa.Column("block_key", sa.String(40), nullable=False),
        sa.Column("mark", sa.String(1), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("record", sa.String(16), nullable=False),
        sa.Column("record_id", sa.Integer),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("undone_at", Instant),
        sa.PrimaryKeyConstraint("id", name="note_line_pkey"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name="note_line_note_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("note_line_note_idx", "note_line", ["note_id", "id"])
    _fill()
    op.create_index("note_block_key_idx", "note_block", ["note_id", "key"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE note ADD COLUMN search_vector tsvector "
            "GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED"
        )
        op.execute("CREATE INDEX note_search_vector_idx ON note USING gin (search_vector)")
    elif _has_fts5():
        _index_of_sqlite()


def downgrade() -> None:
    """Take it away again, the index first."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE note DROP COLUMN search_vector")
    else:
        for act in "iud":
            op.execute(f"DROP TRIGGER IF EXISTS note_fts_{act}")
        op.execute("DROP TABLE IF EXISTS note_fts")
    op.drop_index("note_block_key_idx", "note_block")
    op.drop_table("note_line")
    op.drop_table("note_version")
    for column in BLOCK_COLUMNS:
        op.drop_column("note_block", column)
    for column in NOTE_COLUMNS:
        op.drop_column("note", column)


def _fill() -> None:
    bind = op.get_bind()
    block = sa.table("note_block", *(sa.column(n) for n in ("id", "note_id", "key", "text")))
    note = sa.table("note", sa.column("id"), sa.column("search_text"))
    texts: dict[int, list[str]] = {}
    for row in bind.execute(sa.select(block).order_by(block.c.id)).all():
        key = secrets.token_urlsafe(12)
        bind.execute(sa.update(block).where(block.c.id == row.id).values(key=key))
        texts.setdefault(row.note_id, []).append(row.text)
    for note_id, found in texts.items():
        bind.execute(
            sa.update(note).where(note.c.id == note_id).values(search_text=index_text(found))
        )


def _has_fts5() -> bool:
    options = op.get_bind().execute(sa.text("PRAGMA compile_options")).scalars()
    return "ENABLE_FTS5" in set(options)


def _index_of_sqlite() -> None:
    # The words stand in `note` alone; the index takes an old row out by its old words.
    op.execute(
        "CREATE VIRTUAL TABLE note_fts USING fts5(search_text, content='note', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO note_fts (note_fts) VALUES ('rebuild')")
    put = "INSERT INTO note_fts (rowid, search_text) VALUES (NEW.id, NEW.search_text);"
    take = (
        "INSERT INTO note_fts (note_fts, rowid, search_text) "
        "VALUES ('delete', OLD.id, OLD.search_text);"
    )
    op.execute(f"CREATE TRIGGER note_fts_i AFTER INSERT ON note BEGIN {put} END")
    op.execute(f"CREATE TRIGGER note_fts_d AFTER DELETE ON note BEGIN {take} END")
    op.execute(
        f"CREATE TRIGGER note_fts_u AFTER UPDATE OF id, search_text ON note BEGIN {take} {put} END"
    )
