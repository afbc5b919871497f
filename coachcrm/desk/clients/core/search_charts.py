"""Pictures of a search as marks: themes by rejection, check-ins over time, fit and reach. Pure.

Where things stand in an SVG, and the same as a table; no line goes through fewer than three points.
"""

from dataclasses import dataclass
from datetime import date

from coachcrm.desk.clients.core.bar_charts import WIDTH
from coachcrm.kit.time import words
from coachcrm.recovery.core import themes
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.search_figures import fit_percent

LEFT, ROW, HEAD = 150, 30, 8
FEWEST_POINTS = 3
# As many columns as a phone has room for; the table has them all.
MOST_COLUMNS = 10
NAME = 22


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the grid or on the line."""

    x: float
    y: float
    css: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns with marks where they meet; `edge` is where an upright line stands."""

    title: str
    caption: str
    height: int
    columns: list[tuple[float, str]]
    rows: list[tuple[int, str]]
    marks: list[Mark]
    heads: list[str]
    table: list[list[str]]
    edge: float | None = None
    width: int = WIDTH

    @property
    def labels_y(self) -> int:
        """Where the names of the columns stand, under the rows."""
        return self.height - 8

    @property
    def foot(self) -> int:
        """Where the rows end."""
        return self.height - 24


@dataclass(frozen=True, slots=True)
class LineChart:
    """Check-ins over time, rejections and interviews marked; `points` is empty under three."""

    title: str
    height: int
    points: str
    dots: list[Mark]
    lost: list[Mark]
    met: list[Mark]
    table: list[list[str]]
    width: int = WIDTH


def grid_picture(search: Search) -> Grid:
    """Draw in which rejection each theme came up, and whether before or after the work on it.

    Themes are rows, rejections columns with the oldest left.
    """
    every = list(search.rejections)
    drawn = every[-MOST_COLUMNS:]
    skipped = len(every) - len(drawn)
    standings = [s for s in themes.standings(search) if s.recurrence.evidence]
    step = min(60.0, (WIDTH - LEFT) / max(1, len(drawn)))
    marks, table = [], []
    for number, standing in enumerate(standings):
        begun = _work_began(search, standing.theme.id)
        said = [_cell(application, standing.theme.id, begun) for application in every]
        table.append([standing.theme.name, *(word or "–" for word in said)])
        for place, word in enumerate(said[skipped:]):
            if word:
                x, y = LEFT + (place + 0.5) * step, _y(number) + ROW / 2
                css = {"Before": "dot", "After": "ring", "Went well": "soft"}[word]
                marks.append(Mark(round(x, 1), y, css, f"{standing.theme.name}: {word.lower()}"))
    return Grid(
        "Themes by rejection",
        "The oldest is left. A full circle: before the work on it began. A ring: after. A soft "
        "one: it went well.",
        _y(len(standings)) + ROW,
        [
            (round(LEFT + (n + 0.5) * step, 1), str(n + 1 + skipped))
            for n in range(len(drawn) if standings else 0)
        ],
        [(_y(n), _short(s.theme.name)) for n, s in enumerate(standings)],
        marks,
        ["Theme", *(f"{n}. {a.name}" for n, a in enumerate(every, start=1))],
        table,
    )


def fit_picture(search: Search) -> Grid:
    """Draw for each application with a fit how much they want the client, and how far it went."""
    found = [
        (application, percent)
        for application in search.applications
        if application.reached and (percent := fit_percent(application)) is not None
    ]
    ladder = search.ladder
    stages = ladder.reached(a.furthest_stage for a, _ in found)[::-1]
    marks = [
        Mark(_across(percent), _y(stages.index(a.furthest_stage)) + ROW / 2, "dot", a.name)
        for a, percent in found
    ]
    return Grid(
        "Fit and how far it went",
        f"Each dot is an application. The dotted line is your threshold of "
        f"{search.gamble_percent} %.",
        _y(len(stages)) + ROW,
        [(_across(percent), f"{percent} %") for percent in (0, 50, 100)] if found else [],
        [(_y(n), _short(ladder[stage].name)) for n, stage in enumerate(stages)],
        marks,
        ["Application", "They want me", "The furthest"],
        [[a.name, f"{percent} %", ladder[a.furthest_stage].name] for a, percent in found],
        _across(search.gamble_percent),
    )


def pulse_picture(search: Search) -> LineChart:
    """Draw the mean of each check-in over time, with the rejections and interviews marked."""
    taken = [(c.taken_on, c.mean) for c in search.checkins if c.mean is not None]
    news = [(a.news_on, a.name) for a in search.rejections if a.news_on]
    held = [(r.held_on, a.name) for a in search.applications for r in a.rounds if r.held_on]
    days = [day for day, _ in taken]
    first, last = min(days, default=None), max(days, default=None)
    dots, lost, met = [], [], []
    told = [(day, f"Pulse {mean:.1f} of 5") for day, mean in taken]
    told += [(day, f"A no: {name}") for day, name in news]
    told += [(day, f"Interview: {name}") for day, name in held]
    if first is not None and last is not None:
        dots = [Mark(_when(day, first, last), _level(mean), "dot") for day, mean in taken]
        lost = [
            Mark(_when(day, first, last), 0, "lost", name)
            for day, name in news
            if first <= day <= last
        ]
        met = [
            Mark(_when(day, first, last), 0, "met", name)
            for day, name in held
            if first <= day <= last
        ]
    drawn = " ".join(f"{dot.x},{dot.y}" for dot in dots) if len(dots) >= FEWEST_POINTS else ""
    table = [[words.day_year(day), what] for day, what in sorted(told)] if taken else []
    return LineChart("Check-ins over time", 156, drawn, dots, lost, met, table)


def _cell(application: Application, theme_id: int, begun: date | None) -> str:
    polarities = {i.polarity for i in application.items if theme_id in i.themes}
    if "negative" in polarities:
        news = application.news_on
        return "After" if begun and news and news > begun else "Before"
    return "Went well" if "positive" in polarities else ""


def _work_began(search: Search, theme_id: int) -> date | None:
    days = [p.held_on for p in search.practices if p.theme_id == theme_id]
    days += [a.counts_from for a in search.actions if a.theme_id == theme_id and a.counts_from]
    return min(days, default=None)


def _short(text: str) -> str:
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def _y(number: int) -> int:
    return HEAD + number * ROW


def _across(percent: int) -> float:
    return round(LEFT + 10 + (WIDTH - LEFT - 40) * percent / 100, 1)


def _when(day: date, first: date, last: date) -> float:
    span = max(1, (last - first).days)
    return round(40 + (WIDTH - 60) * (day - first).days / span, 1)


def _level(mean: float) -> float:
    return round(130 - (mean - 1) * 30, 1)
