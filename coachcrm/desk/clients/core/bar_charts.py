"""Pictures of a search as bars: where things stand in an SVG, and the same as a table. Pure.

A row has its label and figure above its bar, so that it can be read on a phone. Small numbers
stay counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coachcrm.kit.time import words
from coachcrm.recovery.core.funnel import bounces, funnel, share
from coachcrm.recovery.core.job_search import Search

WIDTH, ROW, LINE = 360, 46, 24
NAME = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `css` tells whether it is the first, second or third kind of its row."""

    x: float
    width: float
    css: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """A row of bars with its label and figure."""

    label: str
    y: int
    bars: list[Bar]
    figure: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of bars, and the table that says the same."""

    title: str
    key: list[tuple[str, str]]
    rows: list[BarRow]
    heads: list[str]
    table: list[list[str]]
    width: int = WIDTH

    @property
    def height(self) -> int:
        """How high the picture is."""
        return ROW * len(self.rows)


def funnel_picture(search: Search) -> Bars:
    """Draw how many entered each stage and how many were lost there, silence apart."""
    levels = funnel(search.applications, search.ladder)
    most = max((level.entered for level in levels), default=1)
    rows, table = [], []
    for number, level in enumerate(levels):
        through = level.entered - level.lost
        parts = [(through, "bar"), (level.rejected, "bar second"), (level.silent, "bar third")]
        label, lost = search.ladder[level.stage].name, share(level.lost, level.entered)
        rows.append(BarRow(short(label), ROW * number, _stack(parts, most), f"{lost} lost"))
        table.append([label, *map(str, (level.entered, level.rejected, level.silent)), lost])
    return Bars(
        "Applications by stage",
        [("bar", "Went on or open"), ("bar second", "A no"), ("bar third", "Silence")],
        rows,
        ["Stage", "Entered", "A no", "Silence", "Lost here"],
        table,
    )


def split_picture(search: Search) -> Bars:
    """Draw the verdicts of each rejection, oldest first: now, later, not mine, not known."""
    names = {
        "now": "Change now",
        "later": "Change later",
        "out": "Out of my hands",
        "": "Not known",
    }
    css = {"now": "bar", "later": "bar second", "out": "bar third"}
    found = [a for a in search.rejections if a.negatives]
    most = max((len(a.negatives) for a in found), default=1)
    rows, table = [], []
    for number, application in enumerate(found):
        verdicts = [item.verdict for item in application.negatives]
        counts = {value: verdicts.count(value) for value in names}
        parts = [(counts[value], css[value]) for value in css]
        judged = f"{len(verdicts) - counts['']} of {len(verdicts)} judged"
        rows.append(BarRow(short(application.name), ROW * number, _stack(parts, most), judged))
        table.append([application.name, *(str(counts[value]) for value in names)])
    key = [(css[value], names[value]) for value in css]
    return Bars("Verdicts over time", key, rows, ["Rejection", *names.values()], table)


def bounce_picture(search: Search) -> Bars:
    """Draw how many days it took to act again after each rejection, oldest first."""
    found = bounces(search)
    most = max((bounce.days or 0 for bounce in found), default=1)
    rows, table = [], []
    for number, bounce in enumerate(found):
        figure = "None yet" if bounce.days is None else _days(bounce.days)
        bars = _stack([(bounce.days or 0, "bar")], most)
        rows.append(BarRow(short(bounce.application.name), ROW * number, bars, figure))
        news = bounce.application.news_on
        table.append([bounce.application.name, words.day_year(news) if news else "", figure])
    heads = ["Rejection", "The news", "Until the next act"]
    return Bars("Back after each no", [], rows, heads, table)


def sources_picture(found: Sequence[tuple[str, int, int]]) -> Bars:
    """Draw how many consultations became clients, by source; (source, consulted, clients)."""
    most = max((consulted for _, consulted, _ in found), default=1)
    rows, table = [], []
    for number, (source, consulted, became) in enumerate(found):
        parts = [(became, "bar"), (consulted - became, "bar second")]
        figure = share(became, consulted)
        rows.append(BarRow(short(source), ROW * number, _stack(parts, most), figure))
        table.append([source, str(consulted), str(became), figure])
    return Bars(
        "From consultation to client, by source",
        [("bar", "Became clients"), ("bar second", "Did not, or not yet")],
        rows,
        ["How they found you", "Consultations", "Clients", "Share"],
        table,
    )


def way_picture(way: Sequence[tuple[str, int]]) -> Bars:
    """Draw how many came to each station of a client's way; (station, number)."""
    most = max((number for _, number in way), default=1)
    rows = [
        BarRow(label, ROW * place, _stack([(number, "bar")], most), str(number))
        for place, (label, number) in enumerate(way)
    ]
    table = [[label, str(number)] for label, number in way]
    return Bars("From the first call to the offer", [], rows, ["Station", "People"], table)


def short(text: str) -> str:
    """Return a name as long as there is room for it beside a figure."""
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def _stack(parts: Sequence[tuple[int, str]], most: int) -> list[Bar]:
    scale = WIDTH / max(1, most)
    bars, x = [], 0.0
    for number, css in parts:
        if number:
            bars.append(Bar(round(x, 1), round(number * scale - 2, 1), css))
            x += number * scale
    return bars


def _days(number: int) -> str:
    return {0: "The same day", 1: "1 day"}.get(number, f"{number} days")
