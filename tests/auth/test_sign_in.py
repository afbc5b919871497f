"""The coach signs in; a stranger gets nowhere, however he tries."""

from __future__ import annotations

import re

import pytest

from coachcrm.app import make_worker
from coachcrm.auth.views.sign_in import safe_next
from coachcrm.kit.tokens import digest
from coachcrm.kit.web.site import Site
from tests.support.cast import at_once, dump, rows, value

SIGN_IN = "/coach/sign-in"
SECURE = {"BASE_URL": "https://book.example.org"}
WRONG = "do not belong together"
only_sqlite = pytest.mark.engines("sqlite")
limited = pytest.mark.settings(LIMITS="on")


def sign_in(web, coach, *, status: int = 303, url: str = SIGN_IN, **fields: str):
    web.get(url)
    return web.submit(status=status, **{"email": coach.email, "password": coach.password, **fields})


def cookies(page) -> dict[str, str]:
    """Return each cookie that an answer sets, by name, with its attributes."""
    return {line.partition("=")[0]: line for line in page.headers.getlist("Set-Cookie")}


# ----------------------------------------------------------------------------------- the two ways


def test_the_right_password_opens_the_desk(coach, web) -> None:
    assert sign_in(web, coach).location == "/coach/"
    assert web.follow().h1 == "Tuesday 1 June 2027"


def test_case_and_space_around_the_address_do_not_matter(coach, web) -> None:
    sign_in(web, coach, email=f"  {coach.email.upper()} ")


WRONG_PAIRS = [
    {"password": "seven green umbrella"},
    {"password": ""},
    {"password": " seven green umbrellas"},
    {"password": "SEVEN GREEN UMBRELLAS"},
    {"password": "x" * 100_000},
    {"email": "stranger@elsewhere.example"},
    {"email": ""},
    {"email": "sam@practice.example\0"},
    {"email": "' OR 1=1 --"},
    {"email": "x" * 100_000},
]


@only_sqlite
@pytest.mark.parametrize("fields", WRONG_PAIRS)
def test_a_stranger_cannot_tell_what_was_wrong_s5(app, coach, web, fields) -> None:
    page = sign_in(web, coach, status=422, **fields)
    assert page.one("[role=alert]").text(strip=True).startswith("This address and password")
    assert WRONG in page.text
    assert page.form().data()[1]["email"] == fields.get("email", coach.email).replace(
        "\0", "\N{REPLACEMENT CHARACTER}"
    )
    assert coach.password not in page.html
    assert not page.one("#password").attributes.get("value")
    assert page.headers["Cache-Control"] == "no-store"
    assert set(cookies(page)) == {"before-sign-in"}
    assert rows(app, "SELECT 1 FROM login") == []


@only_sqlite
def test_unknown_address_and_wrong_password_read_the_same_to_the_letter_s5(coach, visitor) -> None:
    pages = []
    for email in (coach.email, "so@practice.example".rjust(len(coach.email), "x")):
        page = sign_in(visitor(), coach, status=422, email=email, password="not the right one")
        plain = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html).replace(email, "…")
        headers = {
            k: v for k, v in page.headers.items() if k not in {"Set-Cookie", "Content-Length"}
        }
        pages.append((plain, headers))
    assert pages[0] == pages[1]


@only_sqlite
def test_before_there_is_a_coach_every_password_is_wrong_s1_s5(web) -> None:
    for email in ("admin@localhost.example", "sam@practice.example"):
        web.get(SIGN_IN)
        assert WRONG in web.submit(email=email, password="password", status=422).text


# ------------------------------------------------------------------------------------------ next


@pytest.mark.parametrize(
    "path",
    ["/coach/", "/coach/clients?q=ann&sort=name", "/coach/clients?q=50%25", "/", "/coach/notes/7"],
)
def test_a_path_of_this_site_is_where_the_coach_goes_on_s12(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "coach", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
     "/%2fevil.example", "/%5cevil.example", "%2f%2fevil.example", "https://evil.example",
     "javascript:alert(1)", "/coach\\..\\evil", "/a\r\nSet-Cookie: login=x", "/a%0d%0aX: y",
     "/a\tb", "/\x00", " //evil.example", "/ /evil.example", "/\x7f", "/coach/?a=\r\nX: y",
     "/coach/?a=%0d%0aX: y", "/coach/?a=\x00", "/\t/evil.example", "/%09/evil.example"],
)  # fmt: skip
def test_anything_else_is_not_s12(path: str) -> None:
    assert safe_next(path) is None


@only_sqlite
@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/coach/clients%3Fq%3Dann%26sort%3Dname", "/coach/clients?q=ann&sort=name"),
        ("//evil.example", "/coach/"),
        ("/%5Cevil.example", "/coach/"),
        ("%2f%2fevil.example", "/coach/"),
        ("%252f%252fevil.example", "/coach/"),
        ("/%252fevil.example", "/coach/"),
        ("/x%0d%0aSet-Cookie:%20login=x", "/coach/"),
        ("/coach/?a%0d%0aSet-Cookie:%20login=x", "/coach/"),
        ("/coach/?a%00", "/coach/"),
        ("%ed%a0%80", "/coach/"),
        ("x" * 100_000, "/coach/"),
    ],
)
def test_next_never_leads_away_s12(coach, web, asked: str, goes: str) -> None:
    assert sign_in(web, coach, url=f"{SIGN_IN}?next={asked}").location == goes


@only_sqlite
def test_signing_in_leads_back_to_where_the_door_was_met_s12(coach, web) -> None:
    web.get("/coach/clients?q=zoë+100%25&stage=booked", status=303)
    web.follow()
    web.submit(email=coach.email, password=coach.password)
    page = web.follow()
    assert page.form().data()[1].to_dict() | {"sort": ""} == {
        "q": "zoë 100%", "stage": "booked", "sort": "",
    }  # fmt: skip


# -------------------------------------------------------------------------------------- throttle


@limited
def test_the_ninth_attempt_waits_s3(coach, web, clock) -> None:
    for _ in range(8):
        sign_in(web, coach, status=422, password="not the right one")
    page = sign_in(web, coach, status=429)
    assert page.headers["Retry-After"] == "900"
    assert "15 minutes" in page.text
    clock.move(minutes=15)
    sign_in(web, coach)


@limited
@only_sqlite
def test_guessing_at_many_accounts_is_slowed_by_address_s3(coach, web) -> None:
    for n in range(30):
        web.get(SIGN_IN)
        web.submit(email=f"{n}@x.example", password="y" * 2000, status=422)
    sign_in(web, coach, status=429)


@limited
@only_sqlite
def test_nobody_locks_the_coach_out_from_elsewhere_s4(app, coach, visitor) -> None:
    stranger, sam = visitor(), visitor()
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(8):
        sign_in(stranger, coach, status=422, password="y" * 2000)
    sign_in(stranger, coach, status=429)
    sign_in(sam, coach)


def guess_from_everywhere(visitor, coach, times: int) -> list[int]:
    """Guess from ever new addresses in ever new browsers; return the statuses."""
    found = []
    for n in range(times):
        stranger = visitor()
        stranger.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        stranger.get(SIGN_IN)
        url, pairs = stranger.page.form().data({"email": coach.email, "password": "y" * 2000})
        found.append(stranger.client.post(url, data=pairs, base_url="http://127.0.0.1").status_code)
    return found


@limited
def test_guesses_from_many_addresses_are_slowed_and_the_coachs_browser_is_not_s4(
    coach, visitor, clock
) -> None:
    sam = visitor()
    sign_in(sam, coach)
    clock.move(days=399)
    assert guess_from_everywhere(visitor, coach, 40) == [422] * 20 + [429] * 20
    sign_in(sam, coach)
    elsewhere = visitor()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    page = sign_in(elsewhere, coach, status=429)
    assert "One in which you have signed in before does not" in page.text
    assert page.headers["Retry-After"] == "900"
    clock.move(minutes=15)
    sign_in(elsewhere, coach)


@limited
@only_sqlite
def test_a_known_browser_is_counted_by_itself_wherever_it_is_s4(coach, visitor) -> None:
    sam, stranger = visitor(), visitor()
    sign_in(sam, coach)
    for n in range(29):
        stranger.get(SIGN_IN)
        stranger.submit(email=f"{n}@x.example", password="y" * 2000, status=422)
    sign_in(stranger, coach, status=429)
    for n in range(8):
        sam.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        sign_in(sam, coach, status=422, password="y" * 2000)
    assert "from here" in sign_in(sam, coach, status=429).text


@limited
@only_sqlite
@pytest.mark.parametrize("how", ["cut", "made up", "too old", "of a form"])
def test_a_mark_that_is_not_ours_makes_no_browser_known_s4(
    coach, visitor, settings, clock, how: str
) -> None:
    sam = visitor()
    sign_in(sam, coach)
    mark = sam.client.get_cookie("known-browser", domain="127.0.0.1").value
    if how == "too old":
        clock.move(days=400)
    guess_from_everywhere(visitor, coach, 20)
    cookie = {
        "cut": mark[:-1],
        "made up": "1-x.y",
        "too old": mark,
        "of a form": Site("", settings.secret_keys, True, "", None, "").forms.sign("1-x"),
    }[how]
    sam.client.set_cookie("known-browser", cookie, domain="127.0.0.1")
    sign_in(sam, coach, status=429)


@only_sqlite
def test_a_browser_stays_known_after_signing_out_and_says_nothing_of_the_coach_s4(
    coach, web
) -> None:
    known = cookies(sign_in(web, coach))["known-browser"]
    assert attributes(known) == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert coach.email not in known
    web.follow()
    web.submit("header form", button="Sign out")
    assert web.client.get_cookie("known-browser", domain="127.0.0.1") is not None


@limited
@only_sqlite
def test_case_space_and_a_header_do_not_make_another_stranger_s3_s40(coach, web) -> None:
    for n in range(8):
        web.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
        sign_in(web, coach, status=422, password="y" * 2000, email=coach.email.title() + " " * n)
    sign_in(web, coach, status=429)


@pytest.mark.settings(LIMITS="on", TRUSTED_PROXIES="2")
@only_sqlite
def test_behind_two_proxies_the_address_is_counted_from_the_right_s40(coach, web) -> None:
    def come_from(header: str) -> None:
        web.client.environ_base["HTTP_X_FORWARDED_FOR"] = header

    for n in range(8):
        come_from(f"198.51.100.{n}, 203.0.113.9, 10.0.0.1")
        sign_in(web, coach, status=422, password="y" * 2000)
    come_from("198.51.100.77, 203.0.113.9, 10.0.0.2")
    sign_in(web, coach, status=429)
    come_from("203.0.113.9, 203.0.113.10, 10.0.0.1")
    sign_in(web, coach)


@limited
@only_sqlite
def test_eight_guesses_at_once_are_eight_guesses_s3(coach, visitor) -> None:
    def guess() -> int:
        stranger = visitor()
        stranger.get(SIGN_IN)
        url, pairs = stranger.page.form().data({"email": coach.email, "password": "y" * 2000})
        return stranger.client.post(url, data=pairs, base_url="http://127.0.0.1").status_code

    assert sorted(at_once(*[guess] * 12)) == [422] * 8 + [429] * 4


def test_limits_off_counts_nobody(app, coach, web) -> None:
    for _ in range(9):
        sign_in(web, coach, status=422, password="y" * 2000)
    assert rows(app, "SELECT 1 FROM attempt") == []


# ---------------------------------------------------------------------------------------- logins


def test_a_login_is_random_and_stored_as_a_digest_only_s7(app, coach, visitor) -> None:
    tokens = set()
    for _ in range(2):
        web = visitor()
        sign_in(web, coach)
        tokens.add(web.client.get_cookie("login", domain="127.0.0.1").value)
    assert len(tokens) == 2
    assert all(len(token) == 43 for token in tokens)
    stored = rows(app, "SELECT token_digest FROM login")
    assert {row[0] for row in stored} == {digest(token) for token in tokens}
    assert not any(token in repr(dump(app)) for token in tokens)


@only_sqlite
def test_a_planted_cookie_is_never_adopted_s7(app, coach, web) -> None:
    planted = "p" * 43
    web.client.set_cookie("login", planted, domain="127.0.0.1")
    web.get("/coach/", status=303)
    sign_in(web, coach)
    assert web.client.get_cookie("login", domain="127.0.0.1").value != planted
    stranger = web.client.application.test_client()
    stranger.set_cookie("login", planted, domain="127.0.0.1")
    assert stranger.get("/coach/", base_url="http://127.0.0.1").status_code == 303


@only_sqlite
def test_a_strange_cookie_is_no_login_and_no_bug_s7(coach, web) -> None:
    for token in ("", "x", "é" * 50, "\\ud800", "x" * 8000, '"', "a;b", "' OR 1=1"):
        for name in ("login", "before-sign-in"):
            headers = {"Cookie": f"{name}={token}"}
            web.get("/coach/", status=303, headers=headers)
            web.get(SIGN_IN, headers=headers)


@only_sqlite
@pytest.mark.parametrize("cookie", ["é" * 43, "\\" * 43, '"' * 43, "a b" * 14 + "c"])
def test_whatever_the_browsers_own_secret_looks_like_the_form_works_s23(coach, web, cookie) -> None:
    web.get(SIGN_IN, headers={"Cookie": f"before-sign-in={cookie}"})
    web.get(SIGN_IN)
    web.submit(email=coach.email, password=coach.password)


def test_twelve_idle_hours_end_a_login_s9(coach, coach_web, clock) -> None:
    for _ in range(3):
        clock.move(hours=11, minutes=59)
        coach_web.get("/coach/")
    clock.move(hours=12)
    coach_web.get("/coach/", status=303)


def test_fourteen_days_end_a_login_however_busy_s9(coach, coach_web, clock) -> None:
    for _ in range(14 * 24 // 8 - 1):
        clock.move(hours=8)
        coach_web.get("/coach/")
    clock.move(hours=8)
    coach_web.get("/coach/", status=303)


def test_logins_that_ended_a_week_ago_are_swept_r20(app, coach, visitor, clock) -> None:
    sign_in(visitor(), coach)
    clock.move(days=7, hours=13)
    sign_in(visitor(), coach)
    with app.app_context():
        make_worker(app)._do_chores()
    assert value(app, "SELECT count(*) FROM login") == 1


def test_a_clock_that_jumps_back_does_not_end_a_login_r10(coach, coach_web, clock) -> None:
    clock.move(hours=-2)
    coach_web.get("/coach/")
    clock.move(hours=4)
    coach_web.get("/coach/")


def test_signing_out_ends_the_login_on_the_server_s9(app, coach, coach_web, visitor) -> None:
    token = coach_web.client.get_cookie("login", domain="127.0.0.1").value
    other = visitor()
    sign_in(other, coach)
    coach_web.get("/coach/")
    page = coach_web.submit("header form", button="Sign out")
    assert page.location == SIGN_IN
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert coach_web.client.get_cookie("login", domain="127.0.0.1") is None
    coach_web.client.set_cookie("login", token, domain="127.0.0.1")
    coach_web.get("/coach/", status=303)
    other.get("/coach/")


def test_signing_out_is_a_post_s23(coach_web) -> None:
    coach_web.get("/coach/sign-out", status=405)
    coach_web.get("/coach/")


# --------------------------------------------------------------------------------------- cookies


@only_sqlite
def test_on_loopback_the_login_is_a_plain_cookie_with_all_else_said_s8(coach, web) -> None:
    login = cookies(sign_in(web, coach))["login"]
    attributes = {part.strip() for part in login.split(";")[1:]}
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=1209600"} | {
        part for part in attributes if part.startswith("Expires=")
    }


@only_sqlite
@pytest.mark.settings(**SECURE)
def test_behind_tls_the_login_is_a_host_cookie_s8(coach, web) -> None:
    page = sign_in(web, coach)
    login = cookies(page)["__Host-login"]
    attributes = {part.strip() for part in login.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
    assert not any(part.lower().startswith("domain") for part in attributes)
    web.follow()
    page = web.submit("header form", button="Sign out")
    assert "Max-Age=0" in cookies(page)["__Host-login"]
    assert "Secure" in cookies(page)["__Host-login"]


def attributes(cookie: str) -> set[str]:
    """Return what is said of a cookie, but for its value and how long it lasts."""
    said = {part.strip() for part in cookie.split(";")[1:]}
    return {part for part in said if not part.startswith(("Max-Age=", "Expires="))}


@only_sqlite
@pytest.mark.parametrize(
    ("prefix", "more"),
    [
        pytest.param("", set(), marks=pytest.mark.settings(BASE_URL="http://127.0.0.1")),
        pytest.param("__Host-", {"Secure"}, marks=pytest.mark.settings(**SECURE)),
    ],
)
def test_a_cookie_goes_with_the_attributes_it_came_with_s8(coach, web, prefix, more) -> None:
    came = [cookies(web.get(SIGN_IN)), cookies(sign_in(web, coach))]
    web.follow()
    gone = [came[1], cookies(web.submit("header form", button="Sign out"))]
    for name, before, after in zip(("before-sign-in", "login"), came, gone, strict=True):
        cookie = f"{prefix}{name}"
        assert attributes(before[cookie]) == {"HttpOnly", "Path=/", "SameSite=Lax"} | more
        assert attributes(after[cookie]) == attributes(before[cookie])
        assert "Max-Age=0" in after[cookie]


@only_sqlite
@pytest.mark.settings(**SECURE)
def test_behind_tls_a_plain_login_cookie_opens_nothing_s8(app, coach, web) -> None:
    sign_in(web, coach)
    token = web.client.get_cookie("__Host-login", domain="book.example.org").value
    stranger = app.test_client()
    stranger.set_cookie("login", token, domain="book.example.org")
    assert stranger.get("/coach/", base_url="https://book.example.org").status_code == 303


@only_sqlite
@pytest.mark.settings(BASE_URL="http://book.example.org")
def test_over_plain_http_from_elsewhere_nobody_signs_in_s73(app, coach, web) -> None:
    assert "https" in web.get(SIGN_IN, status=403).text
    web.post(SIGN_IN, {"email": coach.email, "password": coach.password}, status=403)
    web.get("/")


# ------------------------------------------------------------------------------------------ CSRF


@only_sqlite
def test_a_sign_in_form_is_good_in_its_own_browser_only_s23(app, coach, visitor) -> None:
    mine, theirs = visitor(), visitor()
    theirs.get(SIGN_IN)
    mine.get(SIGN_IN)
    mine.page = theirs.page
    mine.submit(email=coach.email, password=coach.password, status=400)
    assert rows(app, "SELECT 1 FROM login") == []
    assert mine.page.form().data()[1]["email"] == coach.email
    mine.submit(password=coach.password)


@only_sqlite
def test_a_form_of_one_login_is_worth_nothing_for_another_s21(coach, coach_web, visitor) -> None:
    other = visitor()
    sign_in(other, coach)
    other.get("/coach/settings")
    coach_web.page = other.page
    coach_web.submit(name="Samuel", status=400)


@only_sqlite
def test_a_form_from_before_signing_in_again_is_refused_s7_s21(app, coach, coach_web) -> None:
    coach_web.get("/coach/settings")
    old = coach_web.page
    sign_in(coach_web, coach)
    coach_web.page = old
    coach_web.submit(name="Samuel", status=400)
    assert value(app, "SELECT name FROM coach") == coach.name


@only_sqlite
def test_an_expired_sign_in_form_keeps_the_address_s23(coach, web, clock) -> None:
    web.get(SIGN_IN)
    clock.move(days=1, seconds=1)
    page = web.submit(email=coach.email, password=coach.password, status=422)
    assert "more than a day" in page.text
    web.submit(password=coach.password)


@only_sqlite
def test_a_login_that_ended_in_mid_form_sends_to_the_door_s21(coach, coach_web, clock) -> None:
    coach_web.get("/coach/settings")
    clock.move(hours=13)
    assert coach_web.submit(name="Samuel").location == "/coach/sign-in?next=/coach/settings"
