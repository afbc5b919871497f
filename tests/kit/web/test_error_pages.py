"""When something is wrong, a page says what happened, what did not, and what to do next."""

from __future__ import annotations

import json

import pytest
import wtforms
from werkzeug.exceptions import abort

from coachcrm.bare import set_up_log
from coachcrm.kit.errors import DatabaseBusy, Refusal, TooMany
from coachcrm.kit.web.error_pages import refused
from coachcrm.kit.web.forms import Form
from coachcrm.kit.web.guard import public

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.own]
SECRET = "ann@client.example told me this"


class Closed(Refusal):
    status = 410
    title = "The shop is closed"
    sentence = "We close at five."
    what_next = "Please come tomorrow."


@pytest.fixture
def trouble(app):
    """Routes of this test alone, one for each kind of trouble."""

    def bug() -> str:
        told = SECRET
        raise ZeroDivisionError(len(told))

    def deep() -> str:
        return deep()

    def broken_template() -> str:
        return app.jinja_env.from_string("{{ nothing.there.at_all }}").render()

    app.add_url_rule("/bug", view_func=public(bug), methods=["GET", "POST"])
    app.add_url_rule("/deep", view_func=public(deep), endpoint="deep")
    app.add_url_rule("/template", view_func=public(broken_template), endpoint="template")
    app.add_url_rule("/closed", "closed", public(lambda: (_ for _ in ()).throw(Closed)))
    app.add_url_rule("/teapot", "teapot", public(lambda: abort(418)))
    app.add_url_rule("/unavailable", "unavailable", public(lambda: abort(503)))
    app.add_url_rule(
        "/busy", "busy", public(lambda: (_ for _ in ()).throw(TooMany("Slowly.", retry_after=61)))
    )


@pytest.fixture
def web(trouble, web):
    return web


@pytest.mark.parametrize("path", ["/bug", "/deep", "/template"])
def test_a_bug_is_a_plain_page_without_a_trace_s65(web, path: str) -> None:
    page = web.get(path, status=500)
    assert page.h1 == "Something went wrong on our side"
    for words in ("Traceback", "ZeroDivisionError", "jinja", ".py", SECRET):
        assert words not in page.html
    assert page.headers["Cache-Control"] == "no-store"


def test_a_script_gets_a_bug_in_json_s65(web) -> None:
    for headers in ({"Accept": "application/json"}, {"Sec-Fetch-Dest": "empty"}):
        page = web.get("/bug", status=500, headers=headers)
        assert set(page.json) == {"error", "what_next"}


def test_a_bug_is_logged_without_what_people_told_us_s66(web, capfd) -> None:
    set_up_log()
    web.get("/bug", status=500)
    lines = capfd.readouterr().err.strip().splitlines()
    [line] = [json.loads(line) for line in lines]
    assert line["event"] == "bug"
    assert line["endpoint"] == "bug"
    assert line["timestamp"].endswith("Z")
    assert "ZeroDivisionError" in json.dumps(line)
    assert SECRET not in json.dumps(line)


def test_a_refusal_is_shown_with_its_own_words(web) -> None:
    page = web.get("/closed", status=410)
    assert page.h1 == "The shop is closed"
    assert "We close at five. Please come tomorrow." in page.text
    page = web.get("/closed", status=410, headers={"Accept": "application/json"})
    assert page.json == {"error": "We close at five.", "what_next": "Please come tomorrow."}


def test_who_must_wait_is_told_how_long_s3(web) -> None:
    page = web.get("/busy", status=429)
    assert page.headers["Retry-After"] == "61"
    assert "2 minutes" in page.text


def test_statuses_of_the_framework_have_our_pages(web) -> None:
    for path, status in (("/teapot", 418), ("/unavailable", 503), ("/nowhere", 404)):
        web.get(path, status=status)
    page = web.post("/privacy", {}, status=405)
    assert "GET" in page.headers["Allow"]


def forms_below(form: type) -> list[type]:
    """Return every kind of form that the program has, once all its rooms are loaded."""
    return [one for kind in form.__subclasses__() for one in (kind, *forms_below(kind))]


def password_fields() -> list[str]:
    return sorted(
        {
            name
            for form in forms_below(wtforms.Form)
            for name in dir(form)
            if issubclass(getattr(getattr(form, name), "field_class", Form), wtforms.PasswordField)
        }
    )


def page_when_locked(app, **fields: str) -> str:
    """Return the page that answers a form while the database is locked."""
    with app.test_request_context("/anywhere", method="POST", data=fields):
        return refused(DatabaseBusy()).get_data(as_text=True)


def test_no_password_of_any_form_stands_in_a_page_when_nothing_can_be_saved_r8_s65(app) -> None:
    names = password_fields()
    assert {"password", "present_password"} <= {*names}
    for name in names:
        assert SECRET not in page_when_locked(app, email="sam@practice.example", **{name: SECRET})
    assert "I froze." in page_when_locked(app, email="ann@client.example", message="I froze.")


def test_what_a_form_keeps_secret_is_kept_whatever_it_calls_it(app) -> None:
    class Card(Form):
        shibboleth = wtforms.PasswordField("What only you know")

    class Longer(Card):
        name = wtforms.StringField("Your name")

    assert SECRET not in page_when_locked(app, name="Ann", shibboleth=SECRET)


@pytest.mark.parametrize(
    "path",
    ["/%00", "/%ed%a0%80", "/%ff", "/" + "x" * 20_000, "//", "/%2e%2e/", "/%0d%0aX:y", "/book/%00",
     "/book/free-consultation/%00", "/booking/%ed%a0%80.x", "/coach/%00", "/coach/clients/%ff",
     "/api/v1/services/%00/slots", "/<script>", "/é"],
)  # fmt: skip
def test_no_address_is_a_bug_s32(web, coach, path: str) -> None:
    answer = web.client.get(path, base_url="http://127.0.0.1")
    assert answer.status_code in {301, 303, 308, 404}
