"""The first page: who the coach is, what is offered, and the soonest ways in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from coachcrm.availability.core.service_rules import FIRST_WORDS
from coachcrm.bookings.offer.core.offers import three
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.kit.text.typed import one_line
from coachcrm.kit.time import words

LONGEST_DESCRIPTION = 160
# So much stands above the first free time, which a phone is to show without scrolling.
LONGEST_LEAD = 140
END_OF_SENTENCE = re.compile(r"[.!?…][”\"’')]?(?=\s|$)")
HALF_HOUR, HOUR = 30, 60
# A longer word, set as large as other names, would not fit beside the photo on a phone.
LONGEST_LARGE = 13


@dataclass(frozen=True, slots=True)
class OfferLink:
    """One of the three times, as a visitor reads it; `instant` is as in RFC 3339, in UTC."""

    name: str
    day: str
    time: str
    instant: str
    url: str


def offer_links(
    diary: Diary, service: ServiceCard, zone: Zone, *, now: datetime
) -> list[OfferLink]:
    """Return the three times that stand on the first page, in order of time."""
    query: dict[str, Any] = {"tz": zone.visitor} if zone.chosen else {}
    found = three(diary.slots(service, now=now), zone.info, today=now.astimezone(zone.info).date())
    return [
        OfferLink(
            name=offer.name,
            day=offer.day,
            time=zone.time(offer.slot.start),
            instant=f"{offer.slot.start:%Y-%m-%dT%H:%M:%SZ}",
            url=url_for(
                "bookings.details",
                service=service.slug,
                start=words.utc_stamp(offer.slot.start),
                **query,
            ),
        )
        for offer in found
    ]


def lead_and_rest(about: str) -> tuple[str, str]:
    """Return the sentences that stand beside the name, and those that stand further down."""
    ends = [0, *(match.end() for match in END_OF_SENTENCE.finditer(about))]
    cut = max(end for end in ends if end <= LONGEST_LEAD)
    return (about, "") if len(about) <= LONGEST_LEAD else (about[:cut], about[cut:].strip())


def own_words(service: ServiceCard) -> str:
    """Return what the coach says of a service; the words it began with repeat what is beside it."""
    return "" if service.words == FIRST_WORDS else service.words


def has_long_word(name: str) -> bool:
    """Say whether a name has a word that is to be set smaller, so that it need not be broken."""
    return max(map(len, re.split(r"[\s-]+", name))) > LONGEST_LARGE


def half_hour_heading(minutes: int) -> str:
    """Return what stands above the parts of a first meeting of this length."""
    named = {HALF_HOUR: "In the half hour", HOUR: "In the hour"}
    return named.get(minutes, f"In the {minutes} minutes")


def own_links(coach: CoachCard) -> list[tuple[str, str]]:
    """Return the names and addresses of the coach's own pages elsewhere."""
    addresses = (coach.page.site_url, coach.page.profile_url)
    return [(_place_name(url), url) for url in addresses if url]


def _place_name(url: str) -> str:
    host = (urlsplit(url).hostname or url).removeprefix("www.")
    is_linkedin = host == "linkedin.com" or host.endswith(".linkedin.com")
    return "LinkedIn" if is_linkedin else host


def description(coach: CoachCard, service: ServiceCard) -> str:
    """Return who this is and what is offered, for those who see no more of the page."""
    offered = f"{service.name}, {service.minutes} minutes, with {coach.full_name}"
    return shortened((coach.page.line, coach.about, offered))


def shortened(said: Iterable[str]) -> str:
    """Return in one line as much of what is said as fits; the first is cut if it has to be."""
    text = ""
    for sentence in filter(None, map(one_line, said)):
        whole = sentence if sentence[-1] in ".?!…" else f"{sentence}."
        longer = f"{text} {whole}".strip()
        if len(longer) <= LONGEST_DESCRIPTION:
            text = longer
        elif not text:
            text = f"{whole[:LONGEST_DESCRIPTION].rpartition(' ')[0] or whole[:LONGEST_LEAD]}…"
    return text
