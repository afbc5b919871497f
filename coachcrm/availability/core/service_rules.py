"""What a service can be set to. Pure: settings in; what cannot work, and why, out (rule 18)."""

import re
from urllib.parse import urlsplit

from coachcrm.kit.text.typed import folded

MINUTES_A_DAY = 24 * 60
# What stands under the first service until the coach writes his own.
FIRST_WORDS = "Half an hour on the phone about where you are and what would help most."
# The part of an address that people can read; the longest slug has a secret part behind it.
MOST_READABLE = 40
_UNIT_MINUTES = {"days": MINUTES_A_DAY, "hours": 60, "minutes": 1}


def cannot_work(
    *,
    duration_min: int,
    notice_min: int,
    horizon_days: int,
    cutoff_min: int,
    day_cap: int | None,
    is_active: bool,
    longest_min: int,
    **_settings: object,
) -> dict[str, str]:
    """Return why the settings of a service could never offer anything, by the name of the setting.

    They are given by the names and in the units of the columns; what sets no bounds may be among
    them. `longest_min` is the longest stretch in which the coach is open; 0 while he never is,
    which says nothing against a service. Nor does it count while a service is closed: hours that
    have become too short for it must not stand in the way of closing it.
    """
    found = {}
    horizon_min = horizon_days * MINUTES_A_DAY
    ahead = amount_words(horizon_min, days=True)
    if notice_min > horizon_min:
        found["notice_min"] = (
            f"With {amount_words(notice_min)} of notice and bookings at most {ahead} ahead, no "
            "time could ever be booked. Please make the notice shorter, or let people book "
            "further ahead."
        )
    if cutoff_min > horizon_min:
        found["cutoff_min"] = (
            f"People book at most {ahead} ahead, so nobody could ever move or cancel. Please let "
            "them do so until later."
        )
    if is_active and longest_min and duration_min > longest_min:
        found["duration_min"] = (
            f"You are never open for {amount_words(duration_min)} in a row: your longest stretch "
            f"is {amount_words(longest_min)}. Please make the meeting shorter, or open longer "
            "hours first."
        )
    if day_cap is not None and duration_min * day_cap > MINUTES_A_DAY:
        found["day_cap"] = (
            f"{day_cap} meetings of {amount_words(duration_min)} do not go into a day."
        )
    return found


def in_units(minutes: int) -> tuple[int, str]:
    """Return a time in the largest unit that says it whole: (2, "hours"). A day is 24 hours."""
    if minutes > MINUTES_A_DAY and minutes % MINUTES_A_DAY == 0:
        return minutes // MINUTES_A_DAY, "days"
    if minutes % 60 == 0:
        return minutes // 60, "hours"
    return minutes, "minutes"


def minutes_of(number: int, unit: str) -> int:
    """Return what `in_units` has taken apart."""
    return number * _UNIT_MINUTES[unit]


def amount_words(minutes: int, *, days: bool = False) -> str:
    """Return a time as it is said: "90 minutes", "1 hour", "3 days"; `days` says only days."""
    number, unit = (minutes // MINUTES_A_DAY, "days") if days else in_units(minutes)
    return f"{number} {unit[:-1] if number == 1 else unit}"


def price_words(pence: int) -> str:
    """Return a price as it is written: "£90", "£85.50"."""
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"


def pence_of(text: str) -> int | None:
    """Return a price as people type it ("90", "£85.50") in pence; empty is 0, nonsense None."""
    typed = text.replace(",", "").replace(" ", "").removeprefix("£")
    if not typed:
        return 0
    match = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]{2}))?", typed)
    return int(match[1]) * 100 + int(match[2] or 0) if match else None


def is_meeting_link(text: str) -> bool:
    """Say whether a text is the whole address of a web page, as meetings by video have them."""
    if not re.fullmatch(r"https?://[^\s<>\"\\^`{|}]+", text, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(text)
        # Asking for the port is what finds out a wrong one.
        return bool(parts.hostname and parts.port != 0) and parts.username is None
    except ValueError:
        return False


def lacking(place: str, *, link: str, address: str) -> dict[str, str]:
    """Return what a place lacks, by the field in which it is typed: `link`, `address`."""
    if place == "video" and not is_meeting_link(link):
        return {
            "link": "Please paste the whole link of the video meeting; it begins with https://."
        }
    if place == "in_person" and not address:
        return {"address": "Please give the address, so that the client finds you."}
    return {}


def slug_of(name: str) -> str:
    """Return a name as an address can hold it: "Interview practice" is interview-practice."""
    readable = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")
    return readable[:MOST_READABLE].rstrip("-") or "service"
