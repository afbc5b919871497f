"""Runs the migrations on the connection that coachcrm hands over, all steps in one transaction."""

from alembic import context

from coachcrm.kit.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    include_object=lambda _object, name, kind, _reflected, _other: (
        not (kind == "table" and name == "alembic_version")
    ),
)
with context.begin_transaction():
    context.run_migrations()
