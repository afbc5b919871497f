"""The parts of a week's picture: its units, a day as a column, a stretch of it as a mark. Pure."""

from dataclasses import dataclass, field
from datetime import date

from coachcrm.kit.time import words

# How high a mark is that has room for a second line.
TWO_LINES = 32


@dataclass(frozen=True, slots=True)
class Scale:
    """The units of a picture: `left` and `head` lie before the columns and the minutes."""

    left: int
    column: int
    head: int
    a_minute: float
    least: int = 0

    def x(self, number: int) -> int:
        """Return where a column begins, counted from 0."""
        return self.left + number * self.column

    def y(self, minutes: int) -> float:
        """Return where a place on the axis stands."""
        return round(self.head + minutes * self.a_minute, 1)

    def height(self, minutes: int) -> float:
        """Return how high a stretch is, or how high it must be to be seen."""
        return round(max(minutes * self.a_minute, self.least), 1)


@dataclass(frozen=True, slots=True)
class WeekMark:
    """A stretch of a day: what it is, where it stands, and where it leads if anywhere.

    `text` and `time` stand in the picture, `name` is said aloud. Out of sight it has no height.
    """

    kind: str
    y: float
    height: float
    time: str = ""
    text: str = ""
    name: str = ""
    url: str | None = None

    @property
    def inner_height(self) -> float:
        """How high it is within its border."""
        return self.height - 2

    @property
    def middle(self) -> float:
        """Where in it a single line of text stands."""
        return self.height / 2 + 4

    @property
    def shows_time(self) -> bool:
        """Whether there is room for the time under the text."""
        return self.height > TWO_LINES and self.kind != "off"


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A column, and the same day as a list for narrow windows and for those who listen."""

    on: date
    x: int
    is_today: bool
    ground: list[WeekMark]
    taken: list[WeekMark]
    free: list[WeekMark] = field(default_factory=list)
    open_text: str = ""
    now_y: float | None = None
    new_url: str = ""

    @property
    def heading(self) -> str:
        """The date in words."""
        return words.day(self.on)

    @property
    def offered(self) -> list[WeekMark]:
        """The free times within his hours."""
        return [mark for mark in self.free if mark.kind == "free"]

    @property
    def told(self) -> str:
        """What is booked, in a line."""
        return ", ".join(f"{mark.time} {mark.text}" for mark in self.taken) or "No meetings"
