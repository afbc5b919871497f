"""An ask that is ready, as its pages show it: the words, ways to send them, other drafts."""

from collections.abc import Iterable
from datetime import date

from flask import url_for

from coachcrm.recovery.core import ask_drafts, ask_figures
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import NOTES
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.forms.application import HandOverForm, SentForm
from coachcrm.recovery.operations.asks import Ready
from coachcrm.recovery.pages.words import days


def shown(
    ready: Ready | None,
    application_id: int,
    *,
    today: date,
    sent: SentForm | None = None,
    given: HandOverForm | None = None,
) -> dict[str, object]:
    """Return what shows a ready ask; forms that were sent with a mistake come back as they are."""
    url = url_for("recovery.ask", application_id=application_id)
    if ready is None:
        return {"ready": None, "ask_url": url}
    sent = sent or _sent(ready, today)
    given = given or _given(ready, today)
    words = ask_drafts.Text(sent.subject.data or "", sent.wording.data or "")
    return {
        "ready": ready,
        "ask_url": url,
        "hand_over_url": url_for("recovery.hand_over", application_id=application_id),
        "sent": sent,
        "given": given,
        "mailto": ask_drafts.mailto(words),
        "is_notes": ready.draft == NOTES,
        "others": _others(ready.draft, application_id),
        "blank": ask_drafts.BLANK if ask_drafts.BLANK in words.subject + words.body else "",
    }


def letter_words(form: HandOverForm) -> str:
    """Return the words that go into the follow-up letter with the action, if they are to."""
    if not form.with_words.data:
        return ""
    subject = form.subject.data or ""
    return f"Subject: {subject}\n\n{form.wording.data}" if subject else form.wording.data or ""


def figures(asked: Iterable[Application]) -> dict[str, object]:
    """Return what the asks of the practice have brought, in rows of words."""
    found = tuple(asked)
    wait = ask_figures.wait(found)
    listed = [days(number) for number in wait.days]
    return {
        "by_wording": [
            (ask_drafts.TITLES.get(row.draft, "Words of their own"), row.sent, row.replied_share,
             row.detailed_share)
            for row in ask_figures.by_wording(found)
        ],
        "by_source": [
            (v.ROUTES[row.route], row.replied_share) for row in ask_figures.by_source(found)
        ],
        "wait": days(wait.median) if wait.median is not None else "",
        "waits": ", ".join(listed),
        "waited": len(wait.days),
    }  # fmt: skip


def _sent(ready: Ready, today: date) -> SentForm:
    form = SentForm(formdata=None)
    form.draft.data, form.asked_of.data = ready.draft, ready.asked_of
    form.subject.data, form.wording.data = ready.text.subject, ready.text.body
    form.sent_on.data = today
    return form


def _given(ready: Ready, today: date) -> HandOverForm:
    form = HandOverForm(formdata=None)
    form.due_on.data = max(ready.due_on, today) if ready.due_on else None
    return form


def _others(draft: str, application_id: int) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return the drafts by rung, each as (for whom, address, whether it is the one shown)."""
    return [
        (
            name,
            [
                (words, _ask_url(application_id, f"{rung}_{who}"), draft == f"{rung}_{who}")
                for who, words in ask_drafts.AUDIENCES.items()
            ],
        )
        for rung, name in ask_drafts.RUNGS.items()
    ]


def _ask_url(application_id: int, draft: str) -> str:
    return url_for("recovery.ask", application_id=application_id, draft=draft)
