"""Pictures of a search in numbers: where things stand in an SVG, and the same as a table. Pure.

Small numbers stay counts, and no line is drawn through fewer than three points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coachcrm.kit import words
from coachcrm.recovery import themes
from coachcrm.recovery.funnel import funnel, share

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coachcrm.recovery.facts import Application
    from coachcrm.recovery.search_facts import Search

WIDTH, LEFT, ROW, HEAD = 560, 190, 30, 8
FEWEST_POINTS = 3
NAME = 26


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
    height: int
    rows: list[BarRow]
    heads: list[str]
    table: list[list[str]]
    width: int = WIDTH
    left: int = LEFT


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the grid or on the line."""

    x: float
    y: float
    css: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Themes as rows and rejections as columns, the oldest left."""

    title: str
    width: int
    height: int
    columns: list[tuple[float, str]]
    rows: list[tuple[int, str]]
    marks: list[Mark]
    heads: list[str]
    table: list[list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """Check-ins over time with rejections marked; `points` is empty under three of them."""

    title: str
    height: int
    points: str
    dots: list[Mark]
    lost: list[Mark]
    table: list[list[str]]
    width: int = WIDTH


def funnel_picture(search: Search) -> Bars:
    """Draw how many entered each stage and how many were lost there, silence apart."""
    levels = funnel(search.applications, search.ladder)
    most = max((level.entered for level in levels), default=1)
    rows, table = [], []
    for number, level in enumerate(levels):
        through = level.entered - level.lost
        parts = [(through, "bar"), (level.rejected, "bar second"), (level.silent, "bar third")]
        label, lost = search.ladder[level.stage].name, share(level.lost, level.entered)
        rows.append(BarRow(_short(label), _y(number), _stack(parts, most), f"{lost} lost"))
        table.append([label, *map(str, (level.entered, level.rejected, level.silent)), lost])
    return Bars(
        "Applications by stage",
        [("bar", "Went on or open"), ("bar second", "A no"), ("bar third", "Silence")],
        _y(len(rows)),
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
    css = {"now": "bar", "later": "bar second", "out": "bar third", "": "bar third"}
    found = [a for a in search.rejections if a.negatives]
    most = max((len(a.negatives) for a in found), default=1)
    rows, table = [], []
    for number, application in enumerate(found):
        verdicts = [item.verdict for item in application.negatives]
        counts = {value: verdicts.count(value) for value in names}
        parts = [(counts[value], css[value]) for value in ("now", "later", "out")]
        label = _when(application)
        judged = len(verdicts) - counts[""]
        figure = f"{judged} of {len(verdicts)} judged"
        rows.append(BarRow(label, _y(number), _stack(parts, most), figure))
        table.append([label, *(str(counts[value]) for value in names)])
    key = [(css[value], names[value]) for value in ("now", "later", "out")]
    heads = ["Rejection", *names.values()]
    return Bars("Verdicts over time", key, _y(len(rows)), rows, heads, table)


def grid_picture(search: Search) -> Grid:
    """Draw in which rejection each theme came up, and whether before or after the work on it."""
    columns = list(search.rejections)
    standings = [s for s in themes.standings(search) if s.recurrence.evidence]
    step = min(60.0, (WIDTH - LEFT) / max(1, len(columns)))
    marks, table = [], []
    for number, standing in enumerate(standings):
        begun = _work_began(search, standing.theme.id)
        cells = [standing.theme.name]
        for place, application in enumerate(columns):
            word = _cell(application, standing.theme.id, begun)
            cells.append(word or "–")
            if word:
                x, y = LEFT + (place + 0.5) * step, _y(number) + ROW / 2
                css = {"Before": "dot", "After": "ring", "Went well": "soft"}[word]
                marks.append(Mark(round(x, 1), y, css, f"{standing.theme.name}: {word.lower()}"))
        table.append(cells)
    return Grid(
        "Themes by rejection",
        WIDTH,
        _y(len(standings)) + ROW,
        [(round(LEFT + (n + 0.5) * step, 1), str(n + 1)) for n in range(len(columns))],
        [(_y(n), _short(s.theme.name)) for n, s in enumerate(standings)],
        marks,
        ["Theme", *(f"{n}. {_when(a)}" for n, a in enumerate(columns, start=1))],
        table,
    )


def pulse_picture(search: Search) -> Line:
    """Draw the mean of each check-in over time, with the rejections as upright lines."""
    taken = [(c.taken_on, c.mean) for c in search.checkins if c.mean is not None]
    news = [(a.news_on, a.name) for a in search.rejections if a.news_on]
    days = [day for day, _ in taken]
    first, last = min(days, default=None), max(days, default=None)
    dots, lost = [], []
    told = [(day, f"Pulse {mean:.1f} of 5") for day, mean in taken]
    told += [(day, f"A no: {name}") for day, name in news]
    table = [[words.day_year(day), what] for day, what in sorted(told)]
    if first is not None and last is not None:
        dots = [Mark(_x(day, first, last), _level(mean), "dot") for day, mean in taken]
        within = [(day, name) for day, name in news if first <= day <= last]
        lost = [Mark(_x(day, first, last), 0, "lost", name) for day, name in within]
    drawn = " ".join(f"{dot.x},{dot.y}" for dot in dots) if len(dots) >= FEWEST_POINTS else ""
    return Line("Check-ins and rejections", 150, drawn, dots, lost, table)


def sources_picture(found: Sequence[tuple[str, int, int]]) -> Bars:
    """Draw how many consultations became clients, by source; (source, consulted, clients)."""
    most = max((consulted for _, consulted, _ in found), default=1)
    rows, table = [], []
    for number, (source, consulted, became) in enumerate(found):
        parts = [(became, "bar"), (consulted - became, "bar second")]
        figure = share(became, consulted)
        rows.append(BarRow(_short(source), _y(number), _stack(parts, most), figure))
        table.append([source, str(consulted), str(became), figure])
    return Bars(
        "From consultation to client, by source",
        [("bar", "Became clients"), ("bar second", "Did not, or not yet")],
        _y(len(rows)),
        rows,
        ["How they found you", "Consultations", "Clients", "Share"],
        table,
    )


def _stack(parts: Sequence[tuple[int, str]], most: int) -> list[Bar]:
    scale = (WIDTH - LEFT - 130) / max(1, most)
    bars, x = [], float(LEFT)
    for number, css in parts:
        if number:
            bars.append(Bar(round(x, 1), round(number * scale - 2, 1), css))
            x += number * scale
    return bars


def _cell(application: Application, theme_id: int, begun: date | None) -> str:
    polarities = {i.polarity for i in application.items if theme_id in i.themes}
    if "negative" in polarities:
        news = application.news_on
        return "After" if begun and news and news > begun else "Before"
    return "Went well" if "positive" in polarities else ""


def _work_began(search: Search, theme_id: int) -> date | None:
    days = [p.held_on for p in search.practices if p.theme_id == theme_id]
    days += [a.created_on for a in search.actions if a.theme_id == theme_id and a.created_on]
    return min(days, default=None)


def _when(application: Application) -> str:
    return _short(application.name)


def _short(text: str) -> str:
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def _y(number: int) -> int:
    return HEAD + number * ROW


def _x(day: date, first: date, last: date) -> float:
    span = max(1, (last - first).days)
    return round(40 + (WIDTH - 60) * (day - first).days / span, 1)


def _level(mean: float) -> float:
    return round(130 - (mean - 1) * 30, 1)
