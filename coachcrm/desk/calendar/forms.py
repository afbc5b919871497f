"""What the coach types when he books, moves, cancels or blocks by hand."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import EmailField, Field, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.availability.core.past_midnight import span_of
from coachcrm.availability.core.service_rules import lacking
from coachcrm.availability.core.windows import TimeOff
from coachcrm.bookings.book.operations.book import Answers
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.clients.models import Client
from coachcrm.kit.text.typed import parse_date, parse_wall_time
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.zones import MINUTES_A_DAY
from coachcrm.kit.web.forms import (
    Choice,
    Form,
    MailAddress,
    ManyLines,
    OneLine,
    Phone,
    PhoneField,
    Required,
    ZoneChoice,
    stripped,
    unix_lines,
)

FURTHEST = timedelta(days=5 * 366)
LONGEST_MESSAGE = 1000


class OnDateForm(Form):
    """A date by the coach's clocks, not too far from his today."""

    on = StringField("Date", [], [stripped])

    def __init__(self, *, zone: ZoneInfo, today: date, **more: object) -> None:
        super().__init__(**more)
        self.zone = zone
        self.today = today


class WhenForm(OnDateForm):
    """A date and a time; `which` of the two where the clocks show it twice."""

    at = StringField("Time", [], [stripped])
    which = Choice(
        "Which of the two?",
        lambda: [
            ("", "Please choose"),
            ("first", "The first, before the clocks go back"),
            ("second", "The second, after the clocks have gone back"),
        ],
        default="",
    )

    def show(self, start: datetime) -> None:
        """Fill in an instant."""
        local = start.astimezone(self.zone)
        self.on.data, self.at.data = local.date().isoformat(), f"{local:%H:%M}"
        if zones.is_repeated(local):
            self.which.data = "second" if local.fold else "first"

    def validate_on(self, field: Field) -> None:
        """Refuse what is no date, or one that nobody means."""
        on = parse_date(field.data)
        if on is None:
            raise ValidationError("Please give a date that exists, such as 2027-06-17.")
        if abs(on - self.today) > FURTHEST:
            raise ValidationError("Please give a date within five years of today.")

    def validate_at(self, field: Field) -> None:
        """Refuse what is no time, and one that the clocks pass over that day."""
        minute = parse_wall_time(field.data)
        if minute is None or minute == MINUTES_A_DAY:
            raise ValidationError("Please give a time, such as 09:30.")
        on = parse_date(self.on.data)
        if on is None or abs(on - self.today) > FURTHEST or zones.exists(on, minute, self.zone):
            return
        change = zones.instant(on, minute, self.zone)
        before = (change - timedelta(minutes=1)).astimezone(self.zone) + timedelta(minutes=1)
        after = change.astimezone(self.zone)
        raise ValidationError(
            f"{field.data} does not exist on {words.day(on)}: the clocks go from "
            f"{words.clock_time(before)} straight to {words.clock_time(after)}."
        )

    def validate_which(self, field: Field) -> None:
        """Ask which time is meant, where the clocks show it twice."""
        if self.is_twice and not field.data:
            raise ValidationError("The clocks show this time twice that day. Which do you mean?")

    @property
    def is_twice(self) -> bool:
        """Say whether the clocks show the time twice on that date."""
        on, minute = parse_date(self.on.data), parse_wall_time(self.at.data)
        if on is None or minute is None or minute == MINUTES_A_DAY:
            return False
        wall = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=self.zone)
        return zones.is_repeated(wall)

    def start(self) -> datetime:
        """Return the instant that was meant; call it on a form that is valid."""
        on = parse_date(self.on.data) or self.today
        is_second = self.which.data == "second"
        return zones.instant(on, parse_wall_time(self.at.data) or 0, self.zone, last=is_second)


class OneOfTwo(Choice):
    """How long a moved meeting should be, where two answers can be meant."""

    def pre_validate(self, _form: Any) -> None:
        """Ask for one of the two."""
        offered: list[Any] = list(self.iter_choices())
        if self.data not in {choice.value for choice in offered}:
            raise ValidationError("Please choose how long it should be.")


class MoveForm(WhenForm):
    """A new time, and a word to the client; of two `lengths`, in minutes, the one it shall have."""

    minutes = OneOfTwo("How long should it be?", list, default="")
    message = TextAreaField(
        "A message to the client", [ManyLines(LONGEST_MESSAGE)], [stripped, unix_lines]
    )

    def __init__(self, *, lengths: Sequence[int] = (), **more: Any) -> None:
        super().__init__(**more)
        words = ("as it was booked", "as it is now")
        self.minutes.choices = [
            SelectChoice(str(length), f"{length} minutes, {what}")
            for length, what in zip(lengths, words, strict=False)
        ]
        if len(lengths) <= 1:
            del self.minutes

    @property
    def chosen_minutes(self) -> int | None:
        """How long it should be, None where that is not asked; ask only a form that is valid."""
        return int(self.minutes.data) if "minutes" in self else None


class EndForm(Form):
    """A word to the client whose meeting is cancelled."""

    message = TextAreaField(
        "A message to the client", [ManyLines(LONGEST_MESSAGE)], [stripped, unix_lines]
    )


class BookForm(MoveForm):
    """Whom the coach books in, for what, and when. Of a known `client` the record is taken."""

    service = Choice("What for", list, default="")
    name = StringField(
        "Name", [Required("Please give the client’s name."), OneLine(120)], [stripped]
    )
    email = EmailField(
        "E-mail address",
        [
            Required("Please give the client’s address: the invitation goes there."),
            OneLine(254),
            MailAddress(),
        ],
        [stripped],
    )
    phone = PhoneField("Phone number", [OneLine(40), Phone()], [stripped])
    timezone = Choice(
        "The client’s time zone",
        lambda: [
            ("", "The same as yours"),
            *((name, name.replace("_", " ")) for name in zones.names()),
        ],
        default="",
    )

    def __init__(
        self,
        *,
        services: Sequence[ServiceCard],
        client: Client | None,
        zone: ZoneInfo,
        home: str,
        today: date,
        **more: Any,
    ) -> None:
        super().__init__(zone=zone, today=today, **more)
        theirs = client.timezone if client is not None else self.timezone.data
        self.phone.is_read_in(theirs or str(zone), home=home)
        self.services = {service.slug: service for service in services}
        self.client = client
        self.service.choices = [SelectChoice(s.slug, s.name) for s in services]
        if not self.service.data and services:
            self.service.data = services[0].slug
        if client is not None:
            del self.name, self.email, self.timezone

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where the meeting is by phone."""
        service = self.services.get(self.service.data or "")
        if service is not None and service.place == "phone" and not field.data:
            raise ValidationError("Please give a phone number: you ring the client on it.")

    def answers(self) -> Answers:
        """Return who is booked in; call it on a form that is valid."""
        phone = self.phone.e164
        if self.client is not None:
            known = self.client
            zone = zones.canonical(known.timezone) or str(self.zone)
            return Answers(name=known.name, email=known.email, phone=phone, timezone=zone)
        return Answers(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=phone,
            timezone=self.timezone.data or str(self.zone),
        )


class PlaceForm(Form):
    """Where one meeting is, and a word to the client; `usual` says where its service is held."""

    USUAL = "usual"
    place = Choice("Where do you meet this time?", list, default="")
    link = StringField("Link of the video meeting", [OneLine(500)], [stripped])
    address = StringField("Address", [OneLine(300)], [stripped])
    place_zone = ZoneChoice("Time zone there", "The same as yours")
    message = TextAreaField(
        "A message to the client", [ManyLines(LONGEST_MESSAGE)], [stripped, unix_lines]
    )

    def __init__(self, *, usual: str, **more: object) -> None:
        super().__init__(**more)
        self.place.choices = [
            SelectChoice(self.USUAL, f"As always. {usual}"),
            SelectChoice("phone", "By phone: I ring the client"),
            SelectChoice("video", "By video"),
            SelectChoice("in_person", "In person"),
        ]

    def show(self, own: Place | None) -> None:
        """Fill in the meeting's own place."""
        self.place.data = own.kind if own else self.USUAL
        self.place_zone.process_data(own.zone if own else "")
        if own is not None:
            self.link.data = own.details if own.kind == "video" else ""
            self.address.data = own.details if own.kind == "in_person" else ""

    def validate_link(self, field: Field) -> None:
        """Ask for a link where the meeting is by video."""
        self._ask_for(field)

    def validate_address(self, field: Field) -> None:
        """Ask for an address where the meeting is in person."""
        self._ask_for(field)

    def _ask_for(self, field: Field) -> None:
        link, address = self.link.data or "", self.address.data or ""
        sentence = lacking(self.place.data or "", link=link, address=address).get(field.name)
        if sentence:
            raise ValidationError(sentence)

    def own(self) -> Place | None:
        """Return the place of this one meeting, None for its service's; the form is valid."""
        kind = self.place.data or ""
        details = {"video": self.link.data, "in_person": self.address.data}
        if kind == self.USUAL:
            return None
        zone = self.place_zone.zone if kind == "in_person" else ""
        return Place(kind, details.get(kind) or "", zone)


class BlockForm(OnDateForm):
    """A stretch of one day in which the coach does not work."""

    begins = StringField("From", [], [stripped])
    ends = StringField("To", [], [stripped])
    reason = StringField("What for (only you see it)", [OneLine(120)], [stripped])

    def show(self, start: datetime, end: datetime) -> None:
        """Fill in a stretch."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        self.on.data = first.date().isoformat()
        self.begins.data, self.ends.data = f"{first:%H:%M}", f"{last:%H:%M}"

    def validate_on(self, field: Field) -> None:
        """Refuse what is no date, or one that nobody means."""
        on = parse_date(field.data)
        if on is None or abs(on - self.today) > FURTHEST:
            raise ValidationError("Please give a date that exists, such as 2027-06-17.")

    def validate_begins(self, field: Field) -> None:
        """Refuse what is no time."""
        minute = parse_wall_time(field.data)
        if minute is None or minute == MINUTES_A_DAY:
            raise ValidationError("Please give a time, such as 09:30.")

    def validate_ends(self, field: Field) -> None:
        """Refuse an end that is none, or that the clocks show before the beginning."""
        begins, ends = parse_wall_time(self.begins.data), parse_wall_time(field.data)
        if ends is None:
            raise ValidationError("Please give a time, such as 10:30.")
        if begins is not None and span_of(begins, ends) is None:
            raise ValidationError(f"{field.data} is not after {self.begins.data}.")
        if (
            not self.on.errors
            and begins is not None
            and self.time_off().interval(self.zone) is None
        ):
            raise ValidationError("The clocks pass over all of that time on that day.")

    def time_off(self) -> TimeOff:
        """Return the stretch; call it on a form that is valid."""
        on = parse_date(self.on.data) or self.today
        begins, ends = parse_wall_time(self.begins.data) or 0, parse_wall_time(self.ends.data) or 0
        _, until = span_of(begins, ends) or (begins, MINUTES_A_DAY)
        nights = until > MINUTES_A_DAY
        reason = self.reason.data or ""
        return TimeOff(on, on + timedelta(days=nights), begins, ends if nights else until, reason)
