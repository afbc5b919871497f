"""People: their record, stage and tags."""
