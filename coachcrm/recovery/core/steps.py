"""The steps that live on one rejection: 1 feedback, 2 review, 4 the verdicts. Pure.

Each state is derived from what was written down, and says which rows it rests on.
"""

from dataclasses import dataclass
from datetime import date

from coachcrm.kit.time import words
from coachcrm.recovery.core import workdays
from coachcrm.recovery.core.facts import Evidence, Item
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.core.vocabulary import HEARD

# Working days: for the first ask after the news, for the second after the first, and how long
# two asks may stay without a better answer.
FIRST_ASK, SECOND_ASK, GIVE_UP = 3, 5, 10
POSITIVES, IMPROVEMENTS = 2, 1
NO_WORD = frozenset({"", "none"})
SETTLED = frozenset({"complete", "exhausted"})

FEEDBACK_STATES = {
    "none": "Not asked yet",
    "asked": "Asked",
    "thin": "Thin",
    "asked_again": "Asked again",
    "complete": "Complete",
    "exhausted": "Exhausted",
}
REVIEW_STATES = {
    "none": "Not begun",
    "draft": "Client draft",
    "reviewed": "Coach reviewed",
    "agreed": "Agreed",
}
VERDICT_STATES = {
    "none": "Not begun",
    "begun": "Begun",
    "judged": "All judged",
    "nothing": "Nothing to judge",
}
STATES = {1: FEEDBACK_STATES, 2: REVIEW_STATES, 4: VERDICT_STATES}
RULES = {
    1: "Complete: a positive and a negative, one of them on an area or a question. "
    "Exhausted: two asks and ten working days without a better answer, or a refusal by policy.",
    2: "Agreed: facts for every stage reached, two positives, one improvement, both ratings.",
    4: "All judged: every negative has a verdict of the client and one of the coach.",
}


@dataclass(frozen=True, slots=True)
class StepState:
    """Where a step stands on one application; `value` is a key of the step's states."""

    value: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of the score: what it is for, the points held and the points possible."""

    words: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Due:
    """The next ask: which, by what day at the latest, and whether it is prompted now."""

    attempt: int
    due_on: date | None
    is_now: bool
    reason: str


def heard(application: Application) -> tuple[Item, ...]:
    """Return what the other side said; appraisals and mere inference are not that."""
    return tuple(item for item in application.items if item.source in HEARD)


def feedback_state(application: Application, *, today: date) -> StepState:
    """Return where step 1 stands.

    The score does not decide it: 80 points without a positive are still thin.
    """
    items, asks = heard(application), application.rungs
    rests_on = (
        *(Evidence("ask", ask.id, f"Asked on {words.day_year(ask.sent_on)}") for ask in asks),
        *(item.as_evidence for item in items),
    )
    polarities = {item.polarity for item in items}
    if {"positive", "negative"} <= polarities and any(item.specificity > 0 for item in items):
        return StepState("complete", rests_on)
    if _is_exhausted(application, today):
        return StepState("exhausted", rests_on)
    if len(asks) > 1 and asks[-1].reply in NO_WORD:
        return StepState("asked_again", rests_on)
    if items or any(ask.reply not in NO_WORD for ask in asks):
        return StepState("thin", rests_on)
    return StepState("asked" if asks else "none", rests_on)


def next_ask(application: Application, *, today: date) -> Due | None:
    """Return the next rung of the ask ladder, or None where nothing is left to ask.

    A third ask, of another person, is the client's to choose and never due.
    """
    state = feedback_state(application, today=today).value
    if not application.is_counted or state in SETTLED or len(application.rungs) > 1:
        return None
    if not application.rungs:
        due = first_ask_due(application)
        return Due(1, due, is_now=True, reason="nobody has been asked yet")
    due = workdays.after(application.rungs[0].sent_on, SECOND_ASK)
    if state == "thin":
        return Due(2, due, is_now=True, reason="the answer is thin")
    return Due(2, due, is_now=today >= due, reason="no answer yet")


def first_ask_due(application: Application) -> date | None:
    """Return the day by which the first ask is in time; None if the news has no day."""
    news = application.news_on
    return workdays.after(news, FIRST_ASK) if news else None


def was_asked_in_time(application: Application) -> bool:
    """Say whether the first ask came within three working days of the news."""
    due = first_ask_due(application)
    return bool(application.rungs) and due is not None and application.rungs[0].sent_on <= due


def score(application: Application) -> tuple[ScorePart, ...]:
    """Return the parts of the completeness score; their points add up to 0 to 100."""
    items = heard(application)
    replied = bool(items) or any(ask.reply not in NO_WORD for ask in application.asks)
    polarities = {item.polarity for item in items}
    best = max((item.specificity for item in items), default=0)
    sources = {item.source for item in items}
    source = 10 if sources & {"written", "spoken"} else 5 if "relayed" in sources else 0
    return (
        ScorePart("A reply", 20 * replied, 20),
        ScorePart("A positive", 20 * ("positive" in polarities), 20),
        ScorePart("A negative", 20 * ("negative" in polarities), 20),
        ScorePart("How specific", 10 * best, 20),
        ScorePart("How close the source", source, 10),
        ScorePart("The reason for the decision", 10 * any(item.is_decision for item in items), 10),
    )


def review_state(application: Application) -> StepState:
    """Return where step 2 stands."""
    review = application.review
    if review is None:
        return StepState("none")
    rests_on = (Evidence("review", application.id, f"The review of {application.name}"),)
    kinds = [point.kind for point in review.points]
    told = {point.stage for point in review.points if point.kind == "fact" and point.text}
    if (
        set(application.reached) <= told
        and kinds.count("positive") >= POSITIVES
        and kinds.count("improvement") >= IMPROVEMENTS
        and review.own_rating is not None
        and review.coach_rating is not None
    ):
        return StepState("agreed", rests_on)
    return StepState("reviewed" if review.coach_rating is not None else "draft", rests_on)


def review_misses(application: Application) -> tuple[str, ...]:
    """Return what a review still needs to be agreed, each in words."""
    review = application.review
    points = review.points if review else ()
    told = {point.stage for point in points if point.kind == "fact" and point.text}
    missing_facts = (s for s in application.reached if s not in told)
    misses = [f"what happened at “{application.ladder[s].name}”" for s in missing_facts]
    kinds = [point.kind for point in points]
    if (missing := POSITIVES - kinds.count("positive")) > 0:
        misses.append("two positives" if missing == POSITIVES else "a second positive")
    if "improvement" not in kinds:
        misses.append("one improvement")
    if review is None or review.own_rating is None:
        misses.append("the client’s rating")
    if review is None or review.coach_rating is None:
        misses.append("your rating")
    return tuple(misses)


def verdict_state(application: Application) -> StepState:
    """Return where step 4 stands: `judged` when every negative has both verdicts."""
    negatives = application.negatives
    if not negatives:
        return StepState("nothing")
    rests_on = tuple(item.as_evidence for item in negatives if item.verdict)
    if all(item.client_verdict and item.coach_verdict for item in negatives):
        return StepState("judged", rests_on)
    return StepState("begun" if rests_on else "none", rests_on)


def _is_exhausted(application: Application, today: date) -> bool:
    asks = application.rungs
    if any(ask.reply == "policy" for ask in asks):
        return True
    # From the second ask: a third, of another person, is free and settles nothing anew.
    return len(asks) > 1 and workdays.between(asks[1].sent_on, today) >= GIVE_UP
