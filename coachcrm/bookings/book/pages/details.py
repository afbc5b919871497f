"""The page with the form: what is being booked, and what is asked about what was typed."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coachcrm.bookings.book.forms import DetailsForm
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import countries, words
from coachcrm.kit.time.interval import Interval

_COUNTS = ("", "One thing", "Two things", "Three things", "Four things", "Five things")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The time that is being booked, as its page shows it.

    `starts` and `ends` are the instants as an element `time` holds them. `other` is the second
    clock, where it shows another time at that instant.
    """

    day: str
    time: str
    until: str
    starts: str
    ends: str
    zone: str
    other: str


@dataclass(frozen=True, slots=True)
class Meant:
    """One of several numbers that can be meant."""

    e164: str
    spoken: str
    country: str


def page(
    service: ServiceCard, slot: Interval, zone: Zone, form: DetailsForm, *, problem: str | None
) -> dict[str, object]:
    """Return what the form's page shows; `problem` is what is wrong with the form as a whole."""
    bad = sum(bool(field.errors) for field in form)
    cutoff = service.terms.cutoff
    return {
        "service": service,
        "chosen": _chosen(slot, zone, service),
        "zone": zone,
        "form": form,
        "problem": problem,
        "count": _COUNTS[bad] if bad < len(_COUNTS) else f"{bad} things",
        "meant": _meant(form),
        "mended": form.mended,
        "cutoff": words.length(cutoff) if cutoff else "",
    }


def _chosen(slot: Interval, zone: Zone, service: ServiceCard) -> Chosen:
    shown = times.one(slot, zone, service)
    there = slot.start.astimezone(ZoneInfo(zone.other))
    differs = there.utcoffset() != slot.start.astimezone(zone.info).utcoffset()
    return Chosen(
        day=shown.day,
        time=shown.time,
        until=zone.time(slot.end),
        starts=f"{slot.start:%Y-%m-%dT%H:%M:%SZ}",
        ends=f"{slot.end:%Y-%m-%dT%H:%M:%SZ}",
        zone=zone.label,
        other=f"{zone.clock(there)} {zone.other_label}" if differs else "",
    )


def _meant(form: DetailsForm) -> list[Meant]:
    """Return the numbers to choose from, if there are several."""
    found = form.phone.readings if form.needs_phone and form.phone.errors else ()
    if len(found) < 2:  # noqa: PLR2004 - one is no choice
        return []
    return [Meant(r.e164, spoken(r.e164), countries.name(r.country)) for r in found]
