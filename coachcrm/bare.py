"""The application without its pages: database, mail and log. Enough for a command that shows none.

What a page needs takes most of the time in which a command starts.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import structlog
from flask import Flask
from structlog.tracebacks import ExceptionDictTransformer

from coachcrm.kit.data.db import db, engine_options, prepare_engine
from coachcrm.kit.resources import resource
from coachcrm.outbox.delivery.smtp import MailAccount, Transport

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings


def bare_app(settings: Settings) -> Flask:
    """Build the application that `settings` describe, as yet without pages; opens no connection."""
    app = Flask(
        "coachcrm",
        instance_path=str(settings.instance),
        template_folder=str(resource("templates")),
        static_folder=None,
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    equip_with_mail(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


def equip_with_mail(app: Flask, settings: Settings) -> None:
    """Give `app` the way by which its letters leave."""
    account = MailAccount(**asdict(settings.mail), folder=settings.instance / "mail")
    app.extensions["coachcrm.transport"] = Transport(app, account)


def set_up_log() -> None:
    """Write one line of JSON for each event to standard error, in UTC (S66)."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the values of variables: they hold what people told us (S66).
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
