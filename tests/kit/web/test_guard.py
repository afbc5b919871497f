"""What stands at the door of every request: host, size, origin, form token, headers."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from coachcrm.kit.web import guard
from coachcrm.kit.web.guard import FormProblem, check_form_token, issue_form_token
from coachcrm.kit.web.site import Site
from tests.conftest import KEY, NOW
from tests.support.cast import FREE, TUESDAY_9, dump

pytestmark = pytest.mark.engines("sqlite")
SIGN_IN = "/coach/sign-in"
SECURE = {"BASE_URL": "https://book.example.org"}


def site(*keys: str, base_url: str = SECURE["BASE_URL"]) -> Site:
    return Site(base_url, keys or (KEY,), True, "a@b.example", None, "")


# -------------------------------------------------------------------------------- the form token


def test_a_fresh_token_is_good_and_each_is_another_s60() -> None:
    token = issue_form_token(site(), now=NOW)
    assert check_form_token(site(), token, now=NOW) is None
    assert issue_form_token(site(), now=NOW) != token


@pytest.mark.parametrize(
    ("age", "problem"),
    [(timedelta(hours=24), None), (timedelta(hours=24, seconds=1), FormProblem.EXPIRED),
     (timedelta(days=400), FormProblem.EXPIRED)],
)  # fmt: skip
def test_a_token_is_good_for_a_day_s60(age: timedelta, problem: FormProblem | None) -> None:
    token = issue_form_token(site(), now=NOW)
    assert check_form_token(site(), token, now=NOW + age) is problem


@pytest.mark.parametrize("token", ["x", ".", "1-a.b", "-.", "é", "\ud800", "\0", "9" * 100_000])
def test_a_forged_token_is_told_from_a_missing_one_s60(token: str) -> None:
    assert check_form_token(site(), token, now=NOW) is FormProblem.FORGED
    assert check_form_token(site(), "", now=NOW) is FormProblem.MISSING


def test_a_token_is_good_only_where_it_is_bound_to_s21() -> None:
    token = issue_form_token(site(), now=NOW, bound_to="a-login")
    assert "a-login" not in token
    assert check_form_token(site(), token, now=NOW, bound_to="a-login") is None
    for other in ("another-login", guard.ANYONE, ""):
        assert check_form_token(site(), token, now=NOW, bound_to=other) is FormProblem.FORGED


def test_an_open_form_outlives_a_change_of_keys_s68() -> None:
    token = issue_form_token(site(), now=NOW)
    new = "another-key-0123456789-zyxwvutsrqponm"
    assert check_form_token(site(new, KEY), token, now=NOW) is None
    assert check_form_token(site(new), token, now=NOW) is FormProblem.FORGED


# ----------------------------------------------------------------------------------------- host


LOOPBACK = ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000"]
FOREIGN = [
    "evil.example", "127.0.0.1.evil.example", "evil.example:8000", "evil.example#127.0.0.1",
    "127.0.0.2", "localhost.evil.example", "127.0.0.1@evil.example", "[::2]",
    "evil.example@127.0.0.1", "127.0.0.1/evil", "[::1",
    ".", "evil..example", f"{'e' * 64}.example",
    "é.example", "%31%32%37.0.0.1", "", "127.0.0.1 evil.example", "127.0.0.1,evil.example",
]  # fmt: skip


def test_on_loopback_every_loopback_name_is_ours_s39(app, coach) -> None:
    for host in LOOPBACK:
        assert app.test_client().get("/", headers={"Host": host}).status_code == 200, host


def test_another_host_is_answered_400_s39(app, coach) -> None:
    for host in FOREIGN:
        for path in ("/", SIGN_IN, "/nowhere", "/static/x/style.css", "/coach/"):
            answer = app.test_client().get(path, headers={"Host": host})
            assert answer.status_code == 400, (host, path)
            assert "evil" not in answer.get_data(as_text=True)


@pytest.mark.settings(**SECURE)
@pytest.mark.parametrize(
    ("host", "status"),
    [("book.example.org", 200), ("BOOK.example.org:443", 200), ("book.example.org:8443", 200),
     ("127.0.0.1", 400), ("localhost", 400), ("example.org", 400), ("x.book.example.org", 400)],
)  # fmt: skip
def test_with_a_public_address_only_its_host_is_ours_s39(app, coach, host, status: int) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7:8000", "é", ""])
def test_a_health_probe_may_use_any_host_s70(app, host: str) -> None:
    answer = app.test_client().get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ok")


def test_links_are_built_from_the_setting_never_from_the_request_s39(app, coach_web) -> None:
    answer = app.test_client().get(
        "/coach/", headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    )
    assert answer.location == "/coach/sign-in?next=/coach/"


# --------------------------------------------------------------------------------------- origin


THEIRS = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://[::1"},
    {"Origin": "127.0.0.1"},
    {"Origin": "https://127.0.0.1"},
    {"Origin": "https://127.0.0.1:80"},
    {"Origin": "http://127.0.0.1:9000", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost:9000"},
    {"Origin": "http://127.0.0.1:99999"},
    {"Origin": "ftp://127.0.0.1:80"},
    {"Sec-Fetch-Site": "something-new"},
]
OURS = [
    {},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:80"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://[::1]"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
]


def sent_from(coach_web, headers: dict[str, str], path: str = "/coach/sign-out") -> int:
    token = coach_web.get("/coach/").one("#sign-out [name=csrf_token]").attributes["value"]
    answer = coach_web.client.post(
        path, data={"csrf_token": token}, headers=headers, base_url="http://127.0.0.1"
    )
    return answer.status_code


def test_an_act_from_another_site_is_refused_s21(app, coach_web) -> None:
    before = dump(app)
    for headers in THEIRS:
        assert sent_from(coach_web, headers) == 400, headers
    assert dump(app) == before


def test_an_act_from_our_page_is_done_s21(coach_web) -> None:
    for headers in OURS:
        assert sent_from(coach_web, headers, "/coach/calendar/revoke") == 303, headers


OF_A_SITE = [
    ("https://book.example.org", "https://book.example.org", True),
    ("https://book.example.org", "https://BOOK.example.org:443", True),
    ("https://book.example.org", "http://book.example.org", False),
    ("https://book.example.org", "http://book.example.org:443", False),
    ("https://book.example.org", "https://book.example.org:8443", False),
    ("https://book.example.org", "https://127.0.0.1", False),
    ("https://book.example.org", "https://x.book.example.org", False),
    ("https://book.example.org:8443", "https://book.example.org:8443", True),
    ("https://book.example.org:8443", "https://book.example.org", False),
    ("http://book.example.org", "http://book.example.org:80", True),
    ("http://127.0.0.1:8000", "http://localhost:8000", True),
    ("http://127.0.0.1:8000", "http://127.0.0.1", False),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000 ", False),
    ("http://127.0.0.1:8000", "http://127.0.0.1:x", False),
]


@pytest.mark.parametrize(("base_url", "origin", "is_ours"), OF_A_SITE)
def test_an_origin_is_scheme_host_and_port_s21(base_url: str, origin: str, is_ours: bool) -> None:
    asked = urlsplit(base_url).netloc
    assert site(base_url=base_url).is_our_origin(origin, asked=asked) is is_ours


def test_through_a_tunnel_the_port_is_the_one_the_browser_asked_for_s21(coach_web) -> None:
    """At home the program may be reached by another port than it knows of."""
    token = coach_web.get("/coach/").one("#sign-out [name=csrf_token]").attributes["value"]

    def sent(host: str, origin: str) -> int:
        return coach_web.client.post(
            "/coach/calendar/revoke",
            data={"csrf_token": token},
            headers={"Host": host, "Origin": origin},
            base_url="http://127.0.0.1",
        ).status_code

    assert sent("127.0.0.1:9000", "http://127.0.0.1:9000") == 303
    assert sent("127.0.0.1:9000", "http://127.0.0.1:9001") == 400
    assert sent("127.0.0.1:9000", "https://127.0.0.1:9000") == 400
    assert sent("127.0.0.1:99999", "http://127.0.0.1") == 400


def test_without_a_token_no_origin_helps_s21(app, coach_web) -> None:
    before = dump(app)
    for token in (None, "", "forged", issue_form_token(site(), now=NOW)):
        data = {} if token is None else {"csrf_token": token}
        coach_web.post("/coach/sign-out", data, status=400)
    assert dump(app) == before


def test_a_token_in_the_address_is_none_s22(coach_web) -> None:
    token = coach_web.get("/coach/").one("#sign-out [name=csrf_token]").attributes["value"]
    coach_web.post(f"/coach/sign-out?csrf_token={token}", status=400)


def test_an_expired_token_is_said_to_be_one_s21(coach_web, clock) -> None:
    page = coach_web.get("/coach/settings")
    for _ in range(3):  # in use, so that the login does not become idle
        clock.move(hours=9)
        coach_web.get("/coach/")
    coach_web.page = page
    coach_web.submit(name="Samuel Carter", status=422)
    assert "more than a day" in coach_web.page.text


@pytest.mark.parametrize("body", ["[" * 50_000, '{"csrf_token": "x"}', "null"])
def test_json_is_no_form_s22(coach_web, body: str) -> None:
    answer = coach_web.client.post(
        "/coach/sign-out", data=body, content_type="application/json", base_url="http://127.0.0.1"
    )
    assert answer.status_code == 400


def test_a_method_cannot_be_put_on_s22(app, coach_web) -> None:
    before = dump(app)
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
        coach_web.get("/coach/sign-out?_method=POST", status=405, headers=headers)
    assert dump(app) == before


# -------------------------------------------------------------------------------------- headers


def every_kind_of_answer(app, coach_web, web) -> dict[str, object]:
    client, plain = web.client, {"base_url": "http://127.0.0.1"}
    return {
        "public": client.get("/", **plain),
        "form": client.get(f"{FREE}/{TUESDAY_9}", **plain),
        "redirect": client.get("/coach/", **plain),
        "private": coach_web.client.get("/coach/clients", **plain),
        "json": client.get("/api/v1/services/free-consultation/slots", **plain),
        "static": client.get(app.jinja_env.globals["asset"]("style.css"), **plain),
        "health": client.get("/healthz", **plain),
        "400": client.get("/", headers={"Host": "evil.example"}),
        "404": client.get("/nowhere", **plain),
        "404 by token": client.get("/booking/wrong", **plain),
        "405": client.delete("/", **plain),
        "413": client.post(f"{FREE}/{TUESDAY_9}", data={"name": "x" * 1_100_000}, **plain),
        "options": client.options("/", **plain),
        "500": client.get("/a-bug", **plain),
    }


@pytest.fixture
def bug(app):
    """Make a mistake of ours, at an address of its own."""
    app.add_url_rule("/a-bug", "bug", guard.public(lambda: 1 / 0))


@pytest.fixture
def answers(app, bug, coach_web, web):
    return every_kind_of_answer(app, coach_web, web)


@pytest.mark.own
def test_every_kind_of_answer_carries_the_security_headers_s24_s27(answers) -> None:
    for kind, answer in answers.items():
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        for part in (
            "default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'",
        ):  # fmt: skip
            assert part in policy, kind
        assert "unsafe" not in policy, kind
        assert "http" not in policy, kind
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", kind
        assert "camera=()" in headers["Permissions-Policy"], kind
        assert "Access-Control-Allow-Origin" not in headers, kind
        assert "Strict-Transport-Security" not in headers, f"{kind}: plain http"
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, kind
        if answer.mimetype.startswith("text/") and answer.status_code != 204:
            assert "charset=utf-8" in headers["Content-Type"], kind


@pytest.mark.own
def test_what_is_private_or_wrong_is_never_stored_s27(answers) -> None:
    for kind in ("400", "404", "404 by token", "413", "500", "private", "form"):
        assert answers[kind].headers["Cache-Control"] == "no-store", kind


@pytest.mark.own
def test_statuses_are_true_s65(answers) -> None:
    for kind, answer in answers.items():
        if kind[:3].isdecimal():
            assert answer.status_code == int(kind[:3])
            assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.own
def test_a_token_page_tells_nobody_its_address_s17(answers) -> None:
    headers = answers["404 by token"].headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]


@pytest.mark.settings(**SECURE)
def test_behind_tls_browsers_are_told_to_stay_there_s27(app, coach) -> None:
    for path in ("/", "/nowhere", "/coach/"):
        answer = app.test_client().get(path, base_url="https://book.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.own
def test_a_visitor_who_only_looks_gets_no_cookie_s8(answers) -> None:
    for kind in ("public", "form", "404", "redirect", "static", "json"):
        assert "Set-Cookie" not in answers[kind].headers, kind


# ----------------------------------------------------------------------------------------- size


@pytest.mark.parametrize("path", [SIGN_IN, f"{FREE}/{TUESDAY_9}", "/coach/settings"])
def test_more_than_a_megabyte_is_413_and_nothing_is_done_s41(app, coach_web, path: str) -> None:
    before = dump(app)
    coach_web.post(path, {"name": "x" * (guard.MOST_BYTES + 1)}, status=413)
    assert "too much at once" in coach_web.page.text
    assert dump(app) == before


def test_a_crowd_of_fields_is_survived_s41(coach_web) -> None:
    body = "&".join(f"f{n}=1" for n in range(90_000))
    answer = coach_web.client.post(
        "/coach/settings",
        data=body,
        content_type="application/x-www-form-urlencoded",
        base_url="http://127.0.0.1",
    )
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x",
     "text/plain", "application/x-www-form-urlencoded; charset=utf-16", "", "x" * 5000],
)  # fmt: skip
def test_a_body_of_any_kind_is_no_bug_s41(app, coach, content_type: str) -> None:
    for body in (
        b"",
        b"\0\xff" * 500,
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n",
    ):
        answer = app.test_client().post(
            SIGN_IN, data=body, content_type=content_type, base_url="http://127.0.0.1"
        )
        assert answer.status_code in {400, 413}
