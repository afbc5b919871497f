"""${message}.

Say here why the change exists.
"""

import sqlalchemy as sa
from alembic import op

from coachcrm.kit.data.db import Instant

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
