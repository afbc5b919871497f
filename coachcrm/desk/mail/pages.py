"""Letters, and how the mail is doing, as the coach's pages show them, in his zone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.operations.letters import ONCE
from coachcrm.bookings.letters.core.catalogue import called
from coachcrm.bookings.letters.reading.invited_elsewhere import (
    invited_elsewhere as meetings_elsewhere,
)
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.desk.meetings import Need
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site
from coachcrm.outbox.health import MailHealth
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue.operations import UNDELIVERED

# How many meetings are named; the others are counted.
NAMED = 20
STATE_WORDS = {
    "queued": ("waiting", "Waiting"),
    "sending": ("waiting", "Being sent"),
    "sent": ("sent", "Sent"),
    "failed": ("failed", "Not delivered"),
    "dropped": ("dropped", "Held back"),
}


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of the outbox, in words; `send_url` and `aside_url` where there is such a button."""

    when: str
    to: str
    what: str
    state: str
    state_words: str
    why: str | None
    is_out_of_date: bool
    send_words: str
    send_url: str | None
    aside_url: str | None


@dataclass(frozen=True, slots=True)
class MailStatus:
    """How the mail is doing, in a sentence, and whether that is a worry."""

    sentence: str
    is_worry: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Meetings that are to be invited anew, in words; `more` is how many are not in `rows`."""

    title: str
    number: int
    rows: list[dict[str, str]]
    more: int


def letter_row(
    row: OutboxMessage, zone: ZoneInfo, overtaken: Collection[int], *, now: datetime
) -> LetterRow:
    """Return a letter as the mail page shows it; `overtaken` are those that came too late."""
    state, state_words = STATE_WORDS[row.state]
    if row.state == "queued" and row.due_at > now:
        state_words = f"Trying again at {words.clock_time(row.due_at.astimezone(zone))}"
    elif row.set_aside_at is not None:
        state, state_words = "dropped", "Not sent" if row.state == "dropped" else "Put aside"
    is_undelivered, is_out_of_date = row.state in UNDELIVERED, row.id in overtaken
    what = called(row.kind)
    audience = "to you" if row.audience == "coach" else "to the client"
    return LetterRow(
        when=words.when(row.settled_at or row.created_at, zone),
        to=row.recipient,
        what=f"{what} {audience}",
        state=state,
        state_words=state_words,
        why=row.trouble if row.state != "sent" else None,
        is_out_of_date=is_out_of_date,
        send_words="Send" if row.state == "dropped" else "Send again",
        send_url=(
            url_for("desk.send_again", message_id=row.id)
            if is_undelivered and not is_out_of_date and row.kind not in ONCE
            else None
        ),
        aside_url=(
            url_for("desk.put_aside", message_id=row.id)
            if is_undelivered and row.set_aside_at is None
            else None
        ),
    )


def tabs(health: MailHealth) -> list[tuple[str, str]]:
    """Return which letters can be shown, with how many wait for whom."""
    needs = health.failed + health.held_back
    return [
        ("all", "All letters"),
        ("needs", f"Needs you ({needs})" if needs else "Needs you"),
        ("waiting", f"Waiting ({health.waiting})" if health.waiting else "Waiting"),
    ]


def status(health: MailHealth, zone: ZoneInfo) -> MailStatus | None:
    """Say how the mail is doing; None before the first letter."""
    wait = "One letter waits" if health.waiting == 1 else f"{health.waiting} letters wait"
    if health.is_unattended:
        seen = f" The sender of letters was last seen {_at(health.seen_at, zone)}."
        return MailStatus(
            f"{wait}, and nothing sends them.{seen if health.seen_at else ''} Please start the "
            "program again, or ask whoever looks after it.",
            is_worry=True,
        )
    if health.waiting and health.trouble:
        return MailStatus(
            f"The mail server cannot be used since {words.when(health.trouble_since_at, zone)}. "
            f"{health.trouble} {wait} and will leave as soon as it is back.",
            is_worry=True,
        )
    if health.waiting:
        since = f", the oldest since {words.when(health.oldest_at, zone)}" if health.is_late else ""
        return MailStatus(f"{wait} to be sent{since}.", is_worry=health.is_late)
    if health.last_sent_at is None:
        return None
    last = _at(health.last_sent_at, zone)
    return MailStatus(f"No letter waits. The last one left {last}.", is_worry=False)


def needs(health: MailHealth, zone: ZoneInfo) -> list[Need]:
    """Return what the mail needs the coach for."""
    in_need, waiting = (url_for("desk.mail", show=show) for show in ("needs", "waiting"))
    found = []
    if health.failed:
        letters = "One letter" if health.failed == 1 else f"{health.failed} letters"
        found.append(Need(f"{letters} could not be delivered", "See which", in_need))
    if health.held_back:
        one = health.held_back == 1
        letters = "One letter is" if one else f"{health.held_back} letters are"
        found.append(
            Need(f"{letters} held back since a backup was put back", "Send or not", in_need)
        )
    if health.is_unattended:
        found.append(Need("Letters wait, and nothing sends them", "See the mail", waiting))
    elif health.is_late:
        one = health.waiting == 1
        letters = "A letter waits" if one else f"{health.waiting} letters wait"
        since = words.when(health.oldest_at, zone)
        sentence = f"{letters} longer than usual, since {since}"
        found.append(Need(sentence, "See why", waiting))
    return found


def invited_elsewhere(
    site: Site, session: Session, coach: CoachCard, *, now: datetime
) -> Elsewhere | None:
    """Return the meetings whose invitations name an address of before; None without any."""
    found = meetings_elsewhere(site, session, coach, now=now)
    if not found:
        return None
    number = len(found)
    return Elsewhere(
        title=_were_invited(number),
        number=number,
        rows=[
            {
                "name": meeting.name,
                "url": url_for("desk.client", client_id=meeting.client_id),
                "when": words.when_year(meeting.starts_at, coach.zone),
            }
            for meeting in found[:NAMED]
        ],
        more=max(0, number - NAMED),
    )


def needs_inviting(site: Site, session: Session, coach: CoachCard, *, now: datetime) -> list[Need]:
    """Return the same as something that needs the coach."""
    number = len(meetings_elsewhere(site, session, coach, now=now))
    if not number:
        return []
    what = "Invite them anew"
    return [Need(_were_invited(number), what, url_for("desk.mail", _anchor="anew"))]


def _were_invited(number: int) -> str:
    if number == 1:
        return "One meeting to come was invited from another address"
    return f"{number} meetings to come were invited from another address"


def _at(at: datetime | None, zone: ZoneInfo) -> str:
    return f"on {words.when(at, zone)}"


def mail_notice(site: Site) -> str | None:
    """Say that letters stay on this machine, where no mail server is set."""
    if site.mail_server is not None:
        return None
    return (
        "No mail server is set up, so no letter leaves this machine: each is kept as a file in "
        f"{site.mail_folder}. The README says how to set up mail."
    )
