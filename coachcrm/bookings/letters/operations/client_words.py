"""The client's letters: the coach's words around the details of the meeting, which always stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coachcrm.bookings.core.wording import Wording, fill_body, fill_line
from coachcrm.kit.text.typed import many_lines
from coachcrm.outbox.letter.render import Words, render

# Where the link in the details leads; the other letters lead to the booking itself.
LEADS_TO_AGAIN = frozenset({"cancelled", "cancelled_by_coach", "missed", "follow_up"})
# So close to the time that little can still be changed by the link.
SOON = frozenset({"hour_before"})
LEADS_NOWHERE = frozenset({"withdrawn"})


def in_words(wording: Wording, facts: Mapping[str, Any]) -> Words:
    """Return a client's letter in text and HTML; `facts` are what a letter tells of a meeting."""
    places = _places(facts)
    body = fill_body(wording.body, places)
    note = str(facts.get("note") or "")
    return render(
        "bookings/to_client",
        **{**facts, "note": many_lines(note).strip()},
        subject=fill_line(wording.subject, places),
        opening=body.opening,
        closing=body.closing,
        leads_to=leads_to(wording.name),
        is_soon=wording.name in SOON,
    )


def leads_to(name: str) -> str:
    """Return where the link of a letter leads: to the `booking`, to book `again`, or nowhere."""
    if name in LEADS_NOWHERE:
        return ""
    return "again" if name in LEADS_TO_AGAIN else "booking"


def _places(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what the placeholders stand for; a person's link is in their own letters alone."""
    when, old, coach, service = (facts[name] for name in ("when", "old", "coach", "service"))
    return {
        "first_name": facts["first_name"],
        "service": service.name.lower(),
        "minutes": str(service.minutes),
        "when": f"{when.day}, {when.time} ({when.zone})",
        "day": when.day_only,
        "time": when.time,
        "place": facts["place_line"],
        "old_when": f"{old.day}, {old.time} ({old.zone})" if old else "",
        "booking_link": facts["manage_url"],
        "again_link": facts["again_url"],
        "coach": coach.name,
        "practice": coach.practice or coach.name,
    }
