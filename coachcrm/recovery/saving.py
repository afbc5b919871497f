"""How each piece of the record is saved: from its form to the verb that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coachcrm.kit.errors import NotFound
from coachcrm.recovery import evidence, operations, rows, work
from coachcrm.recovery.models import Application
from coachcrm.recovery.search_models import Practice, Theme

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from coachcrm.kit.db import Base
    from coachcrm.recovery.fields import PieceForm
    from coachcrm.recovery.models import JobSearch


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is saved: whose search, which application, which row if it is there."""

    session: Session
    coach_id: int
    search: JobSearch
    today: date
    now: datetime
    application: Application | None = None
    row: Any = None

    @property
    def of(self) -> Application:
        """The application; without one there is nothing to save on."""
        if self.application is None:
            raise NotFound
        return self.application

    @property
    def application_id(self) -> int | None:
        """Its id, or None."""
        return self.application.id if self.application else None


Save = Callable[[Place, Any], object]


def application(at: Place, form: PieceForm) -> object:
    """Save an application."""
    values = form.values()
    if at.row is None:
        return operations.add_application(
            at.session, at.search, today=at.today, now=at.now, **values
        )
    operations.not_after(values["applied_on"], at.today, "The day of applying")
    return rows.change(at.session, at.row, values)


def stage(at: Place, form: PieceForm) -> object:
    """Write a stage down."""
    return operations.record_stage(at.session, at.of, **form.values(), today=at.today, now=at.now)


def outcome(at: Place, form: PieceForm) -> object:
    """Say how an application ended."""
    values = form.values()
    return operations.set_outcome(
        at.session, at.row, values["outcome"], on=values["closed_on"], today=at.today, now=at.now
    )


def ask(at: Place, form: PieceForm) -> object:
    """Save an ask and its reply."""
    values = form.values()
    if at.row is None:
        return operations.add_ask(at.session, at.of, today=at.today, **values)
    operations.not_after(values["sent_on"], at.today, "The day of the ask")
    operations.not_after(values["replied_on"], at.today, "The day of the reply")
    operations.not_before(
        values["replied_on"], values["sent_on"], "The day of the reply", "the day of the ask"
    )
    return rows.change(at.session, at.row, values)


def item(at: Place, form: PieceForm) -> object:
    """Save what was said, and its theme."""
    values = form.values()
    theme_id = values.pop("theme")
    operations.not_after(values["heard_on"], at.today, "The day that it was heard")
    values["specificity"] = int(values["specificity"])
    item = at.row
    if item is None:
        values["application_id"] = at.application_id
        item = evidence.add_item(at.session, at.search, now=at.now, **values)
    else:
        rows.change(at.session, item, values)
    if theme_id:
        theme = rows.mine(at.session, at.coach_id, Theme, int(theme_id))
        evidence.tag_item(at.session, item, theme)
    return item


def verdict(at: Place, form: PieceForm) -> object:
    """Save the verdicts on an item."""
    return work.judge(at.session, at.row, form.values(), today=at.today)


def interview(at: Place, form: PieceForm) -> object:
    """Save an interview and its debrief."""
    return work.save_round(at.session, at.of, form.values(), held=at.row, today=at.today)


def question(at: Place, form: PieceForm) -> object:
    """Save a question that was asked."""
    values = form.values()
    if at.row is not None:
        return rows.change(at.session, at.row, values)
    values["application_id"] = at.application_id
    return evidence.add_question(at.session, at.search, now=at.now, **values)


def acceptance(at: Place, form: PieceForm) -> object:
    """Close the file on a rejection."""
    return work.close_file(at.session, at.of, form.values(), today=at.today)


def fit(at: Place, form: Any) -> object:
    """Save how an advert and the client match."""
    values = {name: form.values()[name] for name in ("is_hindsight", "exception")}
    return work.save_fit(at.session, at.of, values, form.rows(), today=at.today)


def theme(at: Place, form: PieceForm) -> object:
    """Save what a theme means in a search."""
    return work.set_theme(at.session, at.row, form.values())


def own_theme(at: Place, form: PieceForm) -> object:
    """Take a theme into a search."""
    values = form.values()
    if values["name"]:
        theme = evidence.make_theme(at.session, at.coach_id, values["name"])
    else:
        theme = rows.mine(at.session, at.coach_id, Theme, int(values["theme"] or 0))
    return evidence.take_theme(at.session, at.search.id, theme)


def practice(at: Place, form: PieceForm) -> object:
    """Save a practice, or the test of a theme in an interview."""
    values = form.values()
    application = values.pop("application")
    if at.row is None:
        raise NotFound
    values |= {"theme_id": at.row.theme_id, "application_id": int(application or 0) or None}
    if values["application_id"]:
        rows.mine(at.session, at.coach_id, Application, values["application_id"])
        values["kind"] = "interview"
    elif values["kind"] == "interview":
        raise work.NeedsInterview
    if isinstance(at.row, Practice):
        operations.not_after(values["held_on"], at.today, "The day of the practice")
        return rows.change(at.session, at.row, values)
    return work.add_practice(at.session, at.search, values, today=at.today)


def action(at: Place, form: PieceForm) -> object:
    """Save an action."""
    values = form.values()
    values["theme_id"] = int(values.pop("theme") or 0) or None
    done_on = values.pop("done_on")
    operations.not_after(done_on, at.today, "The day of doing")
    if at.row is not None:
        return rows.change(at.session, at.row, {**values, "done_on": done_on})
    action = evidence.add_action(at.session, at.search, now=at.now, **values)
    action.done_on = done_on
    return action


def strength(at: Place, form: PieceForm) -> object:
    """Save a strength."""
    values = form.values()
    if at.row is not None:
        return rows.change(at.session, at.row, values)
    return evidence.add_strength(at.session, at.search, now=at.now, **values)


def plain(table: type[Base]) -> Save:
    """Return how a row of a table is saved that has no rule beyond its fields."""

    def save(at: Place, form: PieceForm) -> object:
        values = form.values()
        if "weight" in values:
            values["weight"] = values["weight"] or 1
        if at.row is not None:
            return rows.change(at.session, at.row, values)
        return rows.add(at.session, table, values, search_id=at.search.id)

    return save


def checkin(at: Place, form: PieceForm) -> object:
    """Save a pulse."""
    return work.take_pulse(at.session, at.coach_id, at.search, form.values(), today=at.today)


def target(at: Place, form: PieceForm) -> object:
    """State a new target."""
    return work.state_target(at.session, at.search, form.values(), today=at.today)


def search(at: Place, form: PieceForm) -> object:
    """Save what is known of a search."""
    values = form.values()
    if values["outcome"] and not values["closed_on"]:
        values["closed_on"] = at.today
    operations.not_after(values["closed_on"], at.today, "The day of closing")
    found = ("accepted", "promoted")
    operations.follow_offer(
        at.session,
        at.search,
        was=at.search.outcome in found,
        now_is=values["outcome"] in found,
        now=at.now,
    )
    return rows.change(at.session, at.search, values)
