"""What hangs together in the record, in words and links, as pages show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import url_for

from coachcrm.kit.time import words
from coachcrm.recovery.core import story_bank
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import Item, Practice, Question, Round
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.pages.words import Link, day, piece_url


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question on a page, with what was said of its answer."""

    words: str
    url: str
    told: str
    items: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownInterview:
    """An interview on a page, with its questions and what was said of it as a whole."""

    name: str
    url: str
    told: str
    questions: list[ShownQuestion] = field(default_factory=list)
    items: list[Link] = field(default_factory=list)
    id: int = 0


@dataclass(frozen=True, slots=True)
class ShownFitLine:
    """A line of a fit on a page; `proof` is how far it is proven, "" for a want."""

    words: str
    side: str
    proof: str
    story: Link | None


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story in the bank: what it is used by, when it was last told, and how it landed."""

    id: int
    title: str
    url: str
    told: str
    uses: list[Link]


def interviews(application: Application, questions: Iterable[Question]) -> list[ShownInterview]:
    """Return the interviews of an application; the last may be of questions without one."""
    asked = [q for q in questions if q.application_id == application.id]
    found = [_held(application, r, name_of(application, r.id), asked) for r in application.rounds]
    loose = [q for q in asked if q.round_id is None]
    if loose:
        of_none = [_asked(application, q) for q in loose]
        found.append(ShownInterview("Not known in which interview", "", "", of_none))
    return found


def name_of(application: Application, round_id: int) -> str:
    """Return what an interview is called: its number, else its place, and its day."""
    for place, held in enumerate(application.rounds, start=1):
        if held.id == round_id:
            number = f"Interview {held.number or place}"
            return f"{number}, {words.day_year(held.held_on)}" if held.held_on else number
    return ""


def debrief(held: Round) -> str:
    """Return whether an interview was gone through, and whether before the news."""
    if held.debriefed_on is None:
        return "No debrief yet."
    before = ", before the result was known" if held.debriefed_before_news else ""
    return f"Gone through on {words.day_year(held.debriefed_on)}{before}."


def place_of(item: Item, application: Application, questions: Iterable[Question]) -> str:
    """Return what an item refers to: the stage, the interview, the question; or an empty text."""
    asked = next((q for q in questions if q.id == item.question_id), None)
    round_id = item.round_id or (asked.round_id if asked else None)
    parts = [
        application.ladder[item.stage].name if item.stage else "",
        name_of(application, round_id) if round_id else "",
        f"“{asked.text}”" if asked else "",
    ]
    return ": ".join(part for part in parts if part)


def stories(search: Search, questions: Sequence[Question]) -> list[ShownStory]:
    """Return the bank of stories."""
    names = {a.id: a.name for a in search.applications}
    return [_story(use, names) for use in story_bank.uses(search, questions)]


def fit_lines(application: Application, search: Search) -> list[ShownFitLine]:
    """Return the lines of a fit: what is asked, how far it is proven, and by which story."""
    titles = {story.id: story.title for story in search.stories}
    return [
        ShownFitLine(
            row.text,
            v.FIT_SIDES[row.side],
            "" if row.side == "want" else v.EVIDENCE[row.level],
            Link(titles[row.story_id], piece_url("story", row.story_id))
            if row.story_id in titles
            else None,
        )
        for row in (application.fit.rows if application.fit else ())
    ]


def practices_by_place(search: Search) -> dict[int, list[Link]]:
    """Return the work that was done on each theme, by the id of its place in the search."""
    return {theme.place_id: practices(search, theme.id) for theme in search.themes}


def practices(search: Search, theme_id: int) -> list[Link]:
    """Return the work that was done on a theme, newest first."""
    done = [p for p in search.practices if p.theme_id == theme_id]
    return [Link(_practice(p), piece_url("practice", p.id)) for p in reversed(done)]


def praise(search: Search) -> list[tuple[int, str]]:
    """Return the positives that are not among the strengths yet, newest first."""
    taken = {strength.item_id for strength in search.strengths}
    found = [i for i in search.items if i.polarity == "positive" and i.id not in taken]
    return [(i.id, i.text) for i in sorted(found, key=lambda i: -i.id)]


def _held(
    application: Application, held: Round, name: str, questions: Iterable[Question]
) -> ShownInterview:
    asked = [q for q in questions if q.round_id == held.id]
    own = [i for i in application.items if i.round_id == held.id and i.question_id is None]
    kind = f"{v.ROUND_KINDS[held.kind]}. " if held.kind else ""
    return ShownInterview(
        name,
        piece_url("round", held.id),
        kind + debrief(held),
        [_asked(application, q) for q in asked],
        _said(own),
        held.id,
    )


def _asked(application: Application, question: Question) -> ShownQuestion:
    told = [
        f"Their view: {v.ANSWERS[question.own_rating].lower()}" if question.own_rating else "",
        f"Yours: {v.ANSWERS[question.coach_rating].lower()}" if question.coach_rating else "",
        "A surprise" if question.is_surprise else "",
        f"Story: {question.story_used}" if question.story_used else "",
    ]
    return ShownQuestion(
        question.text,
        piece_url("question", question.id),
        ". ".join(part for part in told if part),
        _said([i for i in application.items if i.question_id == question.id]),
    )


def _said(items: Iterable[Item]) -> list[Link]:
    return [
        Link(
            f"{v.POLARITIES[i.polarity]}: {i.text}",
            url_for(
                "recovery.application", application_id=i.application_id, _anchor=f"item-{i.id}"
            ),
        )
        for i in items
    ]


def _story(use: story_bank.Use, names: dict[int, str]) -> ShownStory:
    story = use.story
    told = [
        "A setback" if story.is_setback else "",
        f"Strength {story.strength} of 5" if story.strength else "",
        f"Last used on {day(use.last_used_on)}" if use.last_used_on else "Not used yet",
        f"How it landed: {story.landed}" if story.landed else "",
    ]
    uses = [
        *(Link(_told_for(q, names), piece_url("question", q.id)) for q in use.questions),
        *(
            Link(
                f"Proves “{row.text}” for {a.name}",
                url_for("recovery.application", application_id=a.id, _anchor="fit"),
            )
            for a, row in use.requirements
        ),
        *(
            Link(f"Fed by the strength “{s.statement}”", piece_url("strength", s.id))
            for s in use.strengths
        ),
    ]
    url = piece_url("story", story.id)
    return ShownStory(story.id, story.title, url, ". ".join(part for part in told if part), uses)


def _told_for(question: Question, names: dict[int, str]) -> str:
    where = names.get(question.application_id or 0, "")
    rating = question.coach_rating or question.own_rating
    landed = f" ({v.ANSWERS[rating].lower()})" if rating else ""
    return f"Told for “{question.text}”{f', {where}' if where else ''}{landed}"


def _practice(done: Practice) -> str:
    ratings = [
        f"client {done.own_rating} of 5" if done.own_rating else "",
        f"you {done.coach_rating} of 5" if done.coach_rating else "",
    ]
    told = ", ".join(part for part in ratings if part)
    kind = v.PRACTICES[done.kind].lower()
    return f"{words.day_year(done.held_on)}: {kind}{f' ({told})' if told else ''}"
