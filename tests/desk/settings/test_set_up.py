"""The one-time link: it ends on a page ready to be booked, and then it is gone."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from coachcrm.auth.core.passwords import is_right
from coachcrm.auth.operations import set_up as auth
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock as kit_clock
from tests.conftest import Coach
from tests.support.cast import FREE, at_once, book, dump, rows, value

only_sqlite = pytest.mark.engines("sqlite")
SAM = asdict(Coach())
MON_TO_FRI = [(day, *window) for day in range(5) for window in ((540, 720), (840, 1020))]


@pytest.fixture
def new_link(app):
    """Print a new link, as each start of the program does."""

    def make() -> str | None:
        with app.app_context(), transaction() as session:
            token = auth.new_set_up_token(session, now=kit_clock.now())
        return f"/set-up/{token}" if token else None

    return make


@pytest.fixture
def link(new_link) -> str:
    return new_link()


def test_the_coach_sets_up_and_can_be_booked_at_once(app, web, visitor, link) -> None:
    web.get(link)
    assert web.submit(**SAM).location == "/coach/"
    assert web.follow().h1 == "Tuesday 1 June 2027"
    assert "Carter Coaching" in web.page.html
    [row] = rows(
        app, "SELECT email, name, timezone, practice, phone, about, password_hash FROM coach"
    )
    assert row[:6] == (
        SAM["email"], SAM["name"], SAM["timezone"], SAM["practice"], "+442079460018", SAM["about"],
    )  # fmt: skip
    assert is_right(row[6], SAM["password"])
    assert SAM["password"] not in repr(dump(app))
    hours = rows(app, "SELECT weekday, opens, closes FROM weekly_hours ORDER BY weekday, opens")
    assert hours == MON_TO_FRI
    public = visitor()
    page = public.get(f"{FREE}?from=2027-06-15")
    times = [node.text().strip() for node in page.all("#d2027-06-15 ~ div a.slot")]
    assert times == [
        "9:00 am", "9:30 am", "10:00 am", "10:30 am", "11:00 am", "11:30 am",
        "2:00 pm", "2:30 pm", "3:00 pm", "3:30 pm", "4:00 pm", "4:30 pm",
    ]  # fmt: skip
    assert book(public)


def test_only_what_must_be_given_must_be_given(app, web, link) -> None:
    web.get(link)
    web.submit(email=SAM["email"], name=SAM["name"], password=SAM["password"])
    assert rows(app, "SELECT timezone, practice, phone, about FROM coach") == [
        ("Europe/London", "", "", "")
    ]
    assert web.get("/").h1 == SAM["name"]


@only_sqlite
def test_the_link_is_stored_as_a_digest_and_looking_spends_nothing_s13_s14(app, web, link) -> None:
    before = dump(app)
    for _ in range(2):
        page = web.get(link)
        web.client.head(link, base_url="http://127.0.0.1")
    assert dump(app) == before
    assert link.rpartition("/")[2] not in repr(before)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_after_set_up_the_link_is_404_and_there_is_no_new_one_s1(app, web, link, new_link) -> None:
    web.get(link)
    form = web.page
    web.submit(**SAM)
    web.get(link, status=404)
    web.page = form
    web.submit(**{**SAM, "name": "Eve"}, status=404)
    assert new_link() is None
    assert rows(app, "SELECT name FROM coach") == [(SAM["name"],)]


@only_sqlite
def test_a_new_link_voids_the_old_s1(web, link, new_link) -> None:
    newer = new_link()
    web.get(link, status=404)
    web.post(link, {"name": "Eve"}, status=404)
    web.get(newer)


@only_sqlite
@pytest.mark.parametrize(
    "token",
    ["x", "%00", "%ed%a0%80", "..%2f..", "é", "x" * 5000, "%0d%0aX:y", "' OR 1=1", "a" * 43],
)
def test_a_wrong_link_is_one_and_the_same_404_s15(web, link, token: str) -> None:
    texts = {web.get(f"/set-up/{token}", status=404).text, web.get("/nowhere", status=404).text}
    assert len(texts) == 1
    web.post(f"/set-up/{token}", SAM, status=404)


@only_sqlite
def test_errors_are_said_in_words_and_all_but_the_password_is_kept(app, web, link) -> None:
    web.get(link)
    typed = {
        "email": "sam at practice", "name": "", "password": "too short", "timezone": "Asia/Kolkata",
        "practice": "P" * 121, "phone": "ring me", "about": "Line one\nLine <two>",
    }  # fmt: skip
    page = web.submit(**typed, status=422)
    assert set(page.errors) == {"email", "name", "password", "practice", "phone"}
    assert page.has(".error-summary[role=alert]")
    assert page.title.startswith("Error:")
    kept = {name: text.replace("\r\n", "\n") for name, text in page.form().data()[1].items()}
    kept.pop("csrf_token")
    assert kept == {**typed, "password": ""}
    assert "too short" not in page.html
    assert rows(app, "SELECT 1 FROM coach") == []
    web.submit(**SAM)


@only_sqlite
def test_the_zone_is_asked_for_as_a_place(app, web, link) -> None:
    assert web.get(link).form().data()[1]["timezone"] == "London"
    page = web.submit(**{**SAM, "timezone": "Atlantis"}, status=422)
    assert "There is no such place in the list" in page.errors["timezone"]
    page = web.submit(timezone="kentucky", password=SAM["password"], status=422)
    assert "Which one is yours?" in page.one(".notice").text()
    assert page.title.startswith("Set up")
    assert not page.has(".error-summary, .error")
    offered = page.form().choices("timezone")
    assert offered == ["America/Kentucky/Louisville", "America/Kentucky/Monticello"]
    url, pairs = page.form().data({"timezone": offered[1], "password": SAM["password"]})
    web.post(url, pairs)
    assert rows(app, "SELECT timezone FROM coach") == [("America/Kentucky/Monticello",)]


@only_sqlite
def test_what_is_to_be_looked_at_again_is_told_in_the_order_of_the_page(web, link) -> None:
    web.get(link)
    wrong = {"name": "", "email": "", "password": "", "timezone": "Atlantis", "phone": "x"}
    page = web.submit(**wrong, status=422)
    assert [told.attributes["href"] for told in page.all(".error-summary a")] == [
        "#name", "#email", "#password", "#timezone", "#phone",
    ]  # fmt: skip


@only_sqlite
def test_what_a_password_must_be_is_said_before_it_is_chosen(web, link) -> None:
    text = web.get(link).text
    assert "At least 12 characters" in text
    assert "not your name, your address" in text
    assert "stands on your pages and in your letters" in text


WEAK = ["short", "passwordpassword", "Sam Carter 2027!", "sam@practice.example", "coachcrm-forever",
        "a" * 2000, "nul\0nul\0nul\0"]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_with_a_reason_s2(app, web, link, password: str) -> None:
    web.get(link)
    page = web.submit(**{**SAM, "password": password}, status=422)
    assert list(page.errors) == ["password"]
    assert rows(app, "SELECT 1 FROM coach") == []


@only_sqlite
def test_a_zone_that_is_not_in_the_list_is_refused_s32(web, link) -> None:
    token = web.get(link).form().data()[1]["csrf_token"]
    for zone in ("Mars/Phobos", "../../etc/passwd", "", "\0", "x" * 10_000):
        page = web.post(link, {**SAM, "timezone": zone, "csrf_token": token}, status=422)
        assert "timezone" in page.errors


@only_sqlite
@pytest.mark.parametrize(("token", "status"), [("", 400), ("forged", 400)])
def test_without_our_form_nothing_is_made_and_nothing_lost_s21(app, web, link, token, status):
    page = web.post(link, {**SAM, "csrf_token": token}, status=status)
    assert rows(app, "SELECT 1 FROM coach") == []
    assert page.form().data()[1]["practice"] == SAM["practice"]
    web.submit(password=SAM["password"])
    assert value(app, "SELECT count(*) FROM coach") == 1


@only_sqlite
def test_what_is_not_on_the_form_is_ignored_s47(app, web, link) -> None:
    token = web.get(link).form().data()[1]["csrf_token"]
    more = {"id": "7", "singleton": "2", "password_hash": "x", "bookings_version": "99"}
    web.post(link, {**SAM, **more, "csrf_token": token})
    assert rows(app, "SELECT id, singleton FROM coach") == [(1, 1)]


def test_two_browsers_at_once_make_one_coach_r6(app, visitor, link) -> None:
    def set_up(name: str) -> int:
        browser = visitor()
        browser.get(link)
        url, pairs = browser.page.form().data({**SAM, "name": name})
        return browser.client.post(url, data=pairs, base_url="http://127.0.0.1").status_code

    statuses = sorted(at_once(*[lambda n=n: set_up(f"Coach {n}") for n in range(4)]))
    assert statuses[0] == 303
    assert set(statuses[1:]) <= {404, 409}
    assert value(app, "SELECT count(*) FROM coach") == 1
    assert value(app, "SELECT count(*) FROM weekly_hours") == 10
    assert value(app, "SELECT count(*) FROM login") == 1


@only_sqlite
@pytest.mark.settings(BASE_URL="http://book.example.org")
def test_over_plain_http_from_elsewhere_nobody_sets_up_s73(web, link) -> None:
    web.get(link, status=403)
    web.post(link, SAM, status=403)


@only_sqlite
def test_before_set_up_every_page_says_so_kindly(web) -> None:
    for path in ("/", FREE, f"{FREE}/20270615T080000Z", "/privacy", "/time-zones"):
        assert "set-up link" in web.get(path, status=503).text
    web.get("/coach/", status=303)
    web.follow()
    web.get("/booking/whatever", status=404)
