"""Let a letter lose its point, let a letter be put aside, and let workers say what is wrong.

`drop_after_at`: after this instant a letter is not sent any more. `set_aside_at`: since when nobody
needs to look at a letter that did not leave. `trouble` and `trouble_since_at` of a worker: why it
cannot reach the mail server. The index answers when the last letter left, and how many of late.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns and the index."""
    op.add_column("outbox_message", sa.Column("drop_after_at", Instant))
    op.add_column("outbox_message", sa.Column("set_aside_at", Instant))
    op.create_index("outbox_message_settled_idx", "outbox_message", ["state", "settled_at"])
    op.add_column("worker_beat", sa.Column("trouble", sa.Text))
    op.add_column("worker_beat", sa.Column("trouble_since_at", Instant))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("worker_beat", "trouble_since_at")
    op.drop_column("worker_beat", "trouble")
    op.drop_index("outbox_message_settled_idx", "outbox_message")
    op.drop_column("outbox_message", "set_aside_at")
    op.drop_column("outbox_message", "drop_after_at")
