"""The coach asks for feedback from ready drafts, and the client sees what is shared with him."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from coachcrm.kit.data.migrate import downgrade, upgrade
from coachcrm.recovery.reading import asks
from tests.support.cast import book, change, deliver, dump, newest, rows, value

only_sqlite = pytest.mark.engines("sqlite")
RECORD = "/coach/clients/1/record"
ACME = "/coach/applications/1"
READY = ".askready > form"
NOTES = f"{ACME}/notes-request"
WORDINGS = "/coach/settings/method/wordings"


@pytest.fixture
def acme(coach_web, ann):
    """Log Ann's rejection by Acme, and give the coach's browser on its page."""
    return log(coach_web)


def log(web, **more):
    web.get(RECORD)
    fields = {"role": "Analyst", "employer": "Acme", "stage": "first", "told_on": "2027-05-28"}
    web.submit("aside form", **{**fields, **more})
    web.follow()
    return web


def offer_notes(web) -> None:
    web.get("/coach/settings/method")
    web.submit("main form", offers_notes_request=True)


def exhaust(app, web) -> None:
    """Let two asks stay unanswered for a long time."""
    for day in ("2027-04-20", "2027-04-27"):
        change(
            app,
            "INSERT INTO feedback_request (application_id, asked_of, channel, sent_on, wording, "
            "reply, draft) VALUES (1, '', '', :day, '', '', '')",
            day=day,
        )
    web.get(ACME)


def words(page) -> str:
    return page.form(READY).data()[1]["wording"]


def test_an_ask_that_is_late_says_since_when(acme, clock) -> None:
    clock.at("2027-06-08T08:00:00Z")
    acme.sign_in()
    assert "First ask now; it was due by Thursday 3 June" in acme.get(ACME).text


def test_a_due_ask_stands_ready_with_its_words(app, acme) -> None:
    page = acme.page
    assert "First ask now, at the latest by Thursday 3 June" in page.text
    assert "First ask: the employer" in page.text
    said = words(page)
    assert "the role of Analyst at Acme, and for the news on Friday 28 May." in said
    assert said.endswith("With kind regards,\r\nAnn Lee")
    assert said.startswith("Hello …,")
    assert "please fill it in" in page.text
    mail = page.link("Open in my mail program")
    assert mail.startswith("mailto:?subject=A%20short%20question%20about%20the%20role%20of")
    assert unquote(mail.partition("&body=")[2]) == said


def test_it_was_sent_is_one_act_and_keeps_the_words_and_the_draft(app, acme) -> None:
    acme.submit(READY, button="It was sent", wording="Hello,\r\nplease tell me.")
    page = acme.follow()
    assert "Written down." in page.text
    assert "First ask: the employer. No reply yet" in page.text
    assert [
        tuple(map(str, row))
        for row in rows(
            app, "SELECT sent_on, asked_of, channel, wording, draft FROM feedback_request"
        )
    ] == [("2027-06-01", "interviewer", "email", "Hello,\nplease tell me.", "first_employer")]
    assert "Second ask due by Tuesday 8 June: no answer yet." in page.text
    assert not page.has(READY)


@only_sqlite
def test_the_same_ask_twice_is_one(app, acme) -> None:
    page = acme.page
    for _ in range(2):
        acme.page = page
        acme.submit(READY, button="It was sent")
    assert value(app, "SELECT count(*) FROM feedback_request") == 1


@only_sqlite
def test_what_cannot_be_is_refused_with_nothing_lost(app, acme) -> None:
    before = dump(app)
    page = acme.submit(READY, wording="My own words", sent_on="2027-06-02", status=422)
    assert "has not come yet" in page.text
    assert words(page) == "My own words"
    page = acme.submit(READY, wording="", sent_on="", due_on="2027-06-03", status=422)
    assert set(page.errors) == {"wording", "sent_on"}
    assert page.form(READY).data()[1]["due_on"] == "2027-06-03"
    give = "Give it to Ann Lee as an action"
    page = acme.submit(READY, button=give, wording=" ", sent_on="", status=422)
    assert set(page.errors) == {"wording"}
    token = page.form(READY).data()[1]["csrf_token"]
    for draft in ("nonsense", ""):
        fields = {"csrf_token": token, "draft": draft, "wording": "x", "sent_on": "2027-06-01"}
        acme.post(f"{ACME}/ask", fields, status=409)
        acme.post(f"{ACME}/ask/hand-over", fields, status=409)
    assert dump(app) == before


@only_sqlite
def test_another_draft_is_a_link_away_and_nonsense_is_not_found(app, acme) -> None:
    page = acme.click("First ask: an agency")
    assert "Thank you for putting me forward" in words(page)
    assert page.form(READY).data()[1]["asked_of"] == "agency"
    acme.get(f"{ACME}/ask?draft=nonsense", status=404)
    acme.get("/coach/applications/99/ask", status=404)


@only_sqlite
def test_the_agency_is_greeted_by_name(acme) -> None:
    acme.get("/coach/record/application/1")
    acme.submit("main form.form", route="agency", recruiter="Priya Nair")
    page = acme.get(ACME)
    assert "First ask: an agency" in page.text
    assert words(page).startswith("Hello Priya Nair,")


@only_sqlite
def test_where_there_is_nothing_to_ask_the_page_says_so(coach_web, ann) -> None:
    coach_web.get(f"{RECORD}/application/new")
    coach_web.submit("main form", role="Planner")
    page = coach_web.get(f"{ACME}/ask")
    assert "There is nothing to ask about here." in page.text
    assert not page.has(READY)
    assert "There is nothing" in coach_web.get(f"{ACME}/ask?draft=first_agency").text
    assert "Ready drafts" not in coach_web.get(ACME).text


@only_sqlite
def test_a_refusal_at_the_sift_is_not_due_but_can_be_asked_about(coach_web, ann) -> None:
    page = log(coach_web, stage="sift").page
    assert not page.has(READY)
    coach_web.click("Ready drafts")
    coach_web.submit(READY, button="It was sent")


# ---------------------------------------------------------------------------- given to the client


def test_the_client_is_given_the_ask_as_a_shared_action(app, acme) -> None:
    give = "Give it to Ann Lee as an action"
    for _ in range(2):
        acme.get(ACME)
        acme.submit(READY, button=give)
        assert "with the client’s actions" in acme.follow().text
    assert [tuple(map(str, row)) for row in rows(
        app, "SELECT text, due_on, is_shared, step, words FROM action"
    )] == [("Send the first ask to the interviewer: Analyst, Acme", "2027-06-03",
            str(rows(app, "SELECT is_shared FROM action")[0][0]), "1", "")]  # fmt: skip
    assert rows(app, "SELECT is_shared FROM action")[0][0]
    # Once it was sent, the action is done.
    acme.get(ACME)
    acme.submit(READY, button="It was sent")
    assert str(value(app, "SELECT done_on FROM action")) == "2027-06-01"


@pytest.fixture
def booked(coach, web, coach_web):
    """Let Ann book, and log the rejection that she told of."""
    link = book(web)
    log(coach_web)
    return link


def letter(web) -> str:
    return web.get("/coach/bookings/1/letter").text


def test_the_words_stand_in_the_letter_only_if_the_coach_chooses(
    app, booked, coach_web, mailbox
) -> None:
    give = "Give it to Ann Lee as an action"
    coach_web.submit(READY, button=give)
    said = letter(coach_web)
    assert "Send the first ask to the interviewer: Analyst, Acme, by Thursday 3 June" in said
    assert "one strength that you saw" not in said
    coach_web.get(ACME)
    coach_web.submit(READY, button=give, with_words=True)
    said = letter(coach_web)
    assert "Subject: A short question about the role of Analyst" in said
    assert "one strength that you saw, and one gap?" in said
    coach_web.submit()
    deliver(app)
    sent = newest(mailbox, "ann@client.example").text.replace("\r\n", "\n")
    assert "ready to be sent:\n\n----\nSubject: A short question" in sent
    assert "With kind regards,\nAnn Lee\n\n----\n" in sent


@only_sqlite
def test_the_words_of_an_ask_are_looked_through_like_everything_in_the_letter(
    booked, coach_web
) -> None:
    coach_web.get("/coach/record/application/1")
    coach_web.submit("main form.form", route="agency", recruiter="Priya Nair")
    coach_web.get(ACME)
    coach_web.submit(READY, button="Give it to Ann Lee as an action", with_words=True)
    assert "This may be somebody else’s name: Priya Nair" in letter(coach_web)


PRIVATE = (
    "one strength", "first ask", "Ring the agency", "right fit", "Which requirement",
    "interview notes", "personal data", "subject access",
)  # fmt: skip


def test_the_client_sees_and_hears_of_nothing_that_is_not_shared(
    app, booked, web, coach_web, mailbox
) -> None:
    offer_notes(coach_web)
    coach_web.get(f"{RECORD}/item/new?application=1")
    coach_web.submit("main form", text="Not the right fit")
    coach_web.get(f"{RECORD}/steps/1")
    coach_web.submit(".list li:nth-child(2) form")
    exhaust(app, coach_web)
    coach_web.submit(f'form[action="{NOTES}"]')
    told = letter(coach_web)
    assert "there is nothing to send" in told
    coach_web.get("/coach/bookings/1/letters")
    deliver(app)
    octets = [repr(mail.text) for mail in mailbox.to("ann@client.example")]
    assert octets
    octets += [web.get(booked + page).html for page in ("", "/reschedule", "/cancel")]
    octets.append(told)
    for private in PRIVATE:
        assert not any(private in text for text in octets), private


# ------------------------------------------------------------------------------- the last rung


def test_the_last_rung_is_offered_released_sent_and_taken_back(app, acme) -> None:
    exhaust(app, acme)
    assert "last rung" not in acme.page.text
    offer_notes(acme)
    page = acme.get(ACME)
    assert "It may cool the relationship" in page.text
    acme.get(f"{ACME}/ask?draft=notes", status=404)
    acme.get(ACME)
    acme.submit(f'form[action="{NOTES}"]')
    page = acme.follow()
    assert "Request for the interview notes" in page.text
    assert "right of access under the UK GDPR" in words(page)
    acme.get(ACME)
    acme.submit(f'form[action="{NOTES}/take-back"]')
    assert "Release it for Ann Lee" in acme.follow().text
    acme.get(f"{ACME}/ask?draft=notes", status=404)
    acme.get(ACME)
    acme.submit(f'form[action="{NOTES}"]')
    acme.follow()
    acme.submit(READY, button="It was sent")
    page = acme.follow()
    assert "Request for the interview notes. No reply yet" in page.text
    assert "1 Exhausted" in page.text
    assert value(app, "SELECT count(*) FROM feedback_request WHERE draft = 'notes'") == 1


@only_sqlite
def test_the_notes_are_not_released_out_of_turn(app, acme) -> None:
    page = acme.page
    token = page.form(READY).data()[1]["csrf_token"]
    fields = {"csrf_token": token, "draft": "notes", "wording": "x", "sent_on": "2027-06-01"}
    before = dump(app)
    for path in (NOTES, f"{ACME}/ask", f"{ACME}/ask/hand-over"):
        acme.post(path, fields, status=409)
    assert dump(app) == before
    offer_notes(acme)
    acme.post(NOTES, fields, status=409)
    # What was released is off again as soon as the method no longer offers it.
    exhaust(app, acme)
    acme.submit(f'form[action="{NOTES}"]')
    acme.get("/coach/settings/method")
    acme.submit("main form", offers_notes_request=False)
    acme.get(f"{ACME}/ask?draft=notes", status=404)
    acme.post(f"{ACME}/ask", fields, status=409)
    assert "last rung" not in acme.get(ACME).text


@only_sqlite
def test_where_the_coach_sees_the_asks_as_exhausted_the_rung_is_offered(acme) -> None:
    offer_notes(acme)
    assert "last rung" not in acme.get(ACME).text
    acme.get(f"{RECORD}/steps/1?application=1")
    acme.submit("main form.form", state="exhausted", reason="They have closed the office.")
    assert "Release it for Ann Lee" in acme.follow().text


@only_sqlite
def test_nothing_computes_a_day_for_the_request(app, acme) -> None:
    exhaust(app, acme)
    offer_notes(acme)
    acme.get(ACME)
    acme.submit(f'form[action="{NOTES}"]')
    page = acme.follow()
    assert page.form(READY).data()[1]["due_on"] == ""
    acme.submit(READY, button="Give it to Ann Lee as an action")
    assert rows(app, "SELECT due_on, text FROM action") == [
        (None, "Send the request for the interview notes: Analyst, Acme")
    ]


# ------------------------------------------------------------------------------ his own wordings


def test_the_coach_puts_an_ask_in_his_own_words_and_takes_them_back(app, acme) -> None:
    acme.get(WORDINGS)
    acme.click("First ask: the employer")
    page = acme.submit("#words", body="Dear {persn}", status=422)
    assert "Did you mean {person}?" in page.errors["body"]
    acme.submit("#words", subject="On {role}", body="Dear {person},\n\none + and one /? {name}")
    page = acme.follow()
    assert "Dear Priya, one + and one /? Ann Example" in page.text
    assert "In your own words" in acme.get(WORDINGS).text
    assert words(acme.get(ACME)) == "Dear …,\r\n\r\none + and one /? Ann Lee"
    acme.get(f"{WORDINGS}/first_employer")
    acme.submit("form[action$=reset]")
    assert "first words again" in acme.follow().text
    assert value(app, "SELECT count(*) FROM ask_wording") == 0
    assert words(acme.get(ACME)).startswith("Hello …,")


@only_sqlite
def test_the_first_words_saved_again_are_no_words_of_his_own(app, acme) -> None:
    acme.get(f"{WORDINGS}/notes")
    acme.submit("#words")
    assert value(app, "SELECT count(*) FROM ask_wording") == 0
    acme.get(f"{WORDINGS}/nonsense", status=404)


def test_what_the_asks_have_brought_is_told_in_counts(app, acme) -> None:
    assert "Nothing yet." in acme.get(WORDINGS).text
    acme.get(ACME)
    acme.submit(READY, button="It was sent")
    acme.get("/coach/record/ask/1")
    acme.submit("main form.form", reply="detailed", replied_on="2027-06-01")
    text = acme.get(WORDINGS).text
    assert "First ask: the employer 1 1 of 1 1 of 1" in text
    assert "Not known 1 of 1" in text
    assert "From the news to the first ask: 4 days." in text
    assert value(app, "SELECT draft FROM feedback_request") == "first_employer"


@pytest.mark.own
def test_asks_and_actions_of_before_stay_and_nobody_knows_their_words(app, acme) -> None:
    acme.submit(READY, button="Give it to Ann Lee as an action", with_words=True)
    acme.get(ACME)
    acme.submit(READY, button="It was sent")
    downgrade(app, "0006")
    assert value(app, "SELECT count(*) FROM feedback_request") == 1
    upgrade(app)
    assert rows(app, "SELECT draft, asked_of FROM feedback_request") == [("", "interviewer")]
    assert rows(app, "SELECT words, step FROM action") == [("", 1)]
    assert "Words of their own 1 0 of 1 0 of 1" in acme.get(WORDINGS).text


@only_sqlite
def test_a_coachs_figures_are_of_his_own_clients(app, act, acme) -> None:
    acme.submit(READY, button="It was sent")
    assert len(act(lambda s: asks.of_practice(s, 1))) == 1
    assert act(lambda s: asks.of_practice(s, 2)) == ()


# ------------------------------------------------------------------------- phrases and homework


def test_a_vague_phrase_is_decoded_for_the_coach(acme) -> None:
    acme.get(f"{RECORD}/item/new?application=1")
    acme.submit("main form", text="You were not the right fit; we had a stronger candidate.")
    page = acme.follow()
    assert "For you alone: “Not the right fit”" in page.text
    assert "Ask back: On which criterion?" in page.text
    page = acme.get(f"{RECORD}/steps/1")
    assert "sometimes there is truly nothing to say" in page.text
    assert "“Lacked depth”" in page.text
    assert "“Lacked depth”" not in acme.get(f"{RECORD}/steps/2").text


def test_homework_is_one_press_away_once_private_and_can_be_changed(app, acme) -> None:
    for step in range(1, 7):
        acme.get(f"{RECORD}/steps/{step}")
        acme.submit(".list li:first-child form[action*=homework]")
        page = acme.follow()
        assert page.h1 == "Action"
    assert value(app, "SELECT count(*) FROM action") == 6
    assert not any(row[0] for row in rows(app, "SELECT is_shared FROM action"))
    assert sorted(row[0] for row in rows(app, "SELECT step FROM action")) == [1, 2, 3, 4, 5, 6]
    page = acme.get(f"{RECORD}/steps/1")
    assert "In the actions: Send the first ask from the draft" in page.text
    acme.get("/coach/record/action/1")
    acme.submit("main form.form", text="Send it by noon", is_shared=True)
    assert rows(app, "SELECT text, step FROM action WHERE id = 1") == [("Send it by noon", 1)]


@only_sqlite
def test_the_same_homework_twice_is_one_and_nonsense_is_none(app, acme) -> None:
    page = acme.get(f"{RECORD}/steps/1")
    for _ in range(2):
        acme.page = page
        acme.submit(".list li:first-child form[action*=homework]")
    assert value(app, "SELECT count(*) FROM action") == 1
    token = page.form("main form.form").data()[1]["csrf_token"]
    for path in ("1/99", "7/0", "0/0"):
        acme.post(f"{RECORD}/homework/{path}", {"csrf_token": token}, status=404)
    acme.post("/coach/clients/99/record/homework/1/0", {"csrf_token": token}, status=404)
    assert value(app, "SELECT count(*) FROM action") == 1


@only_sqlite
def test_the_draft_is_linked_wherever_an_ask_is_due(acme) -> None:
    for page in ("record", "story"):
        acme.get(f"/coach/clients/1/{page}")
        acme.click("The draft for Analyst, Acme")
        assert acme.page.h1 == "Ask for feedback"
    acme.get("/coach/clients/1/brief")
    acme.click("The draft")
    assert acme.page.has(READY)
