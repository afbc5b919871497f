"""Runs the migrations on the connection that coachcrm hands over, all steps in one transaction."""

from alembic import context

from coachcrm.kit.data.db import Base
from coachcrm.kit.data.migrate import UNREAD_INDEXES, UNREAD_KEYS
from coachcrm.kit.text import search

# What each database keeps for searching is made by hand, and is in no model.
OWN = {"alembic_version"} | search.OWN_TABLES | search.OWN_COLUMNS | search.OWN_INDEXES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    include_object=lambda _object, name, *_: name not in OWN | UNREAD_KEYS | UNREAD_INDEXES,
)
with context.begin_transaction():
    context.run_migrations()
