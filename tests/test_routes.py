"""Every address of the product stands in one list: for anyone, by a secret link, or the coach's."""

from __future__ import annotations

import pytest

from coachcrm.kit.web.guard import UNSAFE, access_of
from tests.support.cast import dump

pytestmark = pytest.mark.engines("sqlite")

PUBLIC = {
    "GET /",
    "GET /privacy",
    "GET /robots.txt",
    "GET /sitemap.xml",
    "GET /.well-known/security.txt",
    "GET /healthz",
    "GET /time-zones",
    "GET /book/<service>",
    "GET /book/<service>/<start>",
    "POST /book/<service>/<start>",
    "GET /api/v1/services/<service>/slots",
    "GET /static/<mark>/<name>",
    "GET /photo/<mark>/<name>",
    "GET /favicon.ico",
    "GET /apple-touch-icon.png",
    "GET /coach/sign-in",
    "POST /coach/sign-in",
    "GET /coach/forgotten-password",
    "POST /coach/forgotten-password",
}
TOKEN = {
    "GET /booking/<token>",
    "GET /booking/<token>/invite.ics",
    "GET /booking/<token>/reschedule",
    "POST /booking/<token>/reschedule",
    "GET /booking/<token>/time-zones",
    "GET /booking/<token>/cancel",
    "POST /booking/<token>/cancel",
    "GET /calendar/<token>.ics",
    "GET /set-up/<token>",
    "POST /set-up/<token>",
    "GET /coach/new-password/<token>",
    "POST /coach/new-password/<token>",
}
PRIVATE = {
    "GET /coach/",
    "POST /coach/set-up/not-needed",
    "POST /coach/sign-out",
    "GET /coach/clients",
    "GET /coach/clients/<id:client_id>",
    "POST /coach/clients/<id:client_id>",
    "GET /coach/clients/<id:client_id>/notes/new",
    "POST /coach/clients/<id:client_id>/notes/new",
    "GET /coach/notes/<id:note_id>",
    "POST /coach/notes/<id:note_id>",
    "GET /coach/notes",
    "GET /coach/notes/<id:note_id>/share",
    "POST /coach/notes/<id:note_id>/share/<id:block_id>",
    "POST /coach/notes/<id:note_id>/take-back/<id:block_id>",
    "GET /coach/notes/<id:note_id>/versions",
    "GET /coach/notes/<id:note_id>/versions/<id:version_id>",
    "POST /coach/notes/<id:note_id>/versions/<id:version_id>/restore",
    "GET /coach/notes/<id:note_id>/lock",
    "POST /coach/notes/<id:note_id>/lock",
    "POST /coach/notes/<id:note_id>/additions",
    "POST /coach/notes/<id:note_id>/additions/draft",
    "POST /coach/notes/<id:note_id>/lines/<id:line_id>/undo",
    "GET /coach/bookings",
    "GET /coach/bookings/at-once",
    "POST /coach/bookings/at-once/cancel",
    "POST /coach/bookings/at-once/confirm",
    "POST /coach/bookings/at-once/put-back",
    "GET /coach/bookings/new-clocks",
    "POST /coach/bookings/new-clocks/tell",
    "POST /coach/bookings/new-clocks/leave",
    "GET /coach/bookings/new",
    "POST /coach/bookings/new",
    "GET /coach/bookings/block",
    "POST /coach/bookings/block",
    "GET /coach/bookings/block/<id:time_off_id>",
    "POST /coach/bookings/block/<id:time_off_id>",
    "GET /coach/bookings/<id:booking_id>",
    "GET /coach/bookings/<id:booking_id>/move",
    "POST /coach/bookings/<id:booking_id>/move",
    "GET /coach/bookings/<id:booking_id>/place",
    "POST /coach/bookings/<id:booking_id>/place",
    "GET /coach/bookings/<id:booking_id>/cancel",
    "POST /coach/bookings/<id:booking_id>/cancel",
    "POST /coach/bookings/<id:booking_id>/outcome",
    "POST /coach/not-now",
    "POST /coach/to-do/actions/<id:action_id>/done",
    "GET /coach/bookings/<id:booking_id>/call",
    "POST /coach/bookings/<id:booking_id>/call/rejection",
    "GET /coach/bookings/<id:booking_id>/wrap-up",
    "POST /coach/bookings/<id:booking_id>/wrap-up/outcome",
    "POST /coach/bookings/<id:booking_id>/wrap-up/stage",
    "POST /coach/bookings/<id:booking_id>/wrap-up/actions",
    "POST /coach/bookings/<id:booking_id>/wrap-up/asked",
    "GET /coach/bookings/<id:booking_id>/letter",
    "POST /coach/bookings/<id:booking_id>/letter",
    "GET /coach/availability",
    "POST /coach/availability",
    "GET /coach/availability/dates",
    "POST /coach/availability/dates",
    "POST /coach/availability/dates/<on>/remove",
    "GET /coach/availability/time-off",
    "POST /coach/availability/time-off",
    "POST /coach/availability/time-off/<id:time_off_id>/remove",
    "GET /coach/availability/bank-holidays",
    "POST /coach/availability/bank-holidays",
    "POST /coach/availability/bank-holidays/<on>/open",
    "POST /coach/availability/bank-holidays/<on>/close",
    "GET /coach/availability/month",
    "GET /coach/availability/clock-changes",
    "GET /coach/services",
    "GET /coach/services/new",
    "POST /coach/services/new",
    "GET /coach/services/<id:service_id>",
    "POST /coach/services/<id:service_id>",
    "POST /coach/services/<id:service_id>/new-link",
    "POST /coach/services/<id:service_id>/new-place",
    "POST /coach/services/<id:service_id>/delete",
    "GET /coach/mail",
    "POST /coach/mail/<id:message_id>/send-again",
    "GET /coach/letters",
    "GET /coach/letters/<letter>",
    "POST /coach/letters/<letter>",
    "POST /coach/letters/<letter>/reset",
    "POST /coach/letters/<letter>/test",
    "GET /coach/bookings/<id:booking_id>/letters",
    "POST /coach/bookings/<id:booking_id>/letters/send-again",
    "POST /coach/bookings/<id:booking_id>/letters/address",
    "GET /coach/calendar",
    "POST /coach/calendar",
    "POST /coach/calendar/revoke",
    "POST /coach/mail/<id:message_id>/put-aside",
    "POST /coach/mail/invite-anew",
    "GET /coach/settings",
    "POST /coach/settings",
    "GET /coach/settings/page",
    "POST /coach/settings/page",
    "POST /coach/settings/page/photo",
    "POST /coach/settings/page/photo/remove",
    "GET /coach/settings/address",
    "POST /coach/settings/address",
    "GET /coach/settings/password",
    "POST /coach/settings/password",
    "GET /coach/settings/method",
    "POST /coach/settings/method",
    "GET /coach/settings/method/wordings",
    "GET /coach/settings/method/wordings/<wording>",
    "POST /coach/settings/method/wordings/<wording>",
    "POST /coach/settings/method/wordings/<wording>/reset",
    "GET /coach/settings/method/ladder",
    "POST /coach/settings/method/ladder",
    "GET /coach/settings/method/ladder/<rung>",
    "POST /coach/settings/method/ladder/<rung>",
    "POST /coach/settings/method/ladder/<rung>/<act>",
    "GET /coach/settings/method/themes",
    "GET /coach/settings/method/themes/new",
    "POST /coach/settings/method/themes/new",
    "GET /coach/settings/method/themes/<id:theme_id>",
    "POST /coach/settings/method/themes/<id:theme_id>",
    "POST /coach/settings/method/themes/<id:theme_id>/put-aside",
    "POST /coach/settings/method/themes/<id:theme_id>/put-back",
    "POST /coach/settings/method/themes/<id:theme_id>/merge",
    "GET /coach/insights",
    "GET /coach/clients/<id:client_id>/history",
    "GET /coach/clients/<id:client_id>/meetings",
    "GET /coach/clients/<id:client_id>/notes",
    "GET /coach/clients/<id:client_id>/story",
    "GET /coach/to-do",
    "GET /coach/clients/<id:client_id>/brief",
    "GET /coach/clients/<id:client_id>/insights",
    "GET /coach/clients/<id:client_id>/record",
    "POST /coach/clients/<id:client_id>/record",
    "GET /coach/clients/<id:client_id>/record/<noun>/new",
    "POST /coach/clients/<id:client_id>/record/<noun>/new",
    "GET /coach/clients/<id:client_id>/record/steps/<int:step>",
    "POST /coach/clients/<id:client_id>/record/steps/<int:step>",
    "GET /coach/record/<noun>/<id:row_id>",
    "POST /coach/record/<noun>/<id:row_id>",
    "POST /coach/record/<noun>/<id:row_id>/remove",
    "POST /coach/record/item/<id:item_id>/strength",
    "POST /coach/record/item/<id:item_id>/themes/<id:theme_id>/remove",
    "GET /coach/record/fit/<id:fit_id>/stories",
    "POST /coach/record/fit/<id:fit_id>/stories",
    "POST /coach/record/action/<id:action_id>/done",
    "POST /coach/clients/<id:client_id>/record/homework/<int:step>/<int:number>",
    "GET /coach/applications/<id:application_id>/ask",
    "POST /coach/applications/<id:application_id>/ask",
    "POST /coach/applications/<id:application_id>/ask/hand-over",
    "POST /coach/applications/<id:application_id>/notes-request",
    "POST /coach/applications/<id:application_id>/notes-request/take-back",
    "GET /coach/applications/<id:application_id>",
    "GET /coach/applications/<id:application_id>/review",
    "POST /coach/applications/<id:application_id>/review",
}
LISTS = {"public": PUBLIC, "token": TOKEN, "private": PRIVATE}
SPECIMEN = {
    "<service>": "free-consultation", "<start>": "20270615T080000Z", "<token>": "wrong",
    "<mark>": "x", "<name>": "style.css", "<id:client_id>": "1", "<id:note_id>": "1",
    "<id:message_id>": "1", "<id:time_off_id>": "1", "<on>": "2027-08-30",
    "<id:booking_id>": "1", "<letter>": "confirmed", "<id:service_id>": "1",
    "<id:block_id>": "1", "<id:version_id>": "1", "<id:line_id>": "1",
    "<noun>": "item", "<id:row_id>": "1", "<id:item_id>": "1",
    "<id:action_id>": "1", "<id:application_id>": "1", "<int:step>": "1",
    "<int:number>": "1", "<wording>": "first_employer", "<id:theme_id>": "1",
    "<rung>": "first", "<act>": "up", "<id:fit_id>": "1",
}  # fmt: skip


def acts(app) -> dict[str, str]:
    """Return every method and rule, with the list that it is in."""
    return {
        f"{method} {rule.rule}": access_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def path_of(act: str) -> str:
    path = act.partition(" ")[2]
    for placeholder, value in SPECIMEN.items():
        path = path.replace(placeholder, value)
    assert "<" not in path, f"no specimen for {act}"
    return path


def ask(client, act: str, **headers: str):
    method = act.partition(" ")[0]
    return client.open(path_of(act), method=method, base_url="http://127.0.0.1", headers=headers)


@pytest.mark.parametrize("access", LISTS)
def test_each_address_is_in_exactly_one_list_and_no_list_has_more_s43(app, access: str) -> None:
    assert {act for act, of in acts(app).items() if of == access} == LISTS[access]


@pytest.mark.own
def test_whatever_forgets_to_say_who_may_enter_is_private_s43(app) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    answer = app.test_client().get("/forgotten", base_url="http://127.0.0.1")
    assert answer.status_code == 303
    assert "a secret" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_a_stranger_is_sent_to_the_door_s43(app, coach, method: str) -> None:
    before = dump(app)
    for act in PRIVATE:
        path = path_of(act)
        answer = app.test_client().open(path, method=method, base_url="http://127.0.0.1")
        if answer.status_code == 405:
            assert method in {"GET", "POST", "HEAD"}, act
            assert f"{method} {act.partition(' ')[2]}" not in PRIVATE
            continue
        assert answer.status_code == 303, act
        # Afterwards back to the page, or to the desk where only a button leads to this address.
        is_page = f"GET {act.partition(' ')[2]}" in PRIVATE
        assert answer.location == f"/coach/sign-in?next={path if is_page else '/coach/'}"
        assert answer.headers["Cache-Control"] == "no-store"
    assert dump(app) == before


@pytest.mark.parametrize("script", [{"Accept": "application/json"}, {"Sec-Fetch-Dest": "empty"}])
def test_a_strangers_script_is_told_401_s43(app, coach, script) -> None:
    for act in PRIVATE:
        answer = ask(app.test_client(), act, **script)
        assert answer.status_code == 401, act
        assert answer.is_json
        assert "Location" not in answer.headers


def test_a_wrong_link_is_one_and_the_same_404_s15(app, coach) -> None:
    def page(path: str) -> bytes:
        return app.test_client().get(path, base_url="http://127.0.0.1").get_data()

    # Of a client's booking, in the coach's dress, or of anything else.
    pages = {"booking": page("/booking/unlike-any"), "calendar": page("/nowhere")}
    for act in TOKEN:
        answer = ask(app.test_client(), act)
        assert answer.status_code == 404
        kind = act.split("/")[1]
        assert answer.get_data() == pages.get(kind, page("/coach/nowhere")), act


ALL = PUBLIC | TOKEN | PRIVATE


@pytest.mark.parametrize("data", [{}, {"csrf_token": ""}, {"csrf_token": "forged.token"}])
def test_no_act_is_done_without_a_form_of_ours_s21(app, coach_web, data) -> None:
    before = dump(app)
    for act in ALL:
        if act.partition(" ")[0] in UNSAFE:
            answer = coach_web.client.post(path_of(act), data=data, base_url="http://127.0.0.1")
            assert answer.status_code in {400, 404}, act
    assert dump(app) == before


def test_looking_changes_nothing_s13(app, coach_web) -> None:
    before = dump(app)
    for act in ALL:
        for method in ("GET", "HEAD", "OPTIONS"):
            if act.startswith("GET"):
                coach_web.client.open(path_of(act), method=method, base_url="http://127.0.0.1")
        assert dump(app) == before, act


def test_the_coach_comes_everywhere(app, coach_web) -> None:
    for act in PRIVATE:
        if act.startswith("GET") and "<" not in act:
            assert ask(coach_web.client, act).status_code == 200, act
