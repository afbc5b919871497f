"""Draft the next migration from the difference between the models and the newest schema.

    python migrations/draft.py "add tags"

Writes migrations/versions/<next number>_<words>.py. What comes out is a draft: Alembic sees no
triggers and no exclusion constraints, and knows no data that must move.
"""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from coachcrm.app import create_app
from coachcrm.kit.data.migrate import upgrade
from coachcrm.kit.resources import load_config

HERE = Path(__file__).resolve().parent


def main(words: str) -> None:
    """Write the draft called `words`; ends with a sentence if there are none."""
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    if not slug:
        sys.exit('Say in a few words what changes: make migration m="add tags"')
    newest = max(path.name for path in (HERE / "versions").glob("[0-9]*.py"))
    number = f"{int(newest[:4]) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite3"
        names = {"COACHCRM_INSTANCE": folder, "COACHCRM_DATABASE_URL": url}
        upgrade(create_app(load_config().load(names)))
        config = Config()
        config.set_main_option("script_location", str(HERE).replace("%", "%%"))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        with create_engine(url).connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=slug, autogenerate=True, rev_id=number)
    sys.stdout.write(f"Drafted migrations/versions/{number}_{slug}.py\n")


main(" ".join(sys.argv[1:]))
