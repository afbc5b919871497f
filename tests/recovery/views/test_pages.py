"""The coach fills the record through its pages."""

from __future__ import annotations

import pytest

from coachcrm.recovery.pieces.registry import PIECES
from tests.support.cast import TUESDAY_9, book, dump, rows, value

only_sqlite = pytest.mark.engines("sqlite")
RECORD = "/coach/clients/1/record"
ACME = "/coach/applications/1"


@pytest.fixture
def acme(coach_web, ann):
    """Log Ann's rejection by Acme, and give the coach's browser on its page."""
    coach_web.get(RECORD)
    coach_web.submit(
        "aside form", role="Analyst", employer="Acme", stage="first", told_on="2027-05-28"
    )
    coach_web.follow()
    return coach_web


def add(web, noun: str, query: str = "", **fields):
    web.get(f"{RECORD}/{noun}/new{query}")
    web.submit("main form", **fields)
    return web.follow()


def test_a_rejection_is_logged_in_four_fields_and_is_useful_at_once(app, acme) -> None:
    assert acme.page.h1 == "Analyst, Acme"
    assert "First ask now, at the latest by Thursday 3 June" in acme.page.text
    page = acme.get(RECORD)
    assert "Too early to say: work steps 1 and 2 on the newest." in page.text
    assert "1 Not asked yet" in page.text
    assert value(app, "SELECT count(*) FROM application") == 1


@only_sqlite
def test_a_step_has_the_same_mark_on_every_page(acme) -> None:
    marks = dict.fromkeys("124", "mark none")
    for path in (RECORD, ACME, "/coach/clients/1"):
        strip = acme.get(path).one(".strip")
        found = {mark.text(): mark.attributes["class"] for mark in strip.css(".mark")}
        assert (path, found) == (path, marks)
    add(acme, "item", "?application=1", text="Too general", polarity="negative")
    for path in (RECORD, ACME, "/coach/clients/1"):
        strip = acme.get(path).one(".strip")
        assert strip.css_first(".mark").attributes["class"] == "mark begun"
    assert all(card.css_first(".mark") for card in acme.page.all(".stepcard"))


@only_sqlite
def test_one_field_is_enough_and_none_is_told_kindly(app, coach_web, ann) -> None:
    coach_web.get(RECORD)
    coach_web.submit("aside form", status=422)
    assert coach_web.page.has(".error-summary")
    coach_web.submit("aside form", role="Nurse")
    assert rows(app, "SELECT role, employer FROM application") == [("Nurse", "")]


@only_sqlite
def test_a_day_to_come_is_refused_with_what_was_typed_kept(app, coach_web, ann) -> None:
    before = dump(app)
    coach_web.get(RECORD)
    page = coach_web.submit("aside form", role="Nurse", told_on="2027-06-02", status=422)
    assert "has not come yet" in page.text
    assert page.form("aside form").data()[1]["role"] == "Nurse"
    assert dump(app) == before


def test_feedback_is_tagged_and_the_theme_is_in_the_record(acme) -> None:
    page = add(acme, "item", "?application=1", text="Too general on question 3",
               specificity="2", source="written", theme="1")  # fmt: skip
    assert "Too general on question 3" in page.text
    assert "# No concrete example" in page.text
    page = acme.get(RECORD)
    assert "Spotted: 1 source" in page.text
    assert page.link("Analyst, Acme: Too general on question 3")


FILLED = {
    "application": {"role": "Planner"},
    "stage": {"stage": "first", "result": "rejected", "told_on": "2027-05-28"},
    "ask": {"sent_on": "2027-06-01"},
    "item": {"text": "Well prepared", "polarity": "positive"},
    "round": {"held_on": "2027-05-20", "mood": "flat"},
    "question": {"text": "Why us?"},
    "acceptance": {"sentence": "Not this one."},
    "fit": {"essentials": "2 Led a team\nKnows SQL", "wants": "3 Near home *3"},
    "action": {"text": "Ring the agency", "due_on": "2027-06-05"},
    "strength": {"statement": "Warm"},
    "story": {"title": "The audit"},
    "checkin": {"energy": "2"},
    "criterion": {"text": "Near home"},
    "target": {"text": "Analyst in health"},
}


@only_sqlite
@pytest.mark.parametrize("noun", FILLED)
def test_every_piece_is_added_shown_and_taken_back(app, acme, noun) -> None:
    on = "?application=1" if noun not in {"application", "action", "story"} else ""
    page = add(acme, noun, on, **FILLED[noun])
    for told in FILLED[noun].values():
        if " " in told and "\n" not in told and noun not in {"acceptance", "fit"}:
            assert told in page.text or told in acme.get(RECORD).text
    table = PIECES[noun].table
    if table is None:
        return
    [number] = rows(app, f"SELECT max(id) FROM {table.__tablename__}")[0]
    acme.get(f"/coach/record/{noun}/{number}")
    acme.submit("main form.form")
    acme.follow()
    acme.get(f"/coach/record/{noun}/{number}")
    acme.submit("main > form:last-of-type", button="Take this out of the record")
    acme.follow()
    acme.get(f"/coach/record/{noun}/{number}", status=404)


@only_sqlite
def test_what_must_be_given_is_asked_for_on_each_form(coach_web, ann) -> None:
    for noun in PIECES:
        piece = PIECES[noun]
        is_there = piece.can_begin and not piece.on_application and noun != "practice"
        coach_web.get(f"{RECORD}/{noun}/new", status=200 if is_there else 404)
    for noun in ("item", "question", "action", "strength", "story", "criterion", "target"):
        coach_web.get(f"{RECORD}/{noun}/new")
        assert coach_web.submit("main form", status=422).has(".error-summary")
    coach_web.get(f"{RECORD}/practice/new", status=404)
    coach_web.get(f"{RECORD}/nonsense/new", status=404)


def test_the_coach_s_rating_comes_before_he_sees_the_client_s(acme, app) -> None:
    acme.get(f"{ACME}/review")
    acme.submit(positives="Rapport\nPrepared", own_rating="2")
    acme.follow()
    page = acme.get(f"{ACME}/review")
    assert "You see it once yours is saved" in page.text
    assert not page.has("#own_rating")
    acme.submit(
        coach_rating="4", improvements="Numbers", fact_first="Three questions", fact_applied="CV"
    )
    acme.follow()
    page = acme.get(f"{ACME}/review")
    assert page.form().data()[1]["own_rating"] == "2"
    assert "Agreed" in acme.get(ACME).text
    assert rows(app, "SELECT own_rating, coach_rating FROM review") == [(2, 4)]


@only_sqlite
def test_a_file_that_is_asked_about_again_keeps_its_sentence(acme, app, coach, clock) -> None:
    add(acme, "acceptance", "?application=1", sentence="Not this one.", on_mind="4")
    assert "Ask again on Tuesday 15 June 2027" in acme.page.text
    assert not acme.get(f"{RECORD}/acceptance/new?application=1").has("#on_mind_later")
    clock.move(days=14)
    acme.sign_in()
    assert "Ask again about Analyst, Acme how much it is on their mind" in acme.get(RECORD).text
    add(acme, "acceptance", "?application=1", on_mind_later="2")
    assert "A fortnight later: 2 of 5." in acme.page.text
    assert "Ask again" not in acme.get(RECORD).text
    assert rows(app, "SELECT sentence, on_mind, on_mind_later FROM acceptance") == [
        ("Not this one.", 4, 2)
    ]


@only_sqlite
def test_a_theme_of_the_coach_s_own_is_taken_into_the_search(acme, app) -> None:
    add(acme, "own-theme", name="Talks too softly")
    assert "Talks too softly" in acme.get(RECORD).text
    assert value(app, "SELECT count(*) FROM theme") == 27
    acme.get(f"{RECORD}/own-theme/new")
    acme.submit("main form", status=404)


@only_sqlite
def test_a_missing_second_positive_is_asked_for_and_never_blocks(acme) -> None:
    acme.get(f"{ACME}/review")
    acme.submit(positives="Rapport")
    assert "a second positive" in acme.follow().text


@only_sqlite
def test_a_theme_is_practised_and_put_to_the_test(acme, app) -> None:
    add(acme, "item", "?application=1", text="Rambled", theme="4")
    acme.get(f"{RECORD}/practice/new?of=1")
    acme.submit("main form", held_on="2027-06-01", kind="interview", status=422)
    assert "needs the interview" in acme.page.text
    acme.submit("main form", application="1", own_rating="4")
    acme.follow()
    assert "Tested" in acme.get(RECORD).text
    assert rows(app, "SELECT kind, application_id FROM practice") == [("interview", 1)]


@only_sqlite
def test_no_more_than_three_themes_have_a_priority(acme) -> None:
    for theme in ("1", "2", "3", "4"):
        add(acme, "item", "?application=1", text="x", theme=theme)
    for place in (1, 2, 3):
        acme.get(f"/coach/record/theme/{place}")
        acme.submit("main form.form", priority=str(place))
        acme.follow()
    acme.get("/coach/record/theme/4")
    assert (
        "Three themes have a priority"
        in acme.submit("main form.form", priority="1", status=409).text
    )


def test_the_coach_sees_a_step_otherwise_with_a_reason_that_is_kept(acme, app) -> None:
    for state, reason in (("complete", "They rang him."), ("", "No, they did not.")):
        acme.get(f"{RECORD}/steps/1?application=1")
        acme.submit("main form.form", state=state, reason=reason)
        page = acme.follow()
        assert ("Complete (your view)" in page.text) is bool(state)
    assert [row[0] for row in rows(app, "SELECT reason FROM step_override ORDER BY id")] == [
        "They rang him.", "No, they did not.",
    ]  # fmt: skip
    acme.get(f"{RECORD}/steps/3")
    acme.submit("main form.form", state="begun", status=422)


@only_sqlite
def test_a_positive_is_added_to_the_strengths_with_one_press(acme, app) -> None:
    add(acme, "item", "?application=1", text="Warm rapport", polarity="positive")
    acme.submit("form[action$='/strength']")
    assert "Among the strengths" in acme.follow().text
    assert rows(app, "SELECT statement, source FROM strength") == [("Warm rapport", "feedback")]


@only_sqlite
def test_a_search_that_was_closed_is_still_there_to_be_read(acme, clock) -> None:
    acme.get("/coach/record/search/1")
    acme.submit("main form.form", target="Analyst in health", outcome="stopped")
    page = acme.get(RECORD)
    assert "This search was closed on Tuesday 1 June 2027" in page.text
    assert "Analyst, Acme" in page.text
    assert "First ask" in page.text
    assert not page.has("#focus ~ h3")
    assert "Analyst, Acme" in acme.get("/coach/clients/1/story").text
    acme.get(RECORD)
    acme.submit("aside form", role="Planner", employer="Birch")
    page = acme.get(RECORD)
    assert "Planner, Birch" in page.text
    assert "Analyst, Acme" not in page.text
    page = acme.click("Analyst in health from Tuesday 1 June 2027")
    assert "Analyst, Acme" in page.text
    acme.get(f"{RECORD}?search=3", status=404)


@only_sqlite
def test_the_way_from_a_shared_passage_leads_on_to_the_letter(coach_web, web) -> None:
    book(web, TUESDAY_9)
    coach_web.get("/coach/clients/1/notes/new?booking=1")
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "You were warm."})
    coach_web.get("/coach/notes/1/share")
    assert coach_web.click("On to the letter").h1 == "After the call with Ann Lee"


@only_sqlite
def test_an_action_is_done_with_one_press(acme, app) -> None:
    add(acme, "action", text="Ring the agency")
    acme.submit("form[action$='/done']")
    assert "Done on Tuesday 1 June" in acme.follow().text


# ----------------------------------------------------------------------- guard rails and care


@only_sqlite
def test_guard_rail_a_nothing_is_ever_proposed_to_be_out_of_hands(acme) -> None:
    add(acme, "item", "?application=1", text="Other candidate had ten years", winner_had="Years")
    page = acme.get("/coach/record/verdict/1")
    assert "Other candidate had ten years" in page.text
    form = page.form("main form.form").data()[1]
    assert form["client_verdict"] == form["coach_verdict"] == form["reason"] == ""
    assert "Out of my hands" not in acme.get(ACME).text


@only_sqlite
def test_out_of_hands_needs_its_evidence(acme, app) -> None:
    add(acme, "item", "?application=1", text="No Spanish")
    acme.get("/coach/record/verdict/1")
    page = acme.submit("main form.form", client_verdict="out", status=422)
    assert "needs its evidence" in page.text
    acme.submit("main form.form", client_verdict="out", verdict_evidence="Spanish was asked for")
    assert "Client: Out of my hands" in acme.follow().text


@only_sqlite
def test_of_unfair_treatment_only_the_mark_is_kept_with_a_signpost_and_no_day(acme, app) -> None:
    add(acme, "item", "?application=1", text="A remark")
    acme.get("/coach/record/verdict/1")
    acme.submit(
        "main form.form", coach_verdict="out", reason="unfair", verdict_evidence="He said 123"
    )
    page = acme.follow()
    assert "Acas" in page.text
    assert "Deadlines are short and must be checked at once" in page.text
    assert rows(app, "SELECT reason, verdict_evidence FROM feedback_item") == [("unfair", "")]
    assert page.one(".notice:has(+ .list)").text().count("2027") == 0


@only_sqlite
def test_guard_rails_b_and_c_are_shown_to_the_coach(coach_web, ann) -> None:
    for number in (1, 2, 3):
        coach_web.get(RECORD)
        coach_web.submit("aside form", role=f"Role {number}")
        coach_web.follow()
        add(coach_web, "item", f"?application={number}", text="Years")
        coach_web.get(f"/coach/record/verdict/{number}")
        coach_web.submit("main form.form", coach_verdict="now")
        coach_web.follow()
    assert "Is everything really yours?" in coach_web.get(RECORD).text
    for number in (1, 2):
        coach_web.get(f"/coach/record/verdict/{number}")
        coach_web.submit("main form.form", coach_verdict="out", verdict_evidence="x")
        coach_web.follow()
    assert "Test these: 2 of 3" in coach_web.get(RECORD).text


@only_sqlite
def test_care_two_low_pulses_ask_for_a_word_without_alarm_or_diagnosis(
    coach_web, coach, ann, clock
):
    add(coach_web, "checkin", energy="1", confidence="2")
    coach_web.get(f"{RECORD}/checkin/new")
    page = coach_web.submit("main form", energy="1", status=409)
    assert "The next check-in is from" in page.text
    clock.move(days=7)
    coach_web.sign_in()
    add(coach_web, "checkin", energy="2")
    page = coach_web.get(RECORD)
    assert "Check in: the last two pulses were low." in page.text
    assert "116 123" in page.text
    assert not page.has("#focus ~ .stop, #focus ~ .care, .notice.stop, .notice.care")
    for word in ("depress", "anxiet", "disorder", "burnout", "patient", "symptom", "diagnos"):
        assert word not in page.text.lower()


@only_sqlite
def test_care_a_check_in_is_free_and_can_be_deleted(coach_web, ann, app) -> None:
    add(coach_web, "checkin")
    coach_web.submit("form[action$='/record/checkin/1/remove']")
    coach_web.follow()
    assert value(app, "SELECT count(*) FROM checkin") == 0


@only_sqlite
def test_the_texts_are_the_coach_s_own(acme, app) -> None:
    acme.get("/coach/settings/method")
    acme.submit("main form", unfair_text="Ring Acas.", low_text="", gamble_percent="60")
    acme.follow()
    form = acme.page.form("main form").data()[1]
    assert form["unfair_text"] == "Ring Acas."
    assert "Samaritans" in form["low_text"]
    acme.get("/coach/settings/method")
    acme.submit("main form", gamble_percent="200", status=422)


@only_sqlite
def test_script_in_the_record_is_inert(acme) -> None:
    text = "<script>alert(1)</script> \u202eמה\u202c 🙂"
    page = add(acme, "item", "?application=1", text=text)
    assert "<script>alert" not in page.html
    assert "🙂" in page.text
    acme.get(f"{RECORD}/item/new?application=1")
    acme.submit("main form", text="a\0b", status=422)
    acme.submit("main form", text="x" * 10_001, status=422)


@only_sqlite
def test_an_application_of_another_person_is_not_found(acme, act, clock) -> None:
    from coachcrm.clients import operations as clients  # noqa: PLC0415

    new = clients.NewClient("Bob", "bob@x.example", "", "Europe/London")
    act(lambda s: clients.find_or_make(s, 1, new, now=clock.now))
    acme.get("/coach/clients/2/record/item/new?application=1", status=404)
    token = acme.get("/coach/clients/2/record/item/new").form("main form").data()[1]["csrf_token"]
    acme.post(
        "/coach/clients/2/record/item/new?application=1",
        {"text": "x", "csrf_token": token}, status=404,
    )  # fmt: skip
