"""How far each of the six steps is in a job search: begun, evidenced, holding. Pure.

A level counts only with the ones before it. Every level says what it rests on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from coachcrm.kit.time import words
from coachcrm.recovery.core import steps, themes
from coachcrm.recovery.core.facts import Evidence, Fit, Override
from coachcrm.recovery.core.funnel import bounces, median_of
from coachcrm.recovery.core.job_search import Application, Search

LEVELS = {"none": "Not begun", "begun": "Begun", "evidenced": "Evidenced", "holding": "Holding"}
ORDER = tuple(LEVELS)
RULES = {
    1: "Begun: one ask. Evidenced: one rejection complete. Holding: of the last five rejections "
    "with a human contact, four in five asked within three working days, and all settled.",
    2: "Begun: one draft. Evidenced: one agreed. Holding: the last three interviews gone through "
    "within 48 hours, and the last three rejections agreed.",
    3: "Begun: one theme tagged. Evidenced: one recurring theme tested. Holding: every priority "
    "theme fixed.",
    4: "Begun: one verdict. Evidenced: one rejection judged by both. Holding: the last three "
    "judged, and the newest at 2 or less on the mind when asked again.",
    5: "Begun: a profile of five rows. Evidenced: three past applications assessed and a dated "
    "target. Holding: the last three applications assessed before applying, each over the "
    "threshold or with a written exception.",
    6: "Begun: one check-in or strength. Evidenced: five strengths from two kinds of source and a "
    "setback story rated 3 or more. Holding: an act after the newest rejection within the usual "
    "time or seven days.",
}
LAST, LAST_ASKED, IN_TIME = 3, 5, 0.8
PROVEN, MOST_LEVEL, ALL = 2, 3, 5
CALM, ROWS, STRENGTHS, KINDS, GOOD_STORY = 2, 5, 5, 2, 3
SOON = timedelta(days=7)
DEBRIEF = timedelta(days=2)
TESTED = frozenset({"tested", "fixed", "relapsed"})


@dataclass(frozen=True, slots=True)
class StepLevel:
    """How far a step is, by which `rule`; `override` is the coach's reason if the word is his."""

    step: int
    value: str
    rule: str
    evidence: tuple[Evidence, ...] = ()
    override: str = ""


# What the three levels of a step rest on; None where a level is not reached.
Found = tuple[tuple[Evidence, ...] | None, tuple[Evidence, ...] | None, tuple[Evidence, ...] | None]


def levels(search: Search, *, today: date) -> tuple[StepLevel, ...]:
    """Return the six steps of a search; an override of the coach stands before the rule."""
    found = (
        _feedback(search, today),
        _review(search, today),
        _negatives(search),
        _chin(search),
        _rethink(search),
        _resilience(search),
    )
    return tuple(_level(search, step, reached) for step, reached in enumerate(found, start=1))


def override_of(search: Search, step: int, application_id: int | None = None) -> Override | None:
    """Return the newest word of the coach on a step; one with an empty state takes it back."""
    said = [o for o in search.overrides if (o.step, o.application_id) == (step, application_id)]
    return said[-1] if said and said[-1].state else None


def gambles(fit: Fit, *, percent: int) -> bool:
    """Say whether under `percent` of the essentials are proven at level 2 or 3."""
    proven, essentials = essentials_proven(fit)
    return 100 * proven < percent * essentials


def essentials_proven(fit: Fit) -> tuple[int, int]:
    """Return how many essentials are proven directly, and how many there are."""
    rows = [row for row in fit.rows if row.side == "essential"]
    return sum(row.level >= PROVEN for row in rows), len(rows)


def they_want_me(fit: Fit) -> tuple[int, int]:
    """Return the points held and the points possible; an essential weighs twice a desirable."""
    weights = {"essential": 2, "desirable": 1}
    rows = [(weights[row.side], row.level) for row in fit.rows if row.side in weights]
    return sum(w * level for w, level in rows), sum(w * MOST_LEVEL for w, _ in rows)


def i_want_it(fit: Fit) -> tuple[int, int]:
    """Return how far the client's wants are met, weighted, and what would be possible."""
    rows = [(row.weight, row.level) for row in fit.rows if row.side == "want"]
    return sum(w * level for w, level in rows), sum(w * MOST_LEVEL for w, _ in rows)


def _is_proven(fit: Fit, *, percent: int) -> bool:
    """Say whether the essentials are over the threshold; where none is named, nothing is."""
    return essentials_proven(fit)[1] > 0 and not gambles(fit, percent=percent)


def _level(search: Search, step: int, found: Found) -> StepLevel:
    value = "none"
    evidence: tuple[Evidence, ...] = ()
    for name, rests_on in zip(ORDER[1:], found, strict=True):
        if rests_on is None:
            break
        value, evidence = name, rests_on
    said = override_of(search, step)
    if said is not None:
        return StepLevel(step, said.state, RULES[step], evidence, said.reason)
    return StepLevel(step, value, RULES[step], evidence)


def _if(holds: bool, evidence: Iterable[Evidence]) -> tuple[Evidence, ...] | None:  # noqa: FBT001
    return tuple(evidence) if holds else None


def _of(applications: Iterable[Application]) -> tuple[Evidence, ...]:
    return tuple(application.as_evidence for application in applications)


def _feedback(search: Search, today: date) -> Found:
    counted = search.counted
    states = {a.id: steps.feedback_state(a, today=today).value for a in counted}
    complete = [a for a in counted if states[a.id] == "complete"]
    last = counted[-LAST_ASKED:]
    in_time = sum(map(steps.was_asked_in_time, last))
    settled = all(states[a.id] in steps.SETTLED for a in last)
    # Feedback that came without an ask is a beginning too.
    begun = [a for a in search.applications if a.asks or a in complete]
    return (
        _if(bool(begun), _of(begun)),
        _if(bool(complete), _of(complete)),
        _if(len(last) >= LAST and in_time >= IN_TIME * len(last) and settled, _of(last)),
    )


def _review(search: Search, today: date) -> Found:
    drafts = [a for a in search.applications if a.review]
    agreed = [a for a in drafts if steps.review_state(a).value == "agreed"]
    last = search.counted[-LAST:]
    rounds = [
        (r.held_on, r.id, (r.debriefed_on or today) - r.held_on <= DEBRIEF)
        for a in search.applications
        for r in a.rounds
        # One that is still to come, or has its two days yet, says nothing.
        if r.held_on and (r.debriefed_on or today - r.held_on > DEBRIEF)
    ]
    in_time = [is_in_time for _, _, is_in_time in sorted(rounds)[-LAST:]]
    holds = len(last) == LAST and all(a in agreed for a in last) and in_time == [True] * LAST
    return (
        _if(bool(drafts), _of(drafts)),
        _if(bool(agreed), _of(agreed)),
        _if(holds, _of(last)),
    )


def _negatives(search: Search) -> Found:
    found = [s for s in themes.standings(search) if s.theme.polarity == "negative"]
    tagged = [s for s in found if s.recurrence.evidence]
    tested = [s for s in tagged if s.recurrence.sources >= themes.RECURRING and s.life in TESTED]
    priority = [s for s in found if s.theme.priority]
    holds = bool(priority) and all(s.life == "fixed" for s in priority)
    return (
        _if(bool(tagged), _named(tagged)),
        _if(bool(tested), _named(tested)),
        _if(holds, _named(priority)),
    )


def _named(found: Iterable[themes.ThemeStanding]) -> Iterable[Evidence]:
    return (Evidence("theme", s.theme.id, s.theme.name) for s in found)


def _chin(search: Search) -> Found:
    judged = [item for item in search.items if item.polarity == "negative" and item.verdict]
    whole = [a for a in search.rejections if steps.verdict_state(a).value == "judged"]
    last = search.counted[-LAST:]
    newest = last[-1].acceptance if last else None
    calm = newest is not None and (newest.on_mind_later or ALL) <= CALM
    # Where nothing was said against, nothing is left to judge.
    fully = all(steps.verdict_state(a).value in {"judged", "nothing"} for a in last)
    return (
        _if(bool(judged), (item.as_evidence for item in judged)),
        _if(bool(whole), _of(whole)),
        _if(len(last) == LAST and fully and calm, _of(last)),
    )


def _rethink(search: Search) -> Found:
    assessed = [a for a in search.applications if a.fit and a.fit.rows]
    past = [a for a in assessed if a.outcome != "open"]
    applied = sorted(search.applications, key=lambda a: (a.applied_on or date.min, a.id))
    last = [a for a in applied if a.applied_on][-LAST:]
    ready = [
        a
        for a in last
        if a.fit
        and not a.fit.is_hindsight
        and (a.fit.exception or _is_proven(a.fit, percent=search.gamble_percent))
    ]
    profile = [Evidence("criterion", c.id, c.text) for c in search.criteria]
    return (
        _if(len(search.criteria) >= ROWS, profile),
        _if(len(past) >= LAST and bool(search.targets), _of(past)),
        _if(len(ready) == LAST, _of(ready)),
    )


def _resilience(search: Search) -> Found:
    strengths = search.strengths
    setback = [s for s in search.stories if s.is_setback and (s.strength or 0) >= GOOD_STORY]
    begun = (
        *(Evidence("strength", s.id, s.statement) for s in strengths),
        *(
            Evidence("checkin", c.id, f"Check-in of {words.day_year(c.taken_on)}")
            for c in search.checkins
        ),
    )
    enough = len(strengths) >= STRENGTHS and len({s.source for s in strengths}) >= KINDS
    back = bounces(search)
    newest = back[-1] if back else None
    # The newest is measured by those before it, not by itself.
    limit = max(median_of(back[:-1]) or 0, SOON.days)
    holds = newest is not None and newest.days is not None and newest.days <= limit
    return (
        _if(bool(begun), begun),
        _if(enough and bool(setback), begun),
        _if(holds, _of([newest.application] if newest else [])),
    )
