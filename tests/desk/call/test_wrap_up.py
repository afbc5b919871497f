"""What follows a call: who thinks it over, who does not go on, and what paid sessions cost."""

from __future__ import annotations

import pytest

from coachcrm.availability.core.service_rules import pence_of, price_words
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, change, deliver, newest, rows

CALL = "/coach/bookings/1/call"
WRAP_UP = "/coach/bookings/1/wrap-up"
STAGE = f'form[action="{WRAP_UP}/stage"]'
ASKED = f'form[action="{WRAP_UP}/asked"]'


@pytest.fixture
def desk(coach_web, web, clock):
    """The coach's browser at the end of Ann's call, a Tuesday; Ravi comes an hour later."""
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    clock.at("2027-06-15T08:30:00Z")
    return coach_web.sign_in()


def press(desk, form, button):
    """Press a button of one of several forms with the same action."""
    page = desk.get(WRAP_UP)
    found = [f for f in page.all(form) if button in f.text(deep=True)]
    assert len(found) == 1, button
    pressed = next(b for b in found[0].css("button") if b.text() == button)
    data = {field.attributes["name"]: field.attributes["value"] for field in found[0].css("input")}
    data[pressed.attributes["name"]] = pressed.attributes["value"]
    return desk.post(found[0].attributes["action"], data)


def add_paid(desk, name="Interview practice", price="£85.50", **more):
    desk.get("/coach/services/new")
    return desk.submit("form.service", name=name, price=price, **more)


def needs(page):
    return [n.text(deep=True) for n in page.all("section[aria-labelledby=needs] .row p")]


def stages(app):
    return rows(
        app, "SELECT to_stage, by, reason FROM stage_change WHERE client_id = 1 ORDER BY id DESC"
    )


def thinkers(desk, clock, at):
    clock.at(at)
    page = desk.sign_in().get("/coach/")
    return [need for need in needs(page) if "thinking" in need]


def test_who_thinks_it_over_comes_back_after_three_working_days(app, desk, clock) -> None:
    press(desk, STAGE, "They think it over")
    assert stages(app)[0] == ("deciding", "coach", "")
    # Tuesday's three working days are over when Friday begins in London, not in Greenwich.
    assert thinkers(desk, clock, "2027-06-17T22:30:00Z") == []
    due = "Ann Lee thinking it over for 3 days"
    assert thinkers(desk, clock, "2027-06-17T23:30:00Z") == [due]
    desk.click("Ask: Ann Lee, thinking it over for 3 days")
    assert WRAP_UP in desk.page.url
    press(desk, STAGE, "They go on with me")
    assert thinkers(desk, clock, "2027-06-22T09:00:00Z") == []
    assert stages(app)[0] == ("active", "coach", "")


def test_a_weekend_and_a_bank_holiday_are_no_days_to_think(desk, clock) -> None:
    clock.at("2027-08-27T15:00:00Z")  # the Friday before the summer bank holiday
    desk.sign_in()
    press(desk, STAGE, "They think it over")
    assert thinkers(desk, clock, "2027-09-01T09:00:00Z") == []
    assert len(thinkers(desk, clock, "2027-09-02T09:00:00Z")) == 1


def test_a_note_begins_the_days_anew_and_a_meeting_to_come_is_an_answer(desk, web, clock) -> None:
    press(desk, STAGE, "They think it over")
    clock.at("2027-06-18T09:00:00Z")
    desk.sign_in().get("/coach/clients/1/notes/new")
    desk.submit("form.note", button="Save", fields={"block-0-text": "Rang: next week."})
    assert thinkers(desk, clock, "2027-06-22T09:00:00Z") == []
    assert len(thinkers(desk, clock, "2027-06-23T09:00:00Z")) == 1
    book(web, "20270629T080000Z")
    assert thinkers(desk, clock, "2027-06-23T09:30:00Z") == []


def test_a_letter_that_gives_time_to_think_starts_the_clock(app, desk) -> None:
    desk.get(CALL)
    desk.submit("form.note", button="Save", fields={"block-0-text": "You were warm."})
    desk.get("/coach/notes/1/share")
    desk.submit('form[action="/coach/notes/1/share/1"]')
    desk.get("/coach/bookings/1/letter?next=think")
    desk.submit()
    assert stages(app)[0] == ("deciding", "coach", "Thinks it over")
    change(app, "UPDATE client SET stage = 'active' WHERE id = 1")
    desk.get("/coach/notes/1/share")
    desk.submit('form[action="/coach/notes/1/take-back/1"]')
    desk.get(WRAP_UP)
    desk.submit(
        f'form[action="{WRAP_UP}/actions"]', fields={"new-text": "Rest", "new-shared": True}
    )
    desk.get("/coach/bookings/1/letter?next=think")
    desk.submit()
    assert rows(app, "SELECT stage FROM client WHERE id = 1") == [("active",)]


def test_not_going_on_takes_one_tap_with_its_reason(app, desk) -> None:
    press(desk, STAGE, "Too expensive")
    assert stages(app)[0] == ("not-proceeding", "coach", "Too expensive")


def test_prices_stand_in_the_letter_only_if_they_were_asked_for(app, desk, mailbox, clock) -> None:
    add_paid(desk)
    add_paid(desk, "Closed", "70", is_open="no")
    add_paid(desk, "A gift", "")
    before = desk.get("/coach/bookings/1/letter?next=again").text
    assert "nothing to send" in before
    press(desk, ASKED, "They asked on the call what paid sessions cost")
    asked = rows(app, "SELECT prices_asked_by FROM booking WHERE prices_asked_at IS NOT NULL")
    assert asked == [("coach",)]
    assert "Tuesday 15 June, 9:30 am" in desk.get(WRAP_UP).one(ASKED).text(deep=True)
    desk.get("/coach/bookings/1/letter")
    desk.submit()
    deliver(app)
    letter = newest(mailbox, "ann@client.example")
    slug = rows(app, "SELECT slug FROM service WHERE name = 'Interview practice'")[0][0]
    for words in (letter.text, letter.html):
        assert "Interview practice, 60 minutes: £85.50" in words
        assert f"http://127.0.0.1/book/{slug}" in words
        assert "Closed" not in words
        assert "A gift" not in words
    # What the letter rests on stays.
    page = desk.get(WRAP_UP)
    page = desk.submit(ASKED, button="Take that back", status=409)
    assert "have been sent" in page.text
    assert len(rows(app, "SELECT 1 FROM booking WHERE prices_asked_at IS NOT NULL")) == 1


def test_without_the_tick_no_letter_speaks_of_money(app, desk, mailbox) -> None:
    add_paid(desk)
    press(desk, ASKED, "They asked on the call what paid sessions cost")
    press(desk, ASKED, "Take that back")
    desk.get(CALL)
    desk.submit("form.note", button="Save", fields={"block-0-text": "You were warm."})
    desk.get("/coach/notes/1/share")
    desk.submit('form[action="/coach/notes/1/share/1"]')
    for step in ("", "think", "again", "action"):
        page = desk.get(f"/coach/bookings/1/letter?next={step}")
        assert "£" not in page.text
        assert "/book/" not in page.text
    # The other meeting's tick is its own.
    assert rows(app, "SELECT count(*) FROM booking WHERE prices_asked_at IS NOT NULL") == [(0,)]


def test_a_preview_read_before_the_tick_is_not_what_leaves_after_it(app, desk) -> None:
    add_paid(desk)
    press(desk, ASKED, "They asked on the call what paid sessions cost")
    old = desk.get("/coach/bookings/1/letter").form().data()
    press(desk, ASKED, "Take that back")
    desk.post(*old, status=409)
    press(desk, ASKED, "They asked on the call what paid sessions cost")
    change(app, "UPDATE service SET price_pence = 9900 WHERE price_pence > 0")
    desk.post(*old, status=409)
    assert rows(app, "SELECT count(*) FROM outbox_message WHERE kind = 'summary'") == [(0,)]


def test_a_price_that_is_none_is_refused_in_words(desk) -> None:
    desk.get("/coach/services/new")
    page = desk.submit("form.service", name="Practice", price="a lot", status=422)
    assert "Please give the price in pounds" in page.text


@pytest.mark.parametrize(
    ("typed", "pence", "shown"),
    [("90", 9000, "£90"), ("£85.50", 8550, "£85.50"), ("1,200", 120000, "£1,200"),
     ("0", 0, "£0"), ("", 0, "£0"), (" £ 45 ", 4500, "£45"), ("0.05", 5, "£0.05")],
)  # fmt: skip
def test_prices_are_read_as_they_are_written(typed, pence, shown) -> None:
    assert pence_of(typed) == pence
    assert price_words(pence) == shown


@pytest.mark.parametrize("typed", ["-5", "1e3", "90.5", "٣٠", "90 euros", "999999", "1.234"])
def test_what_is_no_price(typed) -> None:
    assert pence_of(typed) is None


def test_what_to_begin_with_stands_beside_it_and_not_below_the_prices(desk) -> None:
    add_paid(desk)
    desk.get(WRAP_UP)
    desk.submit(
        f'form[action="{WRAP_UP}/actions"]', fields={"new-text": "Rest", "new-shared": True}
    )
    desk.get(WRAP_UP)
    desk.submit(ASKED)
    said = desk.get("/coach/bookings/1/letter?next=action").text
    assert said.index("Rest") < said.index("Begin with this.") < said.index("You asked what")
