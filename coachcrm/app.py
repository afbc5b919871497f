"""The application and its mail worker, put together. Assembly only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from coachcrm.auth import access
from coachcrm.auth import routes as auth
from coachcrm.auth.operations import logins, reset_links
from coachcrm.bare import bare_app, equip_with_mail
from coachcrm.bookings import routes as bookings
from coachcrm.bookings.letters.operations.jobs import DUE_EVERY_S, send_what_is_due
from coachcrm.bookings.offer.operations import pictures
from coachcrm.bookings.offer.pages.running_diary import say_whose
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.versions import versions
from coachcrm.clients import operations as clients
from coachcrm.desk import routes as desk
from coachcrm.kit.cache import Editions, Kept
from coachcrm.kit.data import limits, word_index
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock
from coachcrm.kit.web import assets, error_pages, guard
from coachcrm.kit.web.health import bp as health_bp
from coachcrm.kit.web.ready import ReadyAnswers, SendsAgain
from coachcrm.kit.web.site import Site, as_letters_leave, letters_leave
from coachcrm.notes import routes as notes
from coachcrm.outbox import health as mail_health
from coachcrm.outbox.delivery.worker import Chore, Worker
from coachcrm.privacy.views import bp as privacy_bp
from coachcrm.recovery import routes as recovery

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

BLUEPRINTS = (
    health_bp,
    *bookings.BLUEPRINTS,
    privacy_bp,
    *auth.BLUEPRINTS,
    *desk.BLUEPRINTS,
    *notes.BLUEPRINTS,
    *recovery.BLUEPRINTS,
)


def create_app(settings: Settings) -> Flask:
    """Build the application that `settings` describe; opens no connection."""
    app = bare_app(settings)
    app.config.update(MAX_CONTENT_LENGTH=guard.MOST_BYTES, MAX_FORM_MEMORY_SIZE=guard.MOST_BYTES)
    app.jinja_env.globals.update(letters_leave=letters_leave, as_letters_leave=as_letters_leave)
    equip(app, settings)
    with app.app_context():
        engine = db.engine
    app.url_map.converters["id"] = error_pages.IdConverter
    error_pages.init_app(app)
    assets.init_app(app)
    app.before_request(guard.check_host)
    app.before_request(guard.limit_waiting)
    app.before_request(lambda: access.gate(app))
    app.before_request(guard.check_form)
    app.after_request(guard.add_headers)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    again = SendsAgain(
        app.wsgi_app, lambda: versions(engine), lambda: app.extensions["coachcrm.ready"]
    )
    app.wsgi_app = again  # type: ignore[method-assign]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    return app


def equip(app: Flask, settings: Settings) -> None:
    """Give `app` what it holds besides its pages: who we are, what it keeps ready, its mail."""
    app.extensions["coachcrm.site"] = Site(
        base_url=settings.base_url,
        secret_keys=settings.secret_keys,
        limits=settings.limits,
        mail_sender=settings.mail.sender,
        mail_server=settings.mail.server,
        mail_folder=str(settings.instance / "mail"),
        api_origins=settings.api_origins,
        addresses=app.url_map.bind(""),
    )
    app.extensions["coachcrm.diary"] = DiaryCache()
    app.extensions["coachcrm.whose"] = say_whose
    app.extensions["coachcrm.answers"] = Kept(most=192)
    app.extensions["coachcrm.ready"] = ReadyAnswers()
    app.extensions["coachcrm.feeds"] = Editions()
    equip_with_mail(app, settings)
    app.extensions["coachcrm.health"] = mail_health.is_unattended


def make_worker(app: Flask) -> Worker:
    """Return the mail worker of `app`, with the small chores that keep the tables tidy."""
    chores = (
        Chore(
            "due letters",
            DUE_EVERY_S,
            lambda _: send_what_is_due(
                app.extensions["coachcrm.site"],
                app.extensions["coachcrm.diary"],
                now=clock.now(),
            ),
            opens_its_own=True,
        ),
        Chore(
            "links for a new password",
            reset_links.ANSWER_EVERY_S,
            lambda _: reset_links.answer(app.extensions["coachcrm.site"], now=clock.now()),
            opens_its_own=True,
        ),
        Chore(
            "what is drawn of the coach",
            pictures.LOOK_EVERY_S,
            lambda _: pictures.draw_what_changed(),
            opens_its_own=True,
            can_wait=True,
        ),
        Chore(
            "words that are gone",
            word_index.FORGET_EVERY_S,
            lambda _: word_index.forget_what_is_gone(),
            opens_its_own=True,
            can_wait=True,
        ),
        Chore("alumni", 3600, lambda s: clients.bring_to_alumni(s, now=clock.now())),
        Chore("sweep limits", 3600, lambda s: limits.sweep(s, now=clock.now())),
        Chore("sweep logins", 3600, lambda s: logins.sweep_logins(s, now=clock.now())),
    )
    return Worker(app, app.extensions["coachcrm.transport"], chores)
