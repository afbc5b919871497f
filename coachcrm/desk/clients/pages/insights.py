"""What the page of pictures shows of a search: step by step, only what there is something of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coachcrm.desk.clients.core import bar_charts, search_charts
from coachcrm.recovery.core import figures, search_figures
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.figures import Figure
from coachcrm.recovery.core.job_search import Search
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.pages.words import Link


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with links to what it rests on."""

    title: str
    words: str
    links: list[Link]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is known of a step, or of the applications as a whole (number 0).

    A picture is (its id on the page, the macro that draws it, what it draws).
    """

    number: int
    title: str
    nothing: str
    pictures: list[tuple[str, str, object]]
    figures: list[Shown]


NOTHING = (
    "No application is written down yet.",
    "Nothing is known yet of what anybody said.",
    "No interview and no review has a rating yet.",
    "No theme is tagged yet, and no story is in the bank.",
    "No verdict is given yet.",
    "No fit is written down yet, and no kind of role to compare.",
    "No check-in, no strength and no way back is written down yet.",
)


def sections(search: Search, client_id: int, *, today: date, asked: Iterable[str]) -> list[Section]:
    """Return the applications and the six steps, each with its pictures and figures.

    `asked` are the competencies that interviewers have asked about.
    """
    drawn: dict[int, list[tuple[str, str, bar_charts.Bars | search_charts.Grid]]] = {
        0: [("funnel", "bars", bar_charts.funnel_picture(search))],
        3: [("grid", "grid", search_charts.grid_picture(search))],
        4: [("split", "bars", bar_charts.split_picture(search))],
        5: [("fit", "grid", search_charts.fit_picture(search))],
        6: [("bounce", "bars", bar_charts.bounce_picture(search))],
    }
    told: dict[int, Iterable[Figure]] = {
        1: figures.of_feedback(search, today=today),
        2: figures.of_reviews(search),
        3: search_figures.of_themes(search, asked=asked),
        4: figures.of_verdicts(search),
        5: search_figures.of_fit(search),
        6: search_figures.of_resilience(search),
    }
    found = []
    for number, nothing in enumerate(NOTHING):
        kept: list[tuple[str, str, object]] = [
            (name, kind, p) for name, kind, p in drawn.get(number, []) if p.rows
        ]
        pulse = search_charts.pulse_picture(search)
        if number == max(v.STEPS) and pulse.dots:
            kept.insert(0, ("pulse", "line", pulse))
        found.append(
            Section(
                number,
                v.STEPS.get(number, "The applications"),
                nothing,
                kept,
                [_shown(figure, client_id) for figure in told.get(number, ())],
            )
        )
    return found


def _shown(figure: Figure, client_id: int) -> Shown:
    links = record_words.links(figure.evidence, client_id)
    return Shown(figure.title, figure.words, links, figure.heads, figure.rows)
