"""What the numbers of a search say about each rejection: steps 1, 2 and 4. Pure.

A figure is a sentence with what it rests on, and a table where there is more to it. Small numbers
stay counts, and where nothing is known nothing is said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from coachcrm.recovery.core import ask_figures, guard_rails, steps
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.facts import Evidence, Round
from coachcrm.recovery.core.job_search import Application, Search

# Two cases are two cases; from three on there is a middle.
FEWEST_FOR_MEDIAN = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that the numbers say; `rows` has a cell for each of `heads`."""

    title: str
    words: str
    evidence: tuple[Evidence, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def of_feedback(search: Search, *, today: date) -> Iterator[Figure]:
    """Yield what step 1 says: settled, how soon asked, who answers, the good beside the bad."""
    counted = search.counted
    if counted:
        open_ = [a for a in counted if _is_open(a, today)]
        settled = f"{len(counted) - len(open_)} of {len(counted)}"
        words = f"{settled} rejections with a human contact are settled."
        rests_on = tuple(Evidence("application", a.id, f"Not settled: {a.name}") for a in open_)
        yield Figure("Settled", words, rests_on)
    days = ask_figures.wait(search.applications).days
    if days:
        yield Figure("From the news to the first ask", f"{typical(days, 'day')}.")
    sources = ask_figures.by_source(search.applications)
    if sources:
        asked, replied = sum(s.asked for s in sources), sum(s.replied for s in sources)
        yield Figure(
            "Who answers",
            f"{replied} of {asked} applications asked about brought an answer.",
            heads=("How it was found", "Asked", "Answered"),
            rows=tuple((v.ROUTES[s.route], str(s.asked), s.replied_share) for s in sources),
        )
    heard = [i for a in search.applications for i in steps.heard(a)]
    good, bad = (sum(i.polarity == p for i in heard) for p in ("positive", "negative"))
    if good or bad:
        yield Figure(
            "The good beside the bad",
            f"{_many(good, 'positive')} to {_many(bad, 'negative')} in what they said.",
            tuple(i.as_evidence for i in heard if i.polarity == "positive"),
        )


def of_reviews(search: Search) -> Iterator[Figure]:
    """Yield what step 2 says: own ratings against the coach's and against the result."""
    both = [a for a in search.applications if _difference(a) is not None]
    if both:
        yield Figure(
            "Their rating beside yours",
            f"{_calibration([_difference(a) or 0 for a in both])}.",
            tuple(a.as_evidence for a in both),
            ("Application", "Theirs", "Yours"),
            tuple(_both_ratings(a) for a in both),
        )
    results = [pair for a in search.applications for pair in round_results(a)]
    for title, name in (
        ("How they rated the interview", "own_rating"),
        ("Hours of preparation", "hours_prepared"),
    ):
        on, lost = (_sorted(results, name, went_on=went_on) for went_on in (True, False))
        if on or lost:
            yield Figure(
                title,
                f"{_middle(on)} where it went on, {_middle(lost)} where it ended.",
                heads=("Interviews", "Each of them"),
                rows=(("That went on", _listed(on)), ("That were the last", _listed(lost))),
            )


def of_verdicts(search: Search) -> Iterator[Figure]:
    """Yield what step 4 says: how far the two agree, and what points to step 5."""
    judged = [i for i in search.items if i.client_verdict and i.coach_verdict]
    if judged:
        apart = [i for i in judged if i.client_verdict != i.coach_verdict]
        words = f"You agree in {len(judged) - len(apart)} of {len(judged)} verdicts."
        yield Figure(
            "Your verdicts and theirs",
            words,
            tuple(i.as_evidence for i in apart),
            ("What was said", "Theirs", "Yours") if apart else (),
            tuple(
                (i.text, v.VERDICTS[i.client_verdict], v.VERDICTS[i.coach_verdict]) for i in apart
            ),
        )
    if signal := guard_rails.fit_signal(search):
        yield Figure("For step 5", signal.words, signal.evidence)


def round_results(application: Application) -> Iterator[tuple[Round, bool]]:
    """Yield each interview with whether it went on from there; the last of what is open is not."""
    last = application.rounds[-1] if application.rounds else None
    for held in application.rounds:
        if held is not last or application.outcome in {"accepted", "declined"}:
            yield held, True
        elif application.is_loss:
            yield held, False


def typical(numbers: Sequence[int], unit: str) -> str:
    """Return "A median of 2 days in 4 cases"; of one or two cases each is named."""
    if len(numbers) < FEWEST_FOR_MEDIAN:
        return " and ".join(_many(number, unit) for number in numbers)
    middle = median(numbers)
    return f"A median of {middle:g} {unit}{'' if middle == 1 else 's'} in {len(numbers)} cases"


def _is_open(application: Application, today: date) -> bool:
    return steps.feedback_state(application, today=today).value not in steps.SETTLED


def _difference(application: Application) -> int | None:
    review = application.review
    if review is None or review.own_rating is None or review.coach_rating is None:
        return None
    return review.own_rating - review.coach_rating


def _both_ratings(application: Application) -> tuple[str, str, str]:
    review = application.review
    assert review is not None  # noqa: S101 - asked of those alone that have both
    return application.name, f"{review.own_rating} of 5", f"{review.coach_rating} of 5"


def _calibration(differences: Sequence[int]) -> str:
    """Return which way their own ratings lean from the coach's, in words."""
    lower = [-d for d in differences if d < 0]
    higher = [d for d in differences if d > 0]
    same, number = differences.count(0), len(differences)
    if max(len(lower), len(higher)) <= same or len(lower) == len(higher):
        return f"You rate alike in {same} of {number} reviews"
    word, by = ("lower", lower) if len(lower) > len(higher) else ("higher", higher)
    points = f"{median(by):g} point{'' if median(by) == 1 else 's'}"
    return f"They rate themselves {points} {word} than you do in {len(by)} of {number} reviews"


def _sorted(results: Iterable[tuple[Round, bool]], name: str, *, went_on: bool) -> list[int]:
    numbers = (getattr(held, name) for held, on in results if on is went_on)
    return sorted(number for number in numbers if number is not None)


def _middle(numbers: Sequence[int]) -> str:
    if not numbers:
        return "Nothing known"
    return f"{median(numbers):g}" if len(numbers) >= FEWEST_FOR_MEDIAN else _listed(numbers)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "–"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
