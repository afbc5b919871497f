"""The call on one screen, and what follows it: the outcome, actions, the letter."""

from __future__ import annotations

import pytest

from coachcrm.desk.call.core import warnings
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, deliver, newest, rows, value

CALL = "/coach/bookings/1/call"
RECORD = "/coach/clients/1/record"
WRAP_UP = "/coach/bookings/1/wrap-up"


@pytest.fixture
def desk(coach_web, web, clock):
    """The coach's browser at the fifth minute of Ann's call; Ravi comes an hour later."""
    book(web, TUESDAY_9, topic="rejection", interview_on="2027-06-20", message="Three noes.")
    book(web, TUESDAY_10, RAVI)
    clock.at("2027-06-15T08:05:00Z")
    coach_web.sign_in()
    return coach_web


def say(desk, text, **fields):
    desk.get(CALL)
    return desk.submit("form.note", button="Save", fields={"block-0-text": text, **fields})


def add_rejection(desk, employer, **more):
    desk.get(CALL)
    desk.submit('form[action$="/rejection"]', employer=employer, **more)


def test_a_rejection_is_asked_for_in_one_order_and_one_wording(desk) -> None:
    wanted = ["Employer", "Role", "How far it went", "When they heard"]
    for page, form in ((CALL, 'form[action$="/rejection"]'), (RECORD, 'form[action$="/record"]')):
        labels = desk.get(page).one(f"{form}:has([name=told_on])").css("label")
        assert [label.text().partition(" (")[0] for label in labels] == wanted


def share_all(desk, note="/coach/notes/1"):
    for form in [
        f.attributes["action"] for f in desk.get(f"{note}/share").all('form[action*="/share/"]')
    ]:
        desk.get(f"{note}/share")
        desk.submit(f'form[action="{form}"]')


def test_one_screen_tells_who_and_why_and_no_other_name(desk) -> None:
    desk.get("/coach/")
    page = desk.click("Open the call with Ann Lee")
    for words in (
        "Ann Lee",
        "After a rejection",
        "Three noes.",
        "Interview in 5 days",
        "Minute 5 of 30",
        "Tuesday 15 June, 9:00 am to 9:30 am",
    ):
        assert words in page.text
    assert page.has('a[href="tel:+447400123456"]')
    assert "Ravi" not in page.html
    assert len(page.all("details[name=step]")) == 6


def asked(page):
    """Return the steps in their order: which, whether open, whether marked to come now."""
    return [
        (step.attributes["data-step"], "open" in step.attributes, bool(step.css("summary .status")))
        for step in page.all("details[name=step]")
    ]


def test_the_questions_begin_with_what_the_record_asks_for(app, desk) -> None:
    page = desk.get(CALL)
    assert [step for step, *_ in asked(page)] == ["1", "2", "3", "4", "5", "6"]
    assert "nothing has been lost yet" in page.one("#ask-1").text(deep=True)
    for employer, stage in (("Northbank", "applied"), ("Southbank", "sift"), ("Eastbank", "sift")):
        add_rejection(desk, employer, stage=stage, told_on="2027-06-01")
    page = desk.get(CALL)
    assert asked(page)[0] == ("5", True, False)
    first = page.one("#ask-5").text(deep=True)
    assert "3 of 3 losses came at the application or the sift." in first
    assert "Northbank" in first
    assert len(page.all("#ask-5 > ul > li")) == 3
    # An ask that is due comes before the focus.
    add_rejection(desk, "Westbank", stage="final", told_on="2027-06-01")
    page = desk.get(CALL)
    assert asked(page)[:2] == [("1", True, True), ("5", False, False)]
    assert "The first ask is due for Westbank" in page.one("#ask-1").text(deep=True)
    assert "Ravi" not in page.html


def test_a_note_is_written_during_the_call_without_a_script(app, desk) -> None:
    say(desk, "They said no.\n/- too general")
    assert desk.page.location == CALL
    page = desk.follow()
    assert "They said no." in page.one("textarea").text()
    desk.submit("form.note", button="Save", fields={"block-0-text": "They said no twice."})
    assert rows(
        app, "SELECT booking_id, text FROM note n JOIN note_block b ON b.note_id = n.id"
    ) == [(1, "They said no twice.")]


def test_lines_are_about_the_application_that_is_marked(app, desk) -> None:
    add_rejection(desk, "Northbank", role="Analyst", stage="final", told_on="2027-06-10")
    add_rejection(desk, "Southbank", stage="first", told_on="2027-06-11")
    page = desk.get(CALL)
    assert "Northbank, Analyst: Final interview, rejected" in page.text
    say(desk, "/- too general", about="1")
    say(desk, "/- too general\n/+ warm", about="2")
    assert rows(app, "SELECT application_id, text FROM feedback_item ORDER BY id") == [
        (1, "too general"), (2, "warm"),
    ]  # fmt: skip
    assert rows(app, "SELECT DISTINCT source FROM feedback_item") == [("memory",)]


def test_a_day_that_cannot_be_is_refused_in_words(app, desk) -> None:
    desk.get(CALL)
    page = desk.submit('form[action$="/rejection"]', employer="X", told_on="2027-06-16", status=422)
    assert "has not come yet" in page.text
    assert value(app, "SELECT count(*) FROM application") == 0


def test_the_outcome_takes_two_clicks(app, desk) -> None:
    desk.get(CALL)
    desk.click("End the call")
    desk.submit(f'form[action="{WRAP_UP}/outcome"]', button="Yes, we spoke")
    assert rows(app, "SELECT status FROM booking WHERE id = 1") == [("completed",)]
    assert value(app, "SELECT stage FROM client WHERE id = 1") == "consulted"
    assert "Took place" in desk.follow().text


def test_a_client_who_did_not_come(app, desk) -> None:
    desk.get(WRAP_UP)
    old = desk.page.form(f'form[action="{WRAP_UP}/outcome"]').data(button="No, did not come")
    desk.post(*old)
    desk.post(*old)
    assert value(app, "SELECT stage FROM client WHERE id = 1") == "no-show"
    assert value(app, "SELECT count(*) FROM stage_change WHERE to_stage = 'no-show'") == 1


def test_before_the_call_there_is_no_outcome(desk) -> None:
    page = desk.get("/coach/bookings/2/wrap-up")
    assert "has not begun" in page.text
    token = page.all("main [name=csrf_token]")[0].attributes["value"]
    data = {"csrf_token": token, "came": "yes", "sequence": "0"}
    desk.post("/coach/bookings/2/wrap-up/outcome", data, status=409)


def test_the_stage_is_moved_with_its_reason(app, desk) -> None:
    desk.get(WRAP_UP)
    form = f'form[action="{WRAP_UP}/stage"]:has(select)'
    desk.submit(form, stage="deciding", reason="Asks his wife.")
    assert rows(app, "SELECT to_stage, by, reason FROM stage_change ORDER BY id DESC LIMIT 1") == [
        ("deciding", "coach", "Asks his wife.")
    ]


def test_actions_get_their_days_and_are_shared_one_by_one(app, desk) -> None:
    say(desk, "/a write to the agency\n/a cut the answer by Friday")
    desk.get(WRAP_UP)
    form = f'form[action="{WRAP_UP}/actions"]'
    desk.submit(
        form, fields={"due-1": "2027-06-20", "shared-1": True, "new-text": "Ring Northbank"}
    )
    found = rows(app, "SELECT text, due_on, is_shared FROM action ORDER BY id")
    assert [
        (text, str(due)[:10] if due else None, bool(shared)) for text, due, shared in found
    ] == [
        ("write to the agency", "2027-06-20", True),
        ("cut the answer", "2027-06-18", False),
        ("Ring Northbank", None, False),
    ]


def test_the_letter_holds_what_is_shared_and_nothing_else(app, desk, mailbox) -> None:
    desk.get("/coach/clients/1/notes/new?booking=1")
    data = desk.page.form("form.note").data({"block-0-text": "You were warm."})[1]
    data["block-1-text"] = "My reading: she gives up early."
    data["block-2-text"] = "/a write to the agency by Friday\n/a private plan"
    desk.post("/coach/clients/1/notes/new", data)
    desk.get("/coach/bookings/1/letter")
    assert "Nothing is shared yet" in desk.page.text
    desk.get("/coach/notes/1/share")
    desk.submit('form[action="/coach/notes/1/share/1"]')
    desk.get(WRAP_UP)
    desk.submit(f'form[action="{WRAP_UP}/actions"]', fields={"shared-1": True})
    desk.get(WRAP_UP)
    page = desk.submit('form[action$="/letter"]', next="again")
    assert "You were warm." in page.text
    old = page.form().data()
    desk.post(*old)
    desk.post(*old)
    deliver(app)
    assert value(app, "SELECT count(*) FROM outbox_message WHERE kind = 'summary'") == 1
    letter = newest(mailbox, "ann@client.example")
    assert "You were warm." in letter.text
    assert "write to the agency, by Friday 18 June" in letter.text
    for octets in (letter.text, letter.html):
        for secret in ("gives up", "My reading", "private plan", "consulted", "booked"):
            assert secret not in octets
    assert "Sent Tuesday 15 June" in desk.get(WRAP_UP).text
    assert "Summary of the conversation: sent" in desk.get("/coach/clients/1/story").text
    # Who was written to by hand gets no other letter after the conversation.
    assert rows(app, "SELECT kind, state FROM reminder WHERE kind = 'follow_up'") == [
        ("follow_up", "dropped")
    ]


def test_a_sensitive_passage_is_not_shown_in_passing(desk) -> None:
    say(desk, "She told me of her illness.", **{"block-0-sensitive": True})
    for page in ("", "/story", "/brief"):
        assert "illness" not in desk.get(f"/coach/clients/1{page}").text


def test_after_taking_back_no_letter_leaves_with_it(app, desk) -> None:
    say(desk, "For Ann.")
    share_all(desk)
    page = desk.get("/coach/bookings/1/letter")
    assert "For Ann." in page.text
    old = page.form().data()
    desk.get("/coach/notes/1/share")
    desk.submit('form[action$="/take-back/1"]')
    desk.post(*old, status=409)
    assert "For Ann." not in desk.get("/coach/bookings/1/letter").text
    assert value(app, "SELECT count(*) FROM outbox_message WHERE kind = 'summary'") == 0


def test_no_page_or_letter_of_the_client_holds_private_text(app, desk, web, mailbox) -> None:
    secret = "unmistakable secret words"
    say(desk, f"For Ann.\n{secret}")
    link = book(web, "20270617T080000Z")
    for path in ("/", link, f"{link}/reschedule", f"{link}/cancel", f"{link}/invite.ics"):
        assert secret.encode() not in web.get(path).octets
    share_all(desk)
    desk.get("/coach/notes/1/share")
    desk.submit('form[action$="/take-back/1"]')
    assert secret.encode() not in web.get(link).octets
    deliver(app)
    for letter in mailbox.letters:
        assert secret not in letter.text


def test_the_preview_warns(desk) -> None:
    desk.get("/coach/clients/1/notes/new?booking=1")
    text = (
        "Ravi told me the same. After your depression Dr Gray was kind. "
        "You answered too early each time."
    )
    data = desk.page.form("form.note").data({"block-0-text": text})[1]
    data["block-1-text"] = "You answered too early each time."
    desk.post("/coach/clients/1/notes/new", data)
    desk.get("/coach/notes/1/share")
    desk.submit('form[action="/coach/notes/1/share/1"]')
    notice = desk.get("/coach/bookings/1/letter").one(".notice.care").text(deep=True)
    for words in ("Ravi", "Dr Gray", "depression", "You answered too early each time"):
        assert words in notice


def test_a_line_that_became_a_shared_action_is_no_warning(desk) -> None:
    text = "/a write two stories down, with numbers"
    text += "\n/a ring the agency and ask for a strength by Friday"
    text += "\nShe said that her manager is hard on her."
    say(desk, text)
    desk.get(WRAP_UP)
    form = f'form[action="{WRAP_UP}/actions"]'
    desk.submit(form, fields={"shared-1": True, "shared-2": True})
    page = desk.get("/coach/bookings/1/letter")
    assert "write two stories down, with numbers" in page.text
    assert "ring the agency and ask for a strength" in page.text
    assert not page.has(".notice.care")
    desk.get(WRAP_UP)
    told = {"new-text": "She said that her manager is hard on her", "new-shared": True}
    desk.submit(form, fields=told)
    notice = desk.get("/coach/bookings/1/letter").one(".notice.care").text(deep=True)
    assert "her manager is hard on her" in notice


@pytest.mark.parametrize(
    ("letter", "others", "found"),
    [
        ("I met Ravi.", ["Ravi Rao"], ["Ravi"]),
        ("the hope of will", ["Will Hope"], []),
        ("Ann did well.", ["Ann Other"], []),
        ("Mrs Smith asked.", [], ["Mrs Smith"]),
        ("李小龍 came", ["李小龍"], ["李小龍"]),
        ("Jo came", ["Jo Xu"], ["Jo"]),
        ("jo came", ["Jo Xu"], []),
        # However it is written.
        ("ravi told me the same", ["Ravi Rao"], ["Ravi"]),
        ("RAVI told me", ["ravi rao"], ["ravi"]),
        ("As Müller’s panel said", ["Jörg Müller"], ["Müller"]),
        ("as mueller said", ["Jörg Müller"], ["Müller"]),
        ("as Mu\u0308ller said", ["Jörg Müller"], ["Müller"]),
        ("as Muller said", ["Jörg Müller"], ["Müller"]),
        ("as Jörg said", ["Joerg Maier"], []),
        ("anne-marie agreed", ["Anne-Marie Poe"], ["Anne", "Marie"]),
        ("Anne Marie Poe agreed", ["Anne-Marie Poe"], ["Anne-Marie Poe"]),
        ("Ms Smith-Jones asked", ["Kim Smith-Jones"], ["Ms Smith-Jones", "Smith", "Jones"]),
        ("O’Brien asked", ["Pat O'Brien"], ["Brien"]),
        ("mrs smith asked", [], ["mrs smith"]),
        ("I miss the point, Miss Gray", [], ["Miss Gray"]),
        ("我見了李小龍先生", ["李小龍"], ["李小龍"]),
        ("и иван прав", ["Иван Петров"], ["Иван"]),
        # The client's own name, and somebody who shares a part of it.
        ("Ann Other did the same.", ["Ann Other"], ["Ann Other"]),
        ("Ann Lee did well.", ["Ann Lee"], []),
        # Names that are words: told by the capital, and by what stands around it.
        ("You will do it. Will you ring? Will it work?", ["Will May"], []),
        ("You may ask in May, by 3 May, and until May.", ["Will May"], []),
        ("Will told me. I met May there.", ["Will May"], ["Will", "May"]),
        ("and then Will came", ["Will Poe"], ["Will"]),
        ("will may has said so", ["Will May"], ["Will May"]),
        ("Mark the date. Hope this helps. A young grant.", ["Mark Hope", "Grant Young"], []),
        ("The hiring manager of the panel", ["Hiring Manager, Panel", "Head of HR"], []),
        ("the order of an answer", ["An Of"], []),
    ],
)
def test_names_of_others(letter, others, found) -> None:
    assert warnings.names(letter, others, but=["Ann Lee"]) == found


@pytest.mark.parametrize(
    ("letter", "private", "found"),
    [
        ("You gave up early each time.", ["She gave up early"], []),
        ("I noted: YOU GAVE UP EARLY - each time", ["You gave up, early. Sad."],
         ["You gave up, early"]),
        ("and so, you never once said what you did there, I think",
         ["My reading is that you never once said what you did there because of nerves."],
         ["you never once said what you did there"]),
        ("Too few words", ["Too few words"], []),
        ("the same four words of", ["other people say the same"], []),
    ],
)  # fmt: skip
def test_private_text_in_a_letter(letter, private, found) -> None:
    assert warnings.private_text(letter, private) == found


@pytest.mark.parametrize(
    ("letter", "found"),
    [
        ("After your Depression and the burn-out", ["burn out", "depression"]),
        ("Your migraines, and long Covid", ["covid", "migraine"]),
        ("You were still, and skilled, and willing", []),
        ("Signed off by her G.P.", ["signed off"]),
        ("her GP says", ["gp"]),
    ],
)
def test_health_words(letter, found) -> None:
    assert sorted(warnings.health_words(letter)) == found


@pytest.mark.parametrize("path", ["call", "wrap-up", "letter"])
def test_a_meeting_that_is_not_there_is_not_found(desk, path) -> None:
    desk.get(f"/coach/bookings/99/{path}", status=404)
