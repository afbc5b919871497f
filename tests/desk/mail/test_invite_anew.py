"""After a change of an address the desk counts who is to be invited anew, and one press does it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coachcrm.app import equip
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations.resend import InviteAnew
from coachcrm.kit.web.site import site
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    newest,
    rows,
    value,
)

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
PAGES = ("/coach/", "/coach/mail", "/coach/settings")
FORM = "form#anew"


@pytest.fixture
def restart(app, settings):
    """Give a way to start the program anew with another sender."""

    def start(sender: str = "calendar@new.example") -> None:
        equip(app, replace(settings, mail=replace(settings.mail, sender=sender)))

    return start


def named(coach_web) -> set[str]:
    """Return what the three pages say of meetings to be invited anew."""
    found = set()
    for url in PAGES:
        page = coach_web.get(url)
        found |= {
            sentence
            for sentence in ("One meeting to come was invited", "2 meetings to come were invited")
            if sentence in page.text
        } or {""}
    return found


@both_engines
def test_their_number_is_named_and_one_press_invites_all_of_them_anew(
    app, web, visitor, coach_web, mailbox, restart
) -> None:
    book(web)
    book(visitor(), TUESDAY_10, RAVI)
    deliver(app)
    assert named(coach_web) == {""}
    restart()
    assert named(coach_web) == {"2 meetings to come were invited"}
    page = coach_web.get("/coach/mail")
    for words in (
        "Ann Lee",
        "Ravi Rao",
        "Tuesday 15 June 2027, 9:00 am",
        "Invite all of them anew",
    ):
        assert words in page.text
    coach_web.submit(FORM)
    assert "2 meetings are invited anew. The letters are on their way." in coach_web.follow().text
    assert named(coach_web) == {""}
    deliver(app)
    for address in (ANN["email"], RAVI["email"]):
        letter = newest(mailbox, address)
        assert letter["Subject"].startswith("Invited anew: Tuesday 15 June 2027")
        assert "stands as it was" in letter.text
    assert rows(app, "SELECT status, sequence, moves FROM booking") == [("confirmed", 0, 0)] * 2


def test_pressed_twice_it_is_done_once(app, web, coach_web, restart) -> None:
    book(web)
    restart()
    url, pairs = coach_web.get("/coach/settings").form(FORM).data()
    coach_web.post(url, pairs)
    before = value(app, "SELECT count(*) FROM outbox_message")
    coach_web.post(url, pairs)
    assert value(app, "SELECT count(*) FROM outbox_message") == before
    assert "invited anew" not in coach_web.follow().text


def test_a_new_address_of_the_coach_s_own_is_one_too(app, web, coach_web, mailbox) -> None:
    book(web)
    deliver(app)
    change(app, "UPDATE coach SET email = 'sam@new.example'")
    assert named(coach_web) == {"One meeting to come was invited"}
    coach_web.get("/coach/settings")
    coach_web.submit(FORM)
    deliver(app)
    assert newest(mailbox, "sam@practice.example")["Subject"].startswith("No longer sent to you")
    assert newest(mailbox, "sam@new.example")["Subject"].startswith("Invited anew")
    # What takes the entry out of the old calendar says nothing of the new address.
    assert "sam@new.example" not in newest(mailbox, "sam@practice.example").octets.decode()


def test_what_is_cancelled_over_or_held_is_not_counted(
    app, web, visitor, coach_web, clock, restart
) -> None:
    cancel(web, book(web))
    book(visitor(), TUESDAY_10, RAVI)
    book(visitor(), TUESDAY_2PM, ANN)
    change(app, "UPDATE booking SET status = 'held', invited_from = '' WHERE id = 3")
    restart()
    assert named(coach_web) == {"One meeting to come was invited"}
    clock.at("2027-06-15T09:00:00Z")
    coach_web.sign_in()
    assert named(coach_web) == {""}


def test_one_that_is_cancelled_meanwhile_keeps_no_other_from_being_invited(
    app, web, visitor, restart
) -> None:
    link = book(web, TUESDAY_9)
    book(visitor(), TUESDAY_10, RAVI)
    cancel(web, link)
    restart()
    with app.app_context():
        wanted = [InviteAnew(booking_id=number) for number in (1, 2, 7)]
        done = acts.perform_each(wanted, site(), app.extensions["coachcrm.diary"])
    assert done == 1
    assert rows(app, "SELECT booking_id FROM former_uid") == [(2,)]


def test_many_are_counted_and_the_first_are_named(app, web, coach_web, restart) -> None:
    book(web)
    columns = [
        name
        for (name,) in rows(app, "SELECT name FROM pragma_table_info('booking')")
        if name not in {"id", "public_id", "uid", "form_digest", "starts_at", "ends_at"}
    ]
    some = ", ".join(columns)
    for day in range(1, 25):
        start = f"2027-07-{day:02}T08:00:00.000000Z"
        end = start.replace("T08:00", "T08:30")
        change(
            app,
            f"INSERT INTO booking (public_id, uid, starts_at, ends_at, {some}) "
            f"SELECT 'p{day}', 'u{day}@x', '{start}', '{end}', {some} FROM booking WHERE id = 1",
        )
    restart()
    page = coach_web.get("/coach/mail")
    assert "25 meetings to come were invited from another address" in page.text
    assert "and 5 more" in page.text
    coach_web.submit(FORM)
    assert value(app, "SELECT count(*) FROM former_uid") == 25
