"""Guard rails of step 4 and care in step 6: what the coach alone is told. Pure.

Nothing here ever proposes that something is out of a client's hands, computes the day by which a
claim must be made, or names a state of health.
"""

from datetime import date, timedelta

from coachcrm.kit.time import words
from coachcrm.recovery.core.facts import Acceptance, CheckIn, Evidence, Statement
from coachcrm.recovery.core.job_search import Search

ENOUGH = 3
LOW = 2.0
ASK_AGAIN_AFTER = timedelta(days=14)
CHECK_IN_EVERY, CHECK_IN_AFTER_NO = timedelta(days=7), timedelta(days=3)

UNFAIR_TEXT = (
    "If you may have been treated unfairly, Acas (0300 123 1100) and the Equality Advisory and "
    "Support Service (0808 800 0082) can tell you where you stand. Deadlines are short and must "
    "be checked at once."
)
LOW_TEXT = (
    "This is a lot to carry. Your GP, NHS 111 and Samaritans (116 123, day and night) are there "
    "for you, and you need no reason to ring."
)


def verdict_hint(search: Search) -> Statement | None:
    """Return what the coach should look at again in the verdicts of step 4, or None."""
    spoken = [a for a in search.rejections if a.negatives]
    judged = [a for a in spoken if any(item.verdict for item in a.negatives)]
    if len(spoken) < ENOUGH:
        return None
    negatives = [item for a in spoken for item in a.negatives]
    out = [item for item in negatives if item.verdict == "out"]
    if 2 * len(out) > len(negatives):
        words = f"Test these: {len(out)} of {len(negatives)} negatives are put out of their hands."
        return Statement(words, tuple(item.as_evidence for item in out))
    # While few are judged, none being out of hands says nothing.
    if not out and len(judged) >= ENOUGH:
        words = f"Is everything really yours? None of {len(negatives)} negatives is out of hands."
        return Statement(words, tuple(item.as_evidence for item in negatives))
    return None


def fit_signal(search: Search) -> Statement | None:
    """Return the “change later” negatives that came more than once, for step 5, or None."""
    later = [item for item in search.items if item.polarity == "negative"]
    later = [item for item in later if item.verdict == "later"]
    sources = {item.application_id or f"{item.source} {item.source_label}" for item in later}
    if len(sources) < 2:  # noqa: PLR2004 - one signal is not a pattern
        return None
    words = f"“Change later” came from {len(sources)} sources: is this the right target?"
    return Statement(words, tuple(item.as_evidence for item in later))


def should_check_in(checkins: tuple[CheckIn, ...]) -> Statement | None:
    """Return the reason to ask how the client is: a mean of 2 or less twice running. Or None."""
    newest = [c for c in checkins if c.mean is not None][-2:]
    low = [c for c in newest if (c.mean or 0) <= LOW]
    if len(low) < 2:  # noqa: PLR2004 - one pulse is not a pattern
        return None
    rests_on = tuple(
        Evidence("checkin", c.id, f"Check-in of {words.day_year(c.taken_on)}") for c in low
    )
    return Statement("Check in: the last two pulses were low.", rests_on)


def next_check_in(search: Search) -> date | None:
    """Return the day from which a check-in may be taken; None for any day.

    At most weekly, and once three days after a rejection.
    """
    if not search.checkins:
        return None
    last = search.checkins[-1].taken_on
    news = [a.news_on for a in search.rejections if a.news_on]
    after_no = [day + CHECK_IN_AFTER_NO for day in news if day + CHECK_IN_AFTER_NO > last]
    return min([last + CHECK_IN_EVERY, *after_no])


def ask_again_on(acceptance: Acceptance) -> date | None:
    """Return when to ask once more how much it is on the mind; None when that was done."""
    if acceptance.on_mind_later is not None:
        return None
    return day_to_ask_again(acceptance.accepted_on)


def day_to_ask_again(accepted_on: date) -> date:
    """Return the day from which how much it is on the mind is asked again: a fortnight later."""
    return accepted_on + ASK_AGAIN_AFTER
