"""A whole life of a client beside a full record: nothing private is in anything that he receives.

Every text of the record and of the notes is replaced by a word that stands nowhere else, one for
each column, so that a field that is added later is watched too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import String, Text, select, update

from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.clients.models import STAGES, StageChange, Tag
from coachcrm.kit.data.db import Base, db, transaction
from coachcrm.kit.web.guard import access_of
from coachcrm.kit.web.site import site
from coachcrm.recovery.core import vocabulary as v
from tests.conftest import Clock
from tests.recovery.views.test_pages import FILLED, add
from tests.support.cast import RAVI, TUESDAY_10, book, cancel, deliver, move
from tests.support.pages import Visitor
from tests.support.smtp import Mailbox

ANN = "ann@client.example"
SHARED = "You spoke warmly of the audit."
TASK = "Write to the agency."
# Columns that no person writes, and the copy that was shared.
NOT_WRITTEN = {"key", "block_key", "draft", "shared_text"}
LONGEST_NAME_OF_A_STATE = 16
# What the coach chooses from, wherever it would be shown to him.
CHOSEN = {
    *(name for name in STAGES.values() if name not in {"Booked", "Cancelled", "Active"}),
    *v.VERDICTS.values(),
    *v.START_THEMES[0][1:2],
    "For you alone",
    "Test these",
    "Is everything really yours",
    "Check in:",
    "Sensitive",
    "Your rating",
    "Your verdict",
    "Ravi",
    "Rao",
} - {"Not known"}


@dataclass
class Eavesdropper:
    """Looks at all that Ann can see: every page of hers and every letter to her."""

    app: Flask
    web: Visitor
    mailbox: Mailbox
    clock: Clock
    link: str
    secrets: set[bytes] = field(default_factory=set)
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def plant(self) -> None:
        """Replace every private text by a word of its own."""
        with self.app.app_context(), transaction() as session:
            for model, column in private_columns():
                table = model.__table__
                for (row_id,) in session.execute(select(table.c[key_of(table)])).all():
                    if not is_private(session, table.name, row_id):
                        continue
                    word = f"zq{next(self.numbers)}{table.name[:4]}x"
                    where = table.c[key_of(table)] == row_id
                    session.execute(update(table).where(where).values({column: word}))
                    self.secrets.add(word.encode())

    def listen(self, moment: str) -> None:
        """Fetch every page that Ann's link and a visitor's address open, and read the letters."""
        work(self.app, self.clock)
        deliver(self.app)
        for address in addresses(self.app, self.link):
            page = self.web.client.get(address, base_url=self.web.base_url)
            # A page that the moment does not offer is a page too.
            assert page.status_code < 500, address
            self.check(f"{moment}: {address}", page.get_data() + str(page.headers).encode())
        for letter in self.mailbox.to(ANN):
            said = [str(letter["Subject"]), str(letter["From"]), letter.text, letter.html]
            files = [part.get_payload(decode=True) or b"" for part in letter.walk()]
            self.check(f"{moment}: {letter['Subject']}", "\n".join(said).encode() + b"".join(files))

    def check(self, where: str, octets: bytes) -> None:
        found = [word for word in self.secrets if word in octets]
        assert not found, f"{where} holds {found}"
        told = [word for word in CHOSEN if re.search(rf"\b{re.escape(word)}".encode(), octets)]
        assert not told, f"{where} holds {told}"
        self.seen.append((where, octets))


def private_columns():
    """Yield each column in which the coach, or a client to him alone, may write freely."""
    rooms = ("coachcrm.recovery.", "coachcrm.notes.")
    models = [m.class_ for m in Base.registry.mappers if m.class_.__module__.startswith(rooms)]
    for model in (*models, StageChange, Tag):
        for column in model.__table__.columns:
            kind = column.type
            is_text = isinstance(kind, (String, Text)) and (kind.length or 999) > (
                LONGEST_NAME_OF_A_STATE
            )
            if is_text and column.name not in NOT_WRITTEN and column.name != "by":
                yield model, column.name


def key_of(table) -> str:
    return next(iter(table.primary_key.columns)).name


def is_private(session, name: str, row_id: int) -> bool:
    """Say whether a row is not one that was shared on purpose."""
    table = Base.metadata.tables[name]
    if name == "note_block":
        shared = session.scalar(select(table.c.shared_text).where(table.c.id == row_id))
        return shared is None
    if name == "action":
        return not session.scalar(select(table.c.is_shared).where(table.c.id == row_id))
    return True


def addresses(app, link: str) -> list[str]:
    """Return every address that opens without the coach's login, filled in as Ann would."""
    token = link.rpartition("/")[2]
    known = {"token": token, "service": "free-consultation", "start": TUESDAY_10}
    found = ["/calendar/none.ics"]
    for rule in app.url_map.iter_rules():
        is_open = access_of(app, rule.endpoint) in {"public", "token"}
        if is_open and "GET" in (rule.methods or ()) and rule.arguments <= known.keys():
            with app.test_request_context(base_url=site_url(app)):
                found.append(app.url_map.bind("").build(rule.endpoint, dict(known)))
    slots = "/api/v1/services/free-consultation/slots?from=2027-06-01&to=2027-07-01&tz=UTC"
    return [*dict.fromkeys(found), slots]


def site_url(app) -> str:
    with app.app_context():
        return site().base_url


def work(app, clock) -> None:
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)
        db.session.remove()


@pytest.fixture
def ann_s_ear(app, coach_web, coach, visitor, mailbox, clock) -> Eavesdropper:
    """Let Ann and Ravi book, fill her record to the brim, and listen from then on."""
    web, other = visitor(), visitor()
    link = book(web, "20270615T080000Z", message="Three noes.")
    book(other, TUESDAY_10, RAVI)
    desk = coach_web
    desk.get("/coach/clients/1/record")
    desk.submit("aside form", role="Analyst", employer="Acme", stage="first")
    for noun, fields in FILLED.items():
        if noun not in {"application", "stage"}:
            on = "?application=1" if noun not in {"action", "story", "criterion"} else ""
            add(desk, noun, on, **fields)
    add(desk, "item", "?application=1", text="Too general", theme="1")
    desk.get("/coach/record/verdict/2")
    desk.submit("main form.form", coach_verdict="out", verdict_evidence="They said so.")
    desk.get("/coach/clients/1/record/practice/new?of=1")
    desk.submit("main form", held_on="2027-06-01", question="Why us?", remark="Better")
    desk.get("/coach/applications/1/review")
    desk.submit(positives="Rapport", own_rating="2", lessons="Numbers")
    desk.get("/coach/clients/1/record/steps/1")
    desk.submit("main form.form", state="begun", reason="They rang.")
    desk.get("/coach/clients/1")
    desk.submit("form:has([name=stage])", tags="difficult, promising")
    return Eavesdropper(app, web, mailbox, clock, link)


def test_nothing_private_reaches_the_client_before_and_after_each_sharing(
    ann_s_ear, coach_web, coach, clock, mailbox
) -> None:
    ear, desk = ann_s_ear, coach_web
    ear.plant()
    ear.listen("booked")

    clock.at("2027-06-15T08:31:00Z")
    desk.sign_in()
    write_during_the_call(ear, desk)
    ear.listen("after the call, nothing shared")
    wrap_up(ear, desk)
    ear.listen("wrapped up")
    share_and_write_on(ear, desk)
    desk.get("/coach/bookings/1/wrap-up")
    page = desk.submit('form[action$="/letter"]', next="again")
    desk.post(*page.form().data())
    ear.plant()
    ear.listen("the letter is sent")
    [summary] = [letter for letter in mailbox.to(ANN) if SHARED in letter.text]
    assert TASK in summary.text

    # Taken back: the letter that left stays what it was, and no page or new letter has it.
    sent = len(mailbox.to(ANN))
    desk.get("/coach/notes/1/share")
    desk.submit('form[action*="/take-back/"]')
    live_on(ear)
    later = mailbox.to(ANN)[sent:]
    assert len(later) >= 5
    assert not [letter for letter in later if SHARED in letter.text]
    # The ear has heard much, and of every kind of page.
    assert len(ear.secrets) > 60
    for name in ("invite.ics", "reschedule", "cancel", "/api/v1/", "/privacy", "After our"):
        assert any(name.lower() in where.lower() for where, _ in ear.seen), name


def write_during_the_call(ear, desk) -> None:
    """Write a passage that will be shared, a private one and a sensitive one; keep a version."""
    desk.get("/coach/clients/1/notes/new?booking=1")
    data = desk.page.form("form.note").data({"block-0-text": SHARED})[1]
    data["block-1-text"] = "She gives up early.\n/- her pace\n/a A plan of mine\n/t Pace"
    data["block-2-text"], data["block-2-sensitive"] = "She is ill.", "1"
    desk.post("/coach/clients/1/notes/new", data)
    ear.clock.move(minutes=6)
    desk.get("/coach/notes/1")
    desk.submit("form.note", button="Save", fields={"block-1-text": "She gives up far too early."})
    ear.plant()
    with ear.app.app_context(), transaction() as session:
        blocks = Base.metadata.tables["note_block"]
        session.execute(update(blocks).where(blocks.c.position == 0).values(text=SHARED, title=""))
    ear.secrets.add(SHARED.encode())


def wrap_up(ear, desk) -> None:
    """Say that they spoke, move the client on, and share one action."""
    page = "/coach/bookings/1/wrap-up"
    desk.get(page)
    desk.submit(f'form[action="{page}/outcome"]', button="Yes, we spoke")
    desk.get(page)
    desk.submit(f'form[action="{page}/stage"]:has(select)', stage="deciding", reason="zqreason")
    desk.get(page)
    desk.submit(f'form[action="{page}/actions"]', fields={"new-text": TASK, "new-shared": True})
    ear.secrets.add(b"zqreason")


def share_and_write_on(ear, desk) -> None:
    """Share a passage; what is written on afterwards is private again."""
    desk.get("/coach/notes/1/share")
    first = desk.page.all('form[action*="/share/"]')[0].attributes["action"]
    desk.submit(f'form[action="{first}"]')
    ear.secrets.discard(SHARED.encode())
    assert SHARED in desk.get("/coach/notes/1").text
    typed = {"block-0-text": f"{SHARED} zqafterthought"}
    desk.submit("form.note", button="Save", fields=typed)
    ear.secrets.add(b"zqafterthought")


def live_on(ear) -> None:
    """Book again, be reminded, move, and cancel."""
    ear.link = book(ear.web, "20270622T080000Z")
    ear.plant()
    for moment, instant in (
        ("booked again", "2027-06-15T09:00:00Z"),
        ("the day before", "2027-06-21T08:00:00Z"),
        ("the hour before", "2027-06-22T07:00:00Z"),
        ("an hour after", "2027-06-22T09:31:00Z"),
    ):
        ear.clock.at(instant)
        ear.listen(moment)
    ear.link = book(ear.web, "20270629T080000Z")
    move(ear.web, ear.link, "20270630T080000Z")
    ear.listen("moved")
    cancel(ear.web, ear.link, reason="I found work.")
    ear.listen("cancelled")
