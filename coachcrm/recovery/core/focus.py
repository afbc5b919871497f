"""Which step first: where most applications are lost, with the reason in words. Pure."""

from dataclasses import dataclass
from datetime import date

from coachcrm.recovery.core import guard_rails, steps
from coachcrm.recovery.core.facts import Evidence, Statement
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.ladder import START, Ladder

ENOUGH_LOSSES = 3
# By the kind of the loss; of equal groups the later one counts.
STEP_OF = {"door": 5, "early": 3, "late": 4}


@dataclass(frozen=True, slots=True)
class Focus:
    """The step to work on (None while it is too early to say), why, and what to do now on top."""

    step: int | None
    reason: Statement
    do_now: tuple[tuple[int, Statement], ...]


def focus(search: Search, *, today: date) -> Focus:
    """Return the step to begin with; ties go to the later group."""
    lost = [a for a in search.applications if a.lost_at]
    do_now = _do_now(search, today)
    if len(lost) < ENOUGH_LOSSES:
        newest = max(lost, key=lambda a: (a.news_on or a.applied_on or today, a.id), default=None)
        words = "Too early to say: work steps 1 and 2 on the newest."
        if newest is None:
            words = "Too early to say: nothing has been lost yet."
        rests_on = (newest.as_evidence,) if newest else ()
        return Focus(None, Statement(words, rests_on), do_now)
    groups = {
        kind: [a for a in lost if group_of(a.lost_at, search.ladder) == kind] for kind in STEP_OF
    }
    # max() keeps the first of equals, so the later group stands first.
    largest = max(reversed(groups), key=lambda name: len(groups[name]))
    reason = _reason(groups[largest], len(lost), largest, search.ladder)
    return Focus(STEP_OF[largest], reason, do_now)


def group_of(stage: str, ladder: Ladder = START) -> str:
    """Return the group that a stage belongs to: door, early or late."""
    return ladder[stage].kind


def _reason(found: list[Application], total: int, group: str, ladder: Ladder) -> Statement:
    places = [rung.lost_at for rung in ladder.of_kind(group, {a.lost_at for a in found})]
    listed = " or ".join([", ".join(places[:-1]), places[-1]] if places[1:] else places)
    words = f"{len(found)} of {total} losses came at {listed}."
    if group == "late":
        words += " Practise what sets you apart."
    return Statement(words, tuple(a.as_evidence for a in found))


def _do_now(search: Search, today: date) -> tuple[tuple[int, Statement], ...]:
    marks: list[tuple[int, Statement]] = []
    if search.closed_on is not None:
        return ()
    for application in reversed(search.counted):
        due = steps.next_ask(application, today=today)
        if due is not None and due.is_now:
            which = "first" if due.attempt == 1 else "second"
            words = f"The {which} ask is due for {application.name}: {due.reason}."
            marks.append((1, Statement(words, (application.as_evidence,))))
    for application in search.applications:
        for held in application.rounds:
            if held.held_on and held.held_on <= today and held.debriefed_on is None:
                words = f"An interview for {application.name} has no debrief."
                evidence = Evidence("application", application.id, application.name)
                marks.append((2, Statement(words, (evidence,))))
    if (low := guard_rails.should_check_in(search.checkins)) is not None:
        marks.append((6, low))
    return tuple(marks)
