"""The coach's weekly hours, beside what they offer."""

from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.desk.availability.forms.weekly import WeekForm
from coachcrm.desk.availability.operations import touched_meetings
from coachcrm.desk.availability.pages import preview
from coachcrm.desk.availability.pages.ask_first import goes_back, save_or_ask
from coachcrm.desk.blueprint import availability as bp
from coachcrm.kit.time import zones
from coachcrm.kit.time.words import WEEKDAYS


@bp.get("")
def weekly() -> Response:
    """Show the weekly hours and what they offer."""
    return _page(WeekForm.of(preview.diary_as().practice.hours), saved="saved" in request.args)


@bp.post("")
def replace_weekly() -> ResponseReturnValue:
    """Put new weekly hours in the place of the old, or only show what they would offer."""
    if not any(name.startswith("day-") for name in request.form):
        # A form cut off on its way must not close the whole week.
        return redirect(url_for("availability.weekly"), 303)
    form = WeekForm.sent(request.form, shortest=preview.shortest(preview.diary_as()))
    if "copy" in request.form:
        return _page(form, notice=_copy(form))
    if not form.is_good:
        return _page(form, status=422)
    if goes_back():
        return _page(form, notice="Nothing is saved yet. Change what you like, then save.")
    if "look" in request.form:
        return _page(form, notice="This is what visitors would see. Nothing is saved yet.")
    done = url_for("availability.weekly", saved="")
    return save_or_ask(
        touched_meetings.new_week(form.hours), about="New weekly hours", done_url=done
    )


def _copy(form: WeekForm) -> str:
    sources = [number for number in range(7) if request.form["copy"] == str(number)]
    for source in sources:
        targets = [n for n in range(7) if str(n) in request.form.getlist(f"copy-{source}-to")]
        names = form.copy(source, targets)
        if names:
            return (
                f"{WEEKDAYS[source]} is copied to {', '.join(names)}. Nothing is saved yet: "
                "please look at it, then save these hours."
            )
    return "Please tick the days to copy to. Nothing is saved yet."


def _page(
    form: WeekForm, *, saved: bool = False, notice: str | None = None, status: int = 200
) -> Response:
    practice = replace(preview.diary_as().practice, hours=form.hours)
    page = render_template(
        "desk/availability/weekly.html",
        form=form,
        saved=saved,
        notice=notice if form.is_good else None,
        has_problem=not form.is_good,
        zone_label=zones.label(current_coach().timezone),
        week=preview.week(practice),
    )
    return make_response(page, status)
