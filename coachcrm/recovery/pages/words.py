"""The record as the coach's pages show it: words and links made of facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from coachcrm.kit.time import words
from coachcrm.recovery.core import funnel, guard_rails, progress, steps, themes
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import Evidence, Override, Statement
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.questions import HOMEWORK, QUESTIONS

STEPS = v.STEPS
# The states of steps 1, 2 and 4 that need no more work, and those where there was none.
SETTLED = {"complete", "exhausted", "agreed", "judged"}
UNTOUCHED = {"none", "nothing"}


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of evidence with its address."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """A derived statement with its evidence."""

    words: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Step:
    """A step on a card or a strip: where it stands, by which rule, and on what that rests.

    `level` is a key of `progress.LEVELS`: what its mark shows, the same on every page.
    """

    number: int
    title: str
    state: str
    is_good: bool
    level: str
    rule: str
    links: list[Link]
    override: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownApplication:
    """An application in the list."""

    id: int
    name: str
    url: str
    stage: str
    reached: str
    outcome: str
    news: str
    strip: list[Step]
    ask: str
    ask_url: str = ""
    again_url: str = ""


def url_of(evidence: Evidence, client_id: int) -> str:
    """Return where a piece of evidence can be looked at."""
    if evidence.kind in {"application", "review"}:
        return url_for("recovery.application", application_id=evidence.id)
    if evidence.kind in {"item", "ask", "criterion", "strength"}:
        return piece_url(evidence.kind, evidence.id)
    return url_for("recovery.record", client_id=client_id, _anchor=f"{evidence.kind}s")


def piece_url(noun: str, row_id: int) -> str:
    """Return where a piece of the record is shown and changed."""
    return url_for("recovery.piece", noun=noun, row_id=row_id)


def said(statement: Statement, client_id: int) -> Said:
    """Return a statement with links to what it rests on."""
    return Said(statement.words, links(statement.evidence, client_id))


def links(evidence: Iterable[Evidence], client_id: int) -> list[Link]:
    """Return links to evidence, in its order."""
    return [Link(e.words or "Without words", url_of(e, client_id)) for e in evidence]


def day(on: date | None) -> str:
    """Return a date, or an empty text."""
    return words.day_year(on) if on else ""


def strip(application: Application, search: Search, client_id: int, *, today: date) -> list[Step]:
    """Return steps 1, 2 and 4 of an application."""
    states = {
        1: steps.feedback_state(application, today=today),
        2: steps.review_state(application),
        4: steps.verdict_state(application),
    }
    found = []
    for number, state in states.items():
        override = progress.override_of(search, number, application.id)
        value = override.state if override else state.value
        found.append(
            Step(
                number=number,
                title=STEPS[number],
                state=steps.STATES[number][value],
                is_good=value in SETTLED,
                level=_level(value),
                rule=steps.RULES[number],
                links=links(state.evidence, client_id),
                override=_reason(override),
                url=url_for(
                    "recovery.step", client_id=client_id, step=number, application=application.id
                ),
            )
        )
    return found


def _level(value: str) -> str:
    if value in SETTLED:
        return "evidenced"
    return "none" if value in UNTOUCHED else "begun"


def cards(search: Search, client_id: int, *, today: date) -> list[Step]:
    """Return the six steps of the search."""
    return [
        Step(
            number=level.step,
            title=STEPS[level.step],
            state=progress.LEVELS[level.value],
            is_good=level.value in {"evidenced", "holding"},
            level=level.value,
            rule=level.rule,
            links=links(level.evidence, client_id),
            override=level.override,
            url=url_for("recovery.step", client_id=client_id, step=level.step),
        )
        for level in progress.levels(search, today=today)
    ]


def rows(search: Search, client_id: int, *, today: date) -> list[ShownApplication]:
    """Return the applications, newest first."""
    return [
        ShownApplication(
            id=application.id,
            name=application.name,
            url=url_for("recovery.application", application_id=application.id),
            stage=application.ladder[application.furthest_stage].name,
            reached=application.ladder[application.furthest_stage].midway,
            outcome=v.OUTCOMES[application.outcome],
            news=day(application.news_on),
            strip=strip(application, search, client_id, today=today) if application.is_loss else [],
            ask=ask_line(application, today=today),
            ask_url=url_for("recovery.ask", application_id=application.id),
            again_url=_again_url(application, client_id, today=today),
        )
        for application in reversed(search.applications)
    ]


def _again_url(application: Application, client_id: int, *, today: date) -> str:
    """Return where to write down how much a no is still on the mind, once that is due."""
    again = guard_rails.ask_again_on(application.acceptance) if application.acceptance else None
    if again is None or today < again:
        return ""
    return url_for(
        "recovery.new_piece", client_id=client_id, noun="acceptance", application=application.id
    )


def ask_line(application: Application, *, today: date) -> str:
    """Return what the ask ladder says of an application, or an empty text."""
    due = steps.next_ask(application, today=today)
    if due is None:
        return ""
    which = "First" if due.attempt == 1 else "Second"
    if due.due_on is not None and due.due_on < today:
        return f"{which} ask now; it was due by {words.day(due.due_on)}: {due.reason}."
    by = f" by {words.day(due.due_on)}" if due.due_on else ""
    return f"{which} ask {'now, at the latest' if due.is_now else 'due'}{by}: {due.reason}."


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme in the list."""

    name: str
    place_id: int
    priority: int | None
    recurrence: str
    life: str
    goal: str
    links: list[Link]
    seen: str = ""


def theme_rows(search: Search, client_id: int) -> list[ShownTheme]:
    """Return the themes with their sources, never the number alone."""
    return [
        ShownTheme(
            s.theme.name,
            s.theme.place_id,
            s.theme.priority,
            recurrence(s),
            "" if s.life in themes.RECURRENCE else themes.LIFE[s.life],
            s.theme.goal,
            links(s.recurrence.evidence, client_id),
            _seen(s),
        )
        for s in themes.standings(search)
    ]


def recurrence(standing: themes.ThemeStanding) -> str:
    """Return how often a theme came and from how many sources, in words."""
    found = standing.recurrence
    if not found.evidence:
        return "Nothing that was said about it can be changed now"
    said_by = _sources(found.sources) if found.sources else "inference only"
    return f"{themes.RECURRENCE[found.word]}: {said_by}"


def _seen(standing: themes.ThemeStanding) -> str:
    first, last = standing.first_seen, standing.last_seen
    if first is None or last is None:
        return ""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def overview(search: Search, client_id: int, *, today: date) -> dict[str, Any]:
    """Return what stands on top: the focus, what to do now, the hints for the coach alone."""
    found = focus(search, today=today)
    counted = [steps.feedback_state(a, today=today).value for a in search.counted]
    settled = sum(state in steps.SETTLED for state in counted)
    hints = [guard_rails.verdict_hint(search), guard_rails.fit_signal(search)]
    low = guard_rails.should_check_in(search.checkins)
    usual = funnel.usual_bounce(search)
    levels = {level.step: level.value for level in progress.levels(search, today=today)}
    return {
        "focus_step": found.step,
        "focus_title": STEPS.get(found.step or 0, ""),
        "focus": said(found.reason, client_id),
        "do_now": [
            (number, levels[number], said(mark, client_id)) for number, mark in found.do_now
        ],
        "questions": QUESTIONS[found.step or 1],
        "settled": f"{settled} of {len(counted)}" if counted else "",
        "hints": [said(hint, client_id) for hint in hints if hint],
        "low": said(low, client_id) if low else None,
        "bounce": days(usual) if usual is not None else "",
    }


def homework(search: Search, step: int) -> list[tuple[int, str, int | None]]:
    """Return a step's homework as (number, words, the open action that it is already or None)."""
    given = {a.text: a.id for a in search.actions if a.step == step and a.done_on is None}
    return [(n, words, given.get(words)) for n, words in enumerate(HOMEWORK[step])]


def loose(search: Search) -> list[dict[str, Any]]:
    """Return the feedback that belongs to no application."""
    return [
        {
            "id": item.id,
            "text": item.text,
            "polarity": v.POLARITIES[item.polarity],
            "source": item.source_label or v.SOURCES[item.source],
            "is_negative": item.polarity == "negative",
        }
        for item in search.loose_items
    ]


def pulse(checkin: object) -> str:
    """Return the answers of a check-in in one line."""
    answers = getattr(checkin, "answers", ())
    said_ = [f"{v.PULSE[k]}: {a}" for k, a in zip(v.PULSE, answers, strict=True) if a is not None]
    return ", ".join(said_) or "Nothing answered"


def days(number: float) -> str:
    """Return a number of days in words."""
    return "one day" if number == 1 else f"{number:g} days"


def _sources(number: int) -> str:
    return f"{number} source{'s' if number > 1 else ''}"


def _reason(override: Override | None) -> str:
    return override.reason if override else ""
