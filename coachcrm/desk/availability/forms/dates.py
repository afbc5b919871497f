"""Single dates, time off and bank holidays as the coach types them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError

from coachcrm.availability.core import holidays
from coachcrm.availability.core.clock_changes import window_that_day
from coachcrm.availability.core.past_midnight import Span, shifted, span_of
from coachcrm.availability.core.windows import TimeOff
from coachcrm.desk.availability.forms.weekly import WindowRows, clock_text
from coachcrm.kit.text.typed import parse_date, parse_wall_time
from coachcrm.kit.time.zones import MINUTES_A_DAY, NOTHING
from coachcrm.kit.web.forms import Choice, Form, OneLine, Required, stripped

# A year that is further off is a slip of the finger.
MOST_YEARS = 5
DAY = timedelta(days=1)


class _DatesForm(Form):
    """A form whose dates lie from today on, and not too far ahead."""

    def __init__(self, *, today: date, zone: ZoneInfo, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.today = today
        self.zone = zone

    def _check_date(self, text: str) -> date:
        on = parse_date(text)
        if on is None:
            raise ValidationError("Please give a date that exists, such as 2027-06-19.")
        if on < self.today:
            raise ValidationError("This date is over. Please give one from today on.")
        if on.year > self.today.year + MOST_YEARS:
            raise ValidationError(f"Please give a date within the next {MOST_YEARS} years.")
        return on


class DateForm(_DatesForm):
    """Hours of one date: open at certain times, or closed."""

    on = StringField("Which date?", [Required("Please choose a date.")], [stripped])
    kind = Choice(
        "On that day I am",
        lambda: [("open", "open at these times"), ("closed", "closed all day")],
        default="open",
    )

    def __init__(
        self,
        *,
        today: date,
        zone: ZoneInfo,
        hours: Sequence[tuple[int, int]] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(today=today, zone=zone, **kwargs)
        self.rows = WindowRows("That day", "")
        self.rows.show(hours)

    def validate_on(self, field: Field) -> None:
        """Refuse dates that do not exist, are over, or are a slip of the finger."""
        if field.data:
            self._check_date(field.data)

    def read(
        self,
        data: MultiDict[str, str],
        *,
        shortest: int,
        hours_on: Callable[[date], Sequence[Span]],
    ) -> bool:
        """Read what was sent; say whether it can be meant. Overlapping windows are (rule 3).

        `shortest` is the length of the shortest meeting in minutes, and `hours_on` tells the
        present hours of a date: those before and after may touch these.
        """
        self.rows = WindowRows("That day", "")
        self.rows.read(data, may_overlap=True)
        is_good = self.was_sent_well()
        if self.kind.data == "closed":
            self.rows.errors, self.rows.spans = [], []
        elif not self.rows.windows:
            self.rows.errors = ["Please give at least one time, or choose “closed all day”."]
        elif is_good:
            around = [s for n in (-1, 1) for s in shifted(hours_on(self.date + DAY * n), n)]
            self.rows.check_lengths(around, shortest=shortest)
            self.rows.errors += self._lost_to_the_clocks(shortest)
        return is_good and not self.rows.errors

    def _lost_to_the_clocks(self, shortest: int) -> Iterator[str]:
        for opens, closes in self.rows.hours:
            that_day = window_that_day(self.date, opens, closes, self.zone)
            left = that_day.end - that_day.start
            if that_day.extra < NOTHING and left < timedelta(minutes=max(1, shortest)):
                yield (
                    f"The clocks go forward on that date, and too little is left of "
                    f"{clock_text(opens)} to {clock_text(closes)} for a meeting."
                )

    @property
    def date(self) -> date:
        """The date; ask only a form that is valid."""
        return self._check_date(self.on.data or "")


class TimeOffForm(_DatesForm):
    """Time off: days in a row, or a part of them."""

    begins_on = StringField("First day", [Required("Please choose the first day.")], [stripped])
    ends_on = StringField("Last day", [], [stripped])
    begins = StringField("From what time on the first day", [], [stripped])
    ends = StringField("Until what time on the last day", [], [stripped])
    reason = StringField("What for", [OneLine(120)], [stripped])

    def validate_begins_on(self, field: Field) -> None:
        """Refuse dates that do not exist or are a slip of the finger; a leave may have begun."""
        on = parse_date(field.data or "")
        if field.data and (on is None or abs(on.year - self.today.year) > 1):
            self._check_date(field.data)

    def validate_ends_on(self, field: Field) -> None:
        """Refuse time off that is over, or ends before it begins."""
        first = parse_date(self.begins_on.data or "")
        if first is None:
            return
        last = self._check_date(field.data or first.isoformat())
        if last < first:
            raise ValidationError("The last day is before the first. Please check the two dates.")

    def validate_begins(self, field: Field) -> None:
        """Refuse what is no clock time."""
        if field.data and parse_wall_time(field.data) in {None, MINUTES_A_DAY}:
            raise ValidationError("Please give a time such as 13:00, or leave it empty.")

    def validate_ends(self, field: Field) -> None:
        """Refuse what is no clock time, or not after the beginning."""
        if field.data and parse_wall_time(field.data) is None:
            raise ValidationError("Please give a time such as 17:30, or leave it empty.")
        same_day = (self.ends_on.data or self.begins_on.data) == self.begins_on.data
        is_night = not self.ends_on.data and self._span is not None
        if same_day and not is_night and self._ends <= self._begins:
            raise ValidationError(f"{field.data} is not after {self.begins.data}.")

    def was_sent_well(self) -> bool:
        """Refuse, beside each field's own errors, a stretch that the clocks pass over whole."""
        is_good = super().was_sent_well()
        if is_good and self.time_off().interval(self.zone) is None:
            self.ends.errors = ["The clocks go forward then: these times do not exist on that day."]
            return False
        return is_good

    @property
    def _begins(self) -> int:
        return parse_wall_time(self.begins.data) or 0

    @property
    def _ends(self) -> int:
        return parse_wall_time(self.ends.data) or MINUTES_A_DAY

    @property
    def _span(self) -> Span | None:
        return span_of(self._begins, self._ends)

    def time_off(self) -> TimeOff:
        """Return what was typed as a plain value; call it on a form that is valid.

        Without a last day, a time off such as 22:30 to 01:30 ends on the next.
        """
        first = parse_date(self.begins_on.data or "") or self.today
        is_night = self._span is not None and self._span[1] > MINUTES_A_DAY
        return TimeOff(
            begins_on=first,
            ends_on=parse_date(self.ends_on.data or "") or first + DAY * is_night,
            begins_min=self._begins,
            ends_min=self._ends,
            reason=self.reason.data or "",
        )


class NationForm(Form):
    """Whose bank holidays the coach keeps."""

    nation = Choice(
        "Whose bank holidays do you keep?", holidays.NATIONS.items, default="england-and-wales"
    )
