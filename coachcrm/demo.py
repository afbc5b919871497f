"""A plausible practice to look at: people, meetings behind and ahead, and notes.

Nothing of it is sent: no letter is queued, and every address is one that reaches nobody
(RFC 2606).
"""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm import demo_portrait, demo_record
from coachcrm.auth.core import passwords
from coachcrm.auth.models import Coach
from coachcrm.auth.operations import set_up as auth
from coachcrm.availability.models import Service
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.core.page import USUAL_HUE, ClientWords, OwnWords, PermittedWords
from coachcrm.bookings.offer.operations import image_process, own_words, pictures
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.desk import operations as desk
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.kit.time.interval import Interval
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.operations import notes

EMAIL = "sam@example.org"
PASSWORD = "a quiet desk by the window"  # noqa: S105 - of a practice that does not exist


class NotEmpty(Exception):  # noqa: N818 - shown as a sentence
    """There is a coach here already; `is_demo` says whether it is the one made here."""

    def __init__(self, sentence: str, *, is_demo: bool) -> None:
        super().__init__(sentence)
        self.is_demo = is_demo


@dataclass(frozen=True)
class Actor:
    """Somebody of the cast."""

    name: str
    topic: str
    stage: str
    zone: str = "Europe/London"
    message: str = ""
    tags: tuple[str, ...] = ()


CAST = (
    Actor("Ann Okafor", "rejection", "consulted", message="Third final round, third no."),
    Actor("Ben Hughes", "interview", "booked", message="A panel. I freeze on panels."),
    Actor("Priya Nair", "no-interviews", "active", "Asia/Kolkata", tags=("relocating", "data")),
    Actor("Zoë O'Connor-Łukasz", "rejection", "active", message="Two lines of feedback."),
    Actor("Marcus Bell", "other", "deciding", tags=("finance",)),
    Actor("李小龍", "interview", "booked", "Asia/Hong_Kong", message="My third language."),
    Actor("Ruth Adeyemi", "rejection", "consulted", tags=("teaching",)),
    Actor("Tom Whitaker", "no-interviews", "booked", message="Forty applications, two replies."),
    Actor("Ines Duarte", "interview", "booked", "Europe/Lisbon", tags=("design",)),
    Actor("Callum Fraser", "rejection", "placed", tags=("engineering",)),
    Actor("Hannah Weiss", "other", "paused", "Europe/Berlin"),
    Actor("Omar Siddiqui", "rejection", "booked", message="They said: not the right fit."),
)

NOTES = (
    (
        Block("They liked the example about the audit. The rest was too general.", (1,)),
        Block("Three answers of five began with “we”. We practised them with “I”.", (3,)),
        Block("Wants to keep going; the walk in the morning helps.", (6,)),
    ),
    (
        Block("Went through the whole day, from the train to the handshake.", (2,)),
        Block("The other candidate had ten years in the sector: nothing to be done there.", (4,)),
        Block("Agreed: write to the recruiter, and two examples with numbers by Friday."),
    ),
    (
        Block("The title may matter less than the work. Three smaller firms next.", (5,)),
        Block("The feedback names the missing result again.", (1, 3)),
    ),
)


HALF_HOUR = (
    "What they told you: And what they did not. I help you ask for more.",
    "What went well, what cost you: Said plainly, by someone who sat on the other side.",
    "One thing to do next: Small enough to do before your next interview.",
)
SAID = (
    ClientWords(
        "By the end of the call I knew what had gone wrong. It was not what I thought.",
        "A. M., product manager",
    ),
    ClientWords("Four rejections in a row. He heard the pattern in ten minutes.", "J. T., planner"),
    ClientWords("Kind, and quite direct. I had an offer seven weeks later.", "S. O., nurse"),
)


def fill(app: Flask) -> None:
    """Make the coach and his practice. Raises `NotEmpty`."""
    now = clock.now()
    chance = random.Random(7)  # noqa: S311 - the same practice each time
    new = auth.NewCoach(
        email=EMAIL,
        name="Sam",
        password=PASSWORD,
        timezone="Europe/London",
        practice="Reed Interview Coaching",
        phone="+442079460123",
        about=(
            "Turned down? I spent fifteen years on the other side of the table. I help you find "
            "out why, and get the next one."
        ),
    )
    password_hash = passwords.make_hash(PASSWORD)
    photo = image_process.photo(demo_portrait.portrait())
    try:
        with app.app_context(), transaction() as session:
            coach = desk.set_up(session, new, password_hash=password_hash, now=now)
            _people(session, coach, chance, now)
            own_words.change_page(session, coach.id, _page(now))
            pictures.keep_photo(session, coach.id, photo)
        with app.app_context():
            pictures.draw_what_changed()
    except auth.AlreadySetUp as refusal:
        with app.app_context():
            present = auth.the_coach(db.session())
            is_demo = present is not None and present.email == EMAIL
        sentence = "There is a coach here already, so nothing was added."
        raise NotEmpty(sentence, is_demo=is_demo) from refusal


def _page(now: datetime) -> OwnWords:
    return OwnWords(
        surname="Reed",
        line="Interview coach, 15 years in recruitment",
        half_hour="\n".join(HALF_HOUR),
        steps="",
        site_url="https://reedinterviews.example",
        profile_url="https://linkedin.example/in/sam-reed",
        hue=USUAL_HUE,
        words=tuple(PermittedWords(said, now - timedelta(days=9)) for said in SAID),
    )


def _people(session: Session, coach: Coach, chance: random.Random, now: datetime) -> None:
    diary = DiaryCache().of(session, now=now)
    service = diary.services[0]
    ahead = list(diary.slots(service, now=now))[:60:3]
    # The same hours three weeks ago: what was offered then is what was booked then.
    behind = list(diary.slots(service, now=now - timedelta(days=22)))[:90:5]
    for number, person in enumerate(CAST):
        made = now - timedelta(days=24 - number)
        client = clients.find_or_make(
            session,
            coach.id,
            clients.NewClient(
                person.name,
                f"{secrets.token_hex(3)}@example.com",
                f"+4477009001{number:02}",
                person.zone,
            ),
            now=made,
        )
        clients.move_to_stage(session, client, person.stage, by="coach", now=made)
        clients.set_tags(client, person.tags, now=made)
        if person.stage in {"booked", "active"}:
            _meeting(session, coach, client, person, ahead[number], now=made)
        if person.stage not in {"booked", "deciding"}:
            past = _meeting(session, coach, client, person, behind[number], now=made)
            past.status = "no_show" if person.stage == "no-show" else "completed"
            if number % 4 != 2:  # noqa: PLR2004 - one in four is still to be written
                blocks = chance.choice(NOTES)
                notes.create(
                    session,
                    coach.id,
                    client.id,
                    draft=secrets.token_hex(16),
                    blocks=blocks,
                    booking_id=past.id,
                    now=past.ends_at,
                )
        if person.topic == "rejection" and person.stage != "booked":
            demo_record.fill(session, coach, client, now=now)


def _meeting(
    session: Session,
    coach: Coach,
    client: Client,
    person: Actor,
    time: Interval,
    *,
    now: datetime,
) -> Booking:
    service = session.scalars(select(Service)).first()
    booking = Booking(
        public_id=secrets.token_urlsafe(16),
        coach_id=coach.id,
        service_id=service.id if service else None,
        client_id=client.id,
        starts_at=time.start,
        ends_at=time.end,
        status="confirmed",
        uid=f"{secrets.token_hex(16)}@localhost.invalid",
        stamp_at=now,
        name=client.name,
        email=client.email,
        phone=client.phone,
        timezone=person.zone,
        topic=person.topic,
        message=person.message,
        created_at=now,
        changed_at=now,
    )
    booking.note_clocks(coach.timezone)
    session.add(booking)
    session.flush()
    return booking
