"""Every page of the product, empty and full, under the eye that inspects every page it fetches."""

from __future__ import annotations

import pytest

from coachcrm import demo
from coachcrm.auth.operations import set_up as auth
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock as kit_clock
from coachcrm.kit.web.site import Site
from tests.support.cast import ANN, FREE, RAVI, TUESDAY_9, TUESDAY_10, book, cancel, rows

pytestmark = pytest.mark.engines("sqlite")
PUBLIC = [
    "/", FREE, "/privacy", "/time-zones", "/time-zones?q=lon", "/time-zones?q=nowhere",
    f"{FREE}?tz=Asia/Kolkata", f"{FREE}?tz=Mars/Phobos", f"{FREE}?from=2027-07-30",
    "/coach/sign-in?changed=", "/coach/forgotten-password", "/coach/forgotten-password?asked=",
    f"{FREE}?from=nonsense", f"{FREE}/{TUESDAY_9}", f"{FREE}/{TUESDAY_9}?tz=America/St_Johns",
]  # fmt: skip
DESK = [
    "/coach/", "/coach/clients", "/coach/clients?q=nobody", "/coach/clients?sort=name",
    "/coach/notes", "/coach/notes?q=nobody&step=3&shared=private&since=2027-01-01&until=2027-02-30",
    "/coach/bookings", "/coach/bookings?show=past", "/coach/bookings?show=cancelled",
    "/coach/bookings?from=2027-03-24&status=confirmed&q=a", "/coach/bookings?from=nonsense",
    "/coach/bookings/new", "/coach/bookings/new?start=20270615T080000Z&q=a",
    "/coach/bookings/block", "/coach/bookings/block?start=20270615T080000Z",
    "/coach/availability", "/coach/availability?saved=", "/coach/availability/dates",
    "/coach/availability/dates?on=2027-06-19", "/coach/availability/time-off",
    "/coach/availability/bank-holidays", "/coach/availability/month",
    "/coach/availability/month?month=2027-08", "/coach/availability/clock-changes",
    "/coach/mail", "/coach/settings", "/coach/services", "/coach/services/new",
    "/coach/services/1",
    "/coach/settings/address", "/coach/settings?saved=address", "/coach/settings/password",
    "/coach/settings?saved=password", "/coach/settings/page",
    "/coach/settings?saved=", "/coach/calendar", "/coach/letters", "/coach/letters/confirmed",
    "/coach/letters/morning_card", "/coach/letters/follow_up", "/coach/bookings/at-once",
    "/coach/bookings/new-clocks",
    "/coach/settings/method", "/coach/settings/method/wordings", "/coach/insights",
    "/coach/settings/method/wordings/first_employer", "/coach/settings/method/wordings/notes",
    "/coach/settings/method/ladder", "/coach/settings/method/ladder/screen",
]  # fmt: skip


def link_of(app, settings, where: str) -> str:
    [(public_id,), *_] = rows(
        app, f"SELECT public_id FROM booking WHERE {where} ORDER BY starts_at"
    )
    made = Site("", settings.secret_keys, True, "", None, "")
    return f"/booking/{made.bookings.sign(public_id)}"


def test_before_set_up(app, web) -> None:
    for path in ("/", FREE, "/privacy"):
        web.get(path, status=503)
    web.get("/coach/sign-in")
    with app.app_context(), transaction() as session:
        token = auth.new_set_up_token(session, now=kit_clock.now())
    web.get(f"/set-up/{token}")
    web.submit(status=422)
    web.get("/nowhere", status=404)


def test_every_page_of_a_new_practice(coach_web, web) -> None:
    for path in PUBLIC:
        web.get(path)
    for path in DESK:
        coach_web.get(path)


def test_a_booking_on_its_way(app, web, coach_web, clock) -> None:
    """Walk past every page that a booking has, with the errors on each."""
    link = book(web, TUESDAY_9)
    web.get(f"{link}?done=moved")
    web.get(f"{link}/reschedule?from=2027-06-15")
    web.submit(start=None, status=422)
    web.post(f"{link}/reschedule", {}, status=400)
    web.get(f"{link}/reschedule?from=2027-07-31")
    web.get(f"{link}/cancel")
    web.submit(reason="x" * 501, status=422)
    web.post(f"{link}/cancel", {}, status=400)
    web.get(f"{link}/invite.ics")
    web.get(f"{FREE}/{TUESDAY_9}", status=409)
    web.post(f"{FREE}/{TUESDAY_9}", {**ANN, "csrf_token": "x"}, status=409)
    web.get(f"{FREE}/{TUESDAY_10}")
    web.submit(status=422)
    web.submit(**RAVI | {"timezone": "Asia/Kolkata"}, interview_on="2027-02-30", status=422)
    coach_web.get("/coach/clients/1")
    coach_web.get("/coach/clients/1/notes/new?booking=1")
    coach_web.submit("form.note", button="Add a passage", fields={"block-0-text": "Well begun."})
    coach_web.follow()
    old = coach_web.page
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "Better."})
    coach_web.page = old
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "Worse."}, status=409)
    coach_web.post("/coach/notes/1", {"block-0-text": "x"}, status=400)
    for page in ("call", "wrap-up", "letter", "place"):
        coach_web.get(f"/coach/bookings/1/{page}")
    coach_web.submit(place="video", link="x", status=422)
    coach_web.post("/coach/bookings/1/place", {}, status=400)
    clock.at("2027-06-15T07:00:00Z")
    web.get(link)
    web.get(f"{link}/reschedule", status=409)
    clock.at("2027-06-15T09:00:00Z")
    web.get(link)


def test_a_cancelled_booking(web, coach) -> None:
    link = book(web, TUESDAY_9, RAVI)
    cancel(web, link)
    web.follow()
    web.get(link)
    web.get(f"{link}/cancel", status=303)
    web.follow()


@pytest.fixture
def practice(app, clock):
    """Fill the house with the practice that `coachcrm demo` shows."""
    demo.fill(app)
    return app


@pytest.fixture
def sam(practice, visitor):
    browser = visitor()
    browser.get("/coach/sign-in")
    browser.submit(email=demo.EMAIL, password=demo.PASSWORD)
    return browser


def test_every_visitors_page_of_a_practice_in_full_swing(practice, settings, web) -> None:
    for path in PUBLIC[:-2]:
        web.get(path)
    for where in ("starts_at > '2027-06-01'", "starts_at < '2027-06-01'"):
        link = link_of(practice, settings, where)
        web.get(link)
        if ">" in where:
            web.get(f"{link}/reschedule")
            web.get(f"{link}/cancel")


def test_every_coachs_page_of_a_practice_in_full_swing(practice, sam) -> None:
    for path in DESK:
        sam.get(path)
    for (client_id,) in rows(practice, "SELECT id FROM client"):
        sam.get(f"/coach/clients/{client_id}")
    for (booking_id,) in rows(practice, "SELECT id FROM booking"):
        sam.get(f"/coach/bookings/{booking_id}/letters")
        for page in ("record", "story", "brief", "insights"):
            sam.get(f"/coach/clients/{client_id}/{page}")
    for (application_id,) in rows(practice, "SELECT id FROM application"):
        sam.get(f"/coach/applications/{application_id}")
        sam.get(f"/coach/applications/{application_id}/review")
        sam.get(f"/coach/applications/{application_id}/ask")
    for (note_id,) in rows(practice, "SELECT id FROM note"):
        sam.get(f"/coach/notes/{note_id}")
        sam.get(f"/coach/notes/{note_id}/share")
        sam.get(f"/coach/notes/{note_id}/versions")
        sam.get(f"/coach/notes/{note_id}/lock")
    for (booking_id,) in rows(practice, "SELECT id FROM booking"):
        sam.get(f"/coach/bookings/{booking_id}/call")
        sam.get(f"/coach/bookings/{booking_id}/wrap-up?")
    text = sam.get("/coach/?all=1").text
    assert "no note on" in text


def test_every_page_has_a_title_of_its_own_and_says_whose_it_is(sam, web) -> None:
    seen: dict[str, str] = {}
    for path in ("/", FREE, "/privacy", "/time-zones", f"{FREE}?from=2027-06-20"):
        title = web.get(path).one("head title").text()
        assert title.endswith(" · Reed Interview Coaching"), path
        seen.setdefault(title, path.partition("?")[0])
        assert seen[title] == path.partition("?")[0]
    for path in DESK:
        title = sam.get(path).one("head title").text()
        assert title.endswith(" · Reed Interview Coaching"), path
        assert seen.setdefault(title, path.partition("?")[0]) == path.partition("?")[0]
