"""The coach's own list of themes, under his method."""

from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.kit.data.db import db, transaction
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms.search import ListedThemeForm, MergeForm
from coachcrm.recovery.models.search import ThemeRow
from coachcrm.recovery.operations import feedback, rows, themes


@bp.get("/settings/method/themes")
def theme_list_page() -> str:
    """Show the list, group by group, with what was put aside at the end."""
    session = db.session()
    listed = feedback.themes(session, g.coach_id)
    counts = themes.counts(session, g.coach_id)
    groups = [
        (name, [(t, counts.get(t.id, 0)) for t in listed if t.category == group and not t.is_aside])
        for group, name in v.THEME_GROUPS.items()
    ]
    return render_template(
        "recovery/themes.html",
        groups=groups,
        aside=[(t, counts.get(t.id, 0)) for t in listed if t.is_aside],
        changeable=v.CHANGEABLE,
    )


@bp.route("/settings/method/themes/new", methods=["GET", "POST"])
def new_theme() -> ResponseReturnValue:
    """Add a theme to the list."""
    return _save(None)


@bp.route("/settings/method/themes/<id:theme_id>", methods=["GET", "POST"])
def listed_theme(theme_id: int) -> ResponseReturnValue:
    """Show a theme of the list, and change it."""
    return _save(rows.get_own(db.session(), g.coach_id, ThemeRow, theme_id))


@bp.post("/settings/method/themes/<id:theme_id>/put-aside")
def put_theme_aside(theme_id: int) -> ResponseReturnValue:
    """Offer a theme no more; what was tagged with it stays so."""
    return _set_aside(theme_id, is_aside=True)


@bp.post("/settings/method/themes/<id:theme_id>/put-back")
def put_theme_back(theme_id: int) -> ResponseReturnValue:
    """Offer a theme again."""
    return _set_aside(theme_id, is_aside=False)


@bp.post("/settings/method/themes/<id:theme_id>/merge")
def merge_theme(theme_id: int) -> ResponseReturnValue:
    """Put everything that hangs on a theme under another."""
    coach_id, form = g.coach_id, MergeForm()
    theme = rows.get_own(db.session(), coach_id, ThemeRow, theme_id)
    form.into.offered = _others(theme)
    if not form.was_sent_well():
        return _page(theme, _filled(theme), form, status=422)
    with transaction() as session:
        gone = rows.get_own(session, coach_id, ThemeRow, theme_id, for_change=True)
        kept = rows.get_own(session, coach_id, ThemeRow, form.into.chosen or 0, for_change=True)
        themes.merge(session, gone, kept)
    return redirect(url_for("recovery.theme_list_page"), 303)


def _save(theme: ThemeRow | None) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(theme, _filled(theme))
    form, coach_id = ListedThemeForm(), g.coach_id
    if not form.was_sent_well():
        return _page(theme, form, status=422)
    number = theme.id if theme else None
    try:
        with transaction() as session:
            kept = (
                rows.get_own(session, coach_id, ThemeRow, number, for_change=True)
                if number
                else None
            )
            themes.save_theme(session, coach_id, form.values(), kept)
    except themes.ThemeNameTaken as refusal:
        form.put_beside_field(refusal)
        return _page(theme, form, status=refusal.status)
    return redirect(url_for("recovery.theme_list_page"), 303)


def _set_aside(theme_id: int, *, is_aside: bool) -> ResponseReturnValue:
    coach_id = g.coach_id
    with transaction() as session:
        theme = rows.get_own(session, coach_id, ThemeRow, theme_id, for_change=True)
        rows.change(session, theme, {"is_aside": is_aside})
    return redirect(url_for("recovery.theme_list_page"), 303)


def _filled(theme: ThemeRow | None) -> ListedThemeForm:
    form = ListedThemeForm(formdata=None)
    if theme is not None:
        form.show(theme)
    return form


def _others(theme: ThemeRow) -> list[tuple[str, str]]:
    found = feedback.themes(db.session(), g.coach_id)
    return [(str(t.id), t.name) for t in found if t.id != theme.id]


def _page(
    theme: ThemeRow | None, form: Any, merging: MergeForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    if theme is not None and merging is None:
        merging = MergeForm(formdata=None)
        merging.into.offered = _others(theme)
    page = render_template("recovery/theme.html", form=form, theme=theme, merging=merging)
    return make_response(page, status)
