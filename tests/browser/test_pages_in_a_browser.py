"""Every page in a real Chromium: fit for everybody, quiet, small, and complete without scripts."""

from __future__ import annotations

import re
from dataclasses import asdict
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from coachcrm import demo
from coachcrm.app import create_app
from coachcrm.kit.data.db import db
from coachcrm.kit.data.migrate import upgrade
from coachcrm.kit.resources import load_config
from coachcrm.kit.time import zones
from coachcrm.kit.web.site import Site
from tests.conftest import Coach
from tests.support.browsing import inspect, look, sign_in
from tests.support.cast import ask

FREE = "/book/free-consultation"
PUBLIC = ["/", f"{FREE}?tz=Europe/London", f"{FREE}?tz=Asia/Kolkata", "/time-zones?q=lon",
          "/privacy", "/nowhere", "/coach/sign-in", "/coach/forgotten-password"]  # fmt: skip
DESK = ["/coach/", "/coach/clients", "/coach/clients/1", "/coach/clients/1/notes/new",
        "/coach/notes/1", "/coach/bookings", "/coach/bookings?show=past", "/coach/availability",
        "/coach/bookings/new", "/coach/bookings/block", "/coach/bookings/1",
        "/coach/bookings/1/move", "/coach/bookings/1/cancel",
        "/coach/mail", "/coach/settings", "/coach/settings/password", "/coach/settings/address",
        "/coach/letters", "/coach/letters/confirmed",
        "/coach/bookings/1/letters", "/coach/calendar", "/coach/services", "/coach/services/new",
        "/coach/services/1", "/coach/settings/page", "/coach/settings/method/ladder",
        "/coach/settings/method/ladder/screen"]  # fmt: skip


@pytest.fixture
def practice(environment, database_url):
    """Fill this test's database with the practice that `coachcrm demo` shows, in real time."""
    settings = load_config().load({"COACHCRM_BASE_URL": "http://127.0.0.1", **environment})
    app = create_app(settings)
    upgrade(app)
    demo.fill(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    rows = ask(database_url, "SELECT public_id FROM booking ORDER BY starts_at DESC")
    site = Site("", settings.secret_keys, True, "", None, "")
    return f"/booking/{site.bookings.sign(rows[0][0])}"


class Watch:
    """Everything that a page asked for and complained of."""

    def __init__(self, page, url: str) -> None:
        self.own = urlsplit(url).netloc
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message) -> None:
        # The browser itself reports the status of an error page, which we ask for on purpose.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def check(self) -> None:
        """Nothing went elsewhere, and nobody complained."""
        elsewhere = [url for url in self.requests if urlsplit(url).netloc != self.own]
        assert not elsewhere
        assert not self.complaints


@pytest.fixture
def watched(page, server) -> Watch:
    return Watch(page, server.url)


def test_axe_finds_nothing_on_any_page_for_visitors(practice, page, watched) -> None:
    page.goto(f"{FREE}?tz=Europe/London")
    form = page.locator("a.slot").first.get_attribute("href")
    of_booking = [f"{practice}/{name}" for name in ("reschedule", "time-zones", "cancel")]
    inspect(page, [*PUBLIC, form, practice, *of_booking])
    watched.check()


def test_axe_finds_nothing_on_any_page_of_the_coach(practice, page, watched) -> None:
    sign_in(page, demo.EMAIL, demo.PASSWORD)
    inspect(page, DESK)
    watched.check()


def test_axe_finds_nothing_where_something_is_wrong(practice, page, watched) -> None:
    page.goto(f"{FREE}?tz=Europe/London")
    page.locator("a.slot").first.click()
    page.get_by_role("button", name=re.compile("^Book")).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert look(page) == []
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert look(page) == []
    taken = ask_for_taken(page)
    page.goto(taken)
    assert look(page) == []
    sign_in(page, demo.EMAIL, demo.PASSWORD)
    page.goto("/coach/availability")
    page.locator("[name=day-0-opens-0]").fill("18:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert look(page) == []
    watched.check()


def ask_for_taken(page) -> str:
    """Return the address of a time that is on nobody's list: the middle of the night."""
    return re.sub(r"T[0-9]{6}Z", "T030000Z", page.url.partition("?")[0])


# --------------------------------------------------------------------------------- from the start


def fill_in(page, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label("Your phone number").fill("+44 7400 123456")
    page.get_by_role("button", name=re.compile("^Book")).click()
    page.wait_for_url("**/booking/**")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")


def test_from_the_set_up_link_to_two_bookings_with_scripts_and_without(
    page, server, watched, new_context, mailbox, database_url
) -> None:
    page.goto(server.set_up_url)
    assert look(page) == []
    sam = asdict(Coach())
    for field in ("name", "email", "password", "practice", "phone", "about"):
        page.locator(f"[name={field}]").fill(sam[field])
    expect(page.get_by_label("Where you are")).to_have_value("London")
    page.get_by_role("button", name="Open my practice").click()
    page.wait_for_url("**/coach/")
    watched.check()

    for scripts, name in ((True, "Ann Lee"), (False, "Ravi Rao")):
        context = new_context(java_script_enabled=scripts, timezone_id="Asia/Kolkata")
        visitor = context.new_page()
        watch = Watch(visitor, server.url)
        visitor.goto("/")
        visitor.get_by_role("link", name="All free times").click()
        visitor.wait_for_url(f"**{FREE}**")
        zone = "Kolkata time" if scripts else "UK time"
        expect(visitor.get_by_text(zone, exact=True)).to_be_visible()
        visitor.locator("a.slot").first.click()
        fill_in(visitor, name, f"{name.partition(' ')[0].lower()}@client.example")
        if scripts:
            assert look(visitor) == []
            printed = visitor.pdf(format="A4")
            assert len(re.findall(rb"/Type /Page\b", printed)) == 1, "it prints on one page"
        assert context.cookies() == [], "a visitor can book without a single cookie"
        watch.check()
    mailbox.wait_for(4)
    assert len(mailbox.to(sam["email"])) == 2
    assert ask(database_url, "SELECT timezone FROM booking ORDER BY id") == [
        ("Asia/Kolkata",), ("Europe/London",),
    ]  # fmt: skip


# ----------------------------------------------------------------------------------- small things


def test_the_button_that_moves_a_booking_says_the_time_that_is_chosen(practice, page) -> None:
    page.goto(f"{practice}/reschedule?from=2020-01-01")
    button = page.get_by_role("button", name="Move to")
    expect(button).to_have_text("Move to this time")
    label = page.locator("label.slot").last
    label.click()
    expect(button).to_have_text(
        re.compile(r"^Move to [A-Z][a-z]{2} \d+ [A-Z][a-z]+, \d+:\d\d [ap]m$")
    )
    expect(button).to_contain_text(label.locator("time").inner_text())


@pytest.mark.parametrize("path", ["/", FREE])
def test_a_visitor_sees_the_times_of_his_own_zone(coach, new_context, server, path: str) -> None:
    context = new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.goto(path)
    page.wait_for_url(lambda url: "tz=" in url)
    assert parse_qs(urlsplit(page.url).query)["tz"] == ["America/New_York"]
    expect(page.get_by_text("New York time").first).to_be_visible()
    page.goto(f"{path}?tz=Asia/Tokyo")
    page.wait_for_timeout(150)
    assert parse_qs(urlsplit(page.url).query)["tz"] == ["Asia/Tokyo"], "a choice is left alone"
    page.go_back()
    page.go_back()
    assert page.url == "about:blank", "the way back is not blocked"


@pytest.mark.parametrize("path", ["/", FREE])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Calcutta", "Pacific/Auckland"])
def test_a_visitor_in_another_zone_gets_one_page_not_two(
    coach, new_context, server, path: str, zone: str
) -> None:
    """And it is the page of his zone to the letter, with the days that his times fall on."""
    page = new_context(timezone_id=zone).new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach("
        "(entry) => { moved += entry.value })).observe({ type: 'layout-shift', buffered: true })"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(path)
    page.wait_for_url(lambda url: "tz=" in url)
    assert sorted(kind for kind in asked if kind != "other") == [
        "document", "fetch", "script", "stylesheet",
    ]  # fmt: skip
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto(page.url)
    assert page.locator("main").inner_html() == plain.locator("main").inner_html()
    assert page.locator("html").get_attribute("data-zone") == zones.canonical(zone)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("moved") < 0.01, "what is seen is never moved away"


def test_without_an_answer_the_page_stays_as_it_is(coach, new_context, server) -> None:
    page = new_context(timezone_id="America/New_York").new_page()
    page.route("**/*tz=*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(FREE)
    expect(page.get_by_text("UK time").first).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    assert "tz=" not in page.url


def test_the_zone_of_the_device_is_offered_first(coach, new_context, server) -> None:
    page = new_context(timezone_id="America/New_York").new_page()
    page.clock.set_fixed_time("2027-06-01T14:34:00Z")
    page.goto("/time-zones?q=zurich&day=2027-06-15&tz=Asia/Tokyo")
    card = page.locator(".yours")
    expect(card).to_contain_text("Your device says")
    expect(card.locator(".big")).to_have_text("New York, 10:34 am")
    expect(page.locator("ul.zl time")).to_have_text("4:34 pm")
    link = urlsplit(card.get_by_role("link", name="Use it").get_attribute("href"))
    assert (link.path, parse_qs(link.query)) == (
        FREE, {"tz": ["America/New_York"], "day": ["2027-06-15"]},
    )  # fmt: skip
    page.goto("/time-zones?tz=America/New_York")
    expect(page.locator(".yours")).to_contain_text("Times are shown in")


def test_the_page_of_times_is_small(coach, new_context, server) -> None:
    page = new_context().new_page()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[int] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{FREE}?tz=Europe/London", wait_until="networkidle")
    assert len(sizes) <= 4
    assert sum(sizes) < 30_000
