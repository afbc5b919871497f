"""How each piece of the record is saved: from its form to the verb that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound
from coachcrm.recovery.forms.fields import PieceForm
from coachcrm.recovery.models.applications import ApplicationRow, JobSearch
from coachcrm.recovery.models.search import CriterionRow, PracticeRow, StoryRow, ThemeRow
from coachcrm.recovery.operations import applications, dates, feedback, rows, stages
from coachcrm.recovery.operations import fit as fit_verbs
from coachcrm.recovery.operations import steps as step_verbs


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is saved: whose search, which application, which row if it is there."""

    session: Session
    coach_id: int
    search: JobSearch
    today: date
    now: datetime
    application: ApplicationRow | None = None
    row: Any = None

    @property
    def of(self) -> ApplicationRow:
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
        return applications.add_application(
            at.session, at.search, today=at.today, now=at.now, **values
        )
    return applications.change_application(at.session, at.row, values, today=at.today, now=at.now)


def stage(at: Place, form: PieceForm) -> object:
    """Write a stage down."""
    return stages.record_stage(at.session, at.of, **form.values(), today=at.today, now=at.now)


def outcome(at: Place, form: PieceForm) -> object:
    """Say how an application ended."""
    values = form.values()
    return stages.set_outcome(
        at.session, at.row, values["outcome"], on=values["closed_on"], today=at.today, now=at.now
    )


def ask(at: Place, form: PieceForm) -> object:
    """Save an ask and its reply."""
    values = form.values()
    if at.row is None:
        return applications.add_ask(at.session, at.of, today=at.today, **values)
    dates.check_ask(at.of, values, today=at.today)
    return rows.change(at.session, at.row, values)


def item(at: Place, form: PieceForm) -> object:
    """Save what was said, where it belongs, and the themes that are added."""
    values = form.values()
    added = values.pop("theme")
    dates.not_after(values["heard_on"], at.today, "The day that it was heard", "heard_on")
    if at.application is not None:
        dates.not_before(
            values["heard_on"], at.application.applied_on,
            "The day that it was heard", "the day of applying", "heard_on",
        )  # fmt: skip
    values["specificity"] = int(values["specificity"])
    item = at.row
    if item is None:
        values["application_id"] = at.application_id
        item = feedback.add_item(at.session, at.search, now=at.now, **values)
    else:
        feedback.check_place(at.session, item.application_id, values)
        rows.change(at.session, item, values)
    for theme_id in added:
        feedback.tag_item(at.session, item, rows.mine(at.session, at.coach_id, ThemeRow, theme_id))
    return item


def verdict(at: Place, form: PieceForm) -> object:
    """Save the verdicts on an item."""
    return step_verbs.judge(at.session, at.row, form.values(), today=at.today)


def interview(at: Place, form: PieceForm) -> object:
    """Save an interview and its debrief."""
    return step_verbs.save_round(at.session, at.of, form.values(), held=at.row, today=at.today)


def question(at: Place, form: PieceForm) -> object:
    """Save a question that was asked."""
    values = form.values()
    if at.row is not None:
        feedback.check_place(at.session, at.row.application_id, values)
        return rows.change(at.session, at.row, values)
    values["application_id"] = at.application_id
    return feedback.add_question(at.session, at.search, now=at.now, **values)


def acceptance(at: Place, form: PieceForm) -> object:
    """Close the file on a rejection."""
    return step_verbs.close_file(at.session, at.of, form.values(), today=at.today)


def fit(at: Place, form: Any) -> object:
    """Save how an advert and the client match."""
    values = {name: form.values()[name] for name in ("is_hindsight", "exception")}
    return fit_verbs.save_fit(at.session, at.of, values, form.rows(), today=at.today)


def theme(at: Place, form: PieceForm) -> object:
    """Save what a theme means in a search."""
    return step_verbs.set_theme(at.session, at.row, form.values())


def own_theme(at: Place, form: PieceForm) -> object:
    """Take a theme into a search."""
    values = form.values()
    if values["name"]:
        theme = feedback.make_theme(at.session, at.coach_id, values["name"])
    else:
        theme = rows.mine(at.session, at.coach_id, ThemeRow, int(values["theme"] or 0))
    return feedback.take_theme(at.session, at.search.id, theme)


def practice(at: Place, form: PieceForm) -> object:
    """Save a practice, or the test of a theme in an interview."""
    values = form.values()
    application = values.pop("application")
    if at.row is None:
        raise NotFound
    values |= {"theme_id": at.row.theme_id, "application_id": int(application or 0) or None}
    if values["application_id"]:
        rows.mine(at.session, at.coach_id, ApplicationRow, values["application_id"])
        values["kind"] = "interview"
    elif values["kind"] == "interview":
        raise step_verbs.NeedsInterview
    if isinstance(at.row, PracticeRow):
        step_verbs.check_practice(at.session, values, today=at.today)
        return rows.change(at.session, at.row, values)
    return step_verbs.add_practice(at.session, at.search, values, today=at.today)


def action(at: Place, form: PieceForm) -> object:
    """Save an action."""
    values = form.values()
    values["theme_id"] = int(values.pop("theme") or 0) or None
    done_on = values.pop("done_on")
    dates.not_after(done_on, at.today, "The day of doing", "done_on")
    if at.row is not None:
        return rows.change(at.session, at.row, {**values, "done_on": done_on})
    action = feedback.add_action(at.session, at.search, now=at.now, **values)
    action.done_on = done_on
    return action


def strength(at: Place, form: PieceForm) -> object:
    """Save a strength."""
    values = form.values()
    if at.row is not None:
        feedback.check_story(at.session, at.search.id, values["story_id"])
        return rows.change(at.session, at.row, values)
    return feedback.add_strength(at.session, at.search, now=at.now, **values)


def story(at: Place, form: PieceForm) -> object:
    """Save a story. Where its title changes, the questions that it was told for follow."""
    values = form.values()
    dates.not_after(values["last_used_on"], at.today, "The day of its last use", "last_used_on")
    if at.row is None:
        return rows.add(at.session, StoryRow, values, search_id=at.search.id)
    return step_verbs.change_story(at.session, at.row, values)


def criterion(at: Place, form: PieceForm) -> object:
    """Save a want or a must-have."""
    values = form.values()
    values["weight"] = values["weight"] or 1
    if at.row is not None:
        return rows.change(at.session, at.row, values)
    return rows.add(at.session, CriterionRow, values, search_id=at.search.id)


def checkin(at: Place, form: PieceForm) -> object:
    """Save a pulse."""
    return step_verbs.take_pulse(at.session, at.coach_id, at.search, form.values(), today=at.today)


def target(at: Place, form: PieceForm) -> object:
    """State a new target."""
    return step_verbs.state_target(at.session, at.search, form.values(), today=at.today)


def search(at: Place, form: PieceForm) -> object:
    """Save what is known of a search."""
    values = form.values()
    values["opened_on"] = values["opened_on"] or at.search.opened_on
    for name, what in (
        ("opened_on", "The day of opening"),
        ("closed_on", "The day of closing"),
        ("referred_on", "The day of referring on"),
    ):
        dates.not_after(values[name], at.today, what, name)
    if values["outcome"] and not values["closed_on"]:
        values["closed_on"] = at.today
    dates.not_before(
        values["closed_on"], values["opened_on"],
        "The day of closing", "the day of opening", "closed_on",
    )  # fmt: skip
    found = ("accepted", "promoted")
    stages.follow_offer(
        at.session,
        at.search,
        was=at.search.outcome in found,
        now_is=values["outcome"] in found,
        now=at.now,
    )
    return rows.change(at.session, at.search, values)
