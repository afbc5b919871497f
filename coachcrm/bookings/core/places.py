"""Where two people meet, in the words of each of the two. Pure.

A place is `phone`, `video` or `in_person`; its details are the link of the meeting by video, or
the address.
"""

import re
from dataclasses import dataclass

_NAME_OF_WHO_RINGS = re.compile(r"(?<=\ABy phone: ).*(?=rings you(?: on |\Z))")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is: its kind, and the link or the address.

    `zone` is the time zone of an address, empty where that is the coach's.
    """

    kind: str
    details: str = ""
    zone: str = ""

    def venue(self, coach_zone: str) -> str:
        """Return the zone whose clocks hang at the address; empty for what has no address."""
        return (self.zone or coach_zone) if self.kind == "in_person" else ""


def for_client(place: str, details: str, *, coach: str, phone: str) -> str:
    """Say where they meet, in the client's words and without a full stop."""
    if place == "phone":
        return f"{coach} rings you on {phone}" if phone else f"{coach} rings you"
    return _elsewhere(place, details)


def location(place: str, details: str, *, coach: str, phone: str) -> str:
    """Return where a client's calendar is told that they meet.

    A link or an address stands alone there, so that a calendar can open it (C12).
    """
    said = for_client(place, details, coach=coach, phone=phone)
    return f"By phone: {said}" if place == "phone" else details or said


def are_one(told: str, location: str) -> bool:
    """Say whether two locations are the same place, whatever the name of the coach who rings."""
    return _NAME_OF_WHO_RINGS.sub("", told) == _NAME_OF_WHO_RINGS.sub("", location)


def in_letters(place: str, details: str, *, phone: str) -> str:
    """Say where they meet, to the client in the coach's own voice and without a full stop."""
    if place == "phone":
        return f"I will ring you on {phone}" if phone else "I will ring you"
    return _elsewhere(place, details)


def for_coach(place: str, details: str, *, phone: str) -> str:
    """Say where they meet, in the coach's words and without a full stop."""
    if place == "phone":
        return f"By phone: you ring {phone}" if phone else "By phone: no number is known"
    return _elsewhere(place, details)


def sentence(place: str, words: str) -> str:
    """End the words with a full stop, but for a link, which would take it along."""
    return words if place == "video" else f"{words}."


def _elsewhere(place: str, details: str) -> str:
    if place == "video":
        return f"By video: {details}" if details else "By video"
    return f"In person: {details}" if details else "In person"
