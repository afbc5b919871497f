"""What hangs together in the record is linked: chosen from what is there, shown on both sides."""

from __future__ import annotations

import pytest

from coachcrm.clients import operations as clients
from coachcrm.kit.data.migrate import downgrade, upgrade
from coachcrm.kit.errors import NotFound
from coachcrm.recovery.models.applications import FeedbackItem, FitAssessment
from coachcrm.recovery.models.search import StoryRow, ThemeRow
from coachcrm.recovery.operations import applications, feedback, reviews, rows
from tests.recovery.views.test_pages import ACME, RECORD, acme, add, only_sqlite
from tests.support.cast import dump, value
from tests.support.cast import rows as ask_rows

__all__ = ["acme"]


@pytest.fixture
def asked(acme):
    """Give Ann's application an interview with a question, and another interview without."""
    add(acme, "round", "?application=1", held_on="2027-05-20", number="2")
    add(acme, "round", "?application=1", held_on="2027-05-25", number="3")
    add(acme, "question", "?application=1", text="Why us?", round_id="1")
    return acme


@pytest.fixture
def bob(act, clock, acme) -> int:
    """Give Bob, a client of the same coach, an application, an interview, a question, a story."""

    def deed(session) -> int:
        new = clients.NewClient("Bob", "bob@x.example", "", "Europe/London")
        person = clients.find_or_make(session, 1, new, now=clock.now)
        today = clock.now.date()
        search = applications.open_search(session, 1, person.id, today=today)
        mine = applications.add_application(
            session, search, today=today, now=clock.now, role="Cook"
        )
        held = reviews.save_round(session, mine, {}, today=today)
        feedback.add_question(
            session, search, text="Bob’s question", application_id=mine.id, round_id=held.id,
            now=clock.now,
        )  # fmt: skip
        rows.add(session, StoryRow, {"title": "Bob’s story"}, search_id=search.id)
        return person.id

    return act(deed)


def token(web, path: str) -> str:
    return web.get(path).form("main > form.form").data()[1]["csrf_token"]


# ------------------------------------------------------------------ feedback: where it belongs


def test_feedback_stands_by_its_question_and_its_interview(app, asked) -> None:
    page = add(asked, "item", "?application=1", text="Too general", question_id="1", stage="first")
    where = "First interview: Interview 2, Thursday 20 May 2027: “Why us?”"
    assert f"On {where}" in page.text
    assert page.link("Negative: Too general").endswith("#item-1")
    assert ask_rows(app, "SELECT stage, round_id, question_id FROM feedback_item") == [
        ("first", None, 1)
    ]
    assert asked.get("/coach/record/round/1").link("Negative: Too general")


@only_sqlite
def test_a_question_of_another_interview_is_refused_by_its_field(app, asked) -> None:
    asked.get(f"{RECORD}/item/new?application=1")
    page = asked.submit(
        "main > form.form", text="Too general", question_id="1", round_id="2", status=422
    )
    assert "asked in another interview" in page.errors["question_id"]
    assert page.form("main > form.form").data()[1]["text"] == "Too general"
    assert value(app, "SELECT count(*) FROM feedback_item") == 0


def test_nothing_of_another_client_is_offered_or_accepted(app, asked, bob) -> None:
    add(asked, "item", "?application=1", text="Mine", polarity="positive")
    add(asked, "story", title="My story")
    add(asked, "fit", "?application=1", essentials="2 Led a team")
    add(asked, "strength", statement="Calm")
    before = dump(app)
    for path, fields in (
        (f"{RECORD}/item/new?application=1", {"text": "x", "round_id": "3"}),
        (f"{RECORD}/item/new?application=1", {"text": "x", "question_id": "2"}),
        (f"{RECORD}/item/new?application=1", {"text": "x", "stage": "final"}),
        ("/coach/record/item/1", {"text": "x", "polarity": "positive", "question_id": "2"}),
        (f"{RECORD}/question/new?application=1", {"text": "x", "round_id": "3"}),
        ("/coach/record/question/1", {"text": "x", "round_id": "3"}),
        (f"{RECORD}/strength/new", {"statement": "x", "story_id": "1"}),
        ("/coach/record/strength/1", {"statement": "x", "story_id": "1"}),
        (f"{RECORD}/item/new?application=1", {"text": "x", "theme": "999"}),
        (f"{RECORD}/item/new?application=1", {"text": "x", "theme": "nonsense"}),
    ):
        assert "Bob" not in asked.get(path).text
        page = asked.post(path, {"csrf_token": token(asked, path), **fields}, status=422)
        assert "Please choose" in page.text, (path, fields)
    proof = "/coach/record/fit/1/stories"
    sent = {"csrf_token": token(asked, "/coach/record/item/1"), "row_1": "1"}
    assert "Please choose" in asked.post(proof, sent, status=422).errors["row_1"]
    assert dump(app) == before


def test_what_is_another_coach_s_is_not_found(act, acme) -> None:
    # The database holds one coach; whoever else asked would be told that there is nothing.
    add(acme, "item", "?application=1", text="Mine", theme=["1"])
    add(acme, "fit", "?application=1", essentials="2 Led a team")
    for kind in (ThemeRow, FeedbackItem, FitAssessment):
        with pytest.raises(NotFound):
            act(lambda s, kind=kind: rows.get_own(s, 2, kind, 1))


def test_what_is_not_there_is_not_found(app, acme) -> None:
    before, sent = dump(app), {"csrf_token": token(acme, f"{RECORD}/item/new")}
    for path in (
        "/coach/record/item/9/themes/1/remove", "/coach/record/fit/9/stories",
        "/coach/settings/method/themes/99", "/coach/settings/method/themes/99/put-aside",
        "/coach/settings/method/themes/99/put-back", "/coach/settings/method/themes/99/merge",
    ):  # fmt: skip
        acme.post(path, sent, status=404)
    assert dump(app) == before


# ------------------------------------------------------------------------------------- themes


def test_several_themes_at_once_and_one_taken_off_again(app, acme) -> None:
    page = add(acme, "item", "?application=1", text="Rambled", theme=["1", "4"])
    assert "# No concrete example # Rambling" in page.text
    acme.get("/coach/record/item/1")
    assert "4" not in acme.page.form("main > form.form").choices("theme")
    acme.submit("form[action$='/themes/1/remove']")
    acme.follow()
    assert "# No concrete example" not in acme.get(ACME).text
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 1
    assert "Nothing that was said about it can be changed now" in acme.get(RECORD).text


@only_sqlite
def test_a_theme_tagged_or_taken_off_twice_is_harmless(app, acme) -> None:
    add(acme, "item", "?application=1", text="Rambled", theme=["4"])
    sent = {"csrf_token": token(acme, "/coach/record/item/1"), "text": "Rambled"}
    for themes in (["4"], ["4", "4"]):
        acme.post("/coach/record/item/1", {**sent, "theme": themes})
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 1
    for _ in range(2):
        acme.post("/coach/record/item/1/themes/4/remove", sent)
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 0


def test_the_coach_keeps_his_list_of_themes(app, acme) -> None:
    add(acme, "item", "?application=1", text="Rambled", theme=["4"])
    acme.get("/coach/settings/method/themes/4")
    acme.submit("main > form.form", name="Goes on and on", definition="Over two minutes.",
                changeable="later")  # fmt: skip
    page = acme.follow()
    assert "Goes on and on" in page.text
    assert "Tagged on 1 line of feedback" in page.text
    assert "Over two minutes." in acme.get("/coach/record/theme/1").text
    assert "Your list says of “Goes on and on”: change later." in (
        acme.get("/coach/record/verdict/1").text
    )
    acme.get("/coach/settings/method/themes/new")
    page = acme.submit("main > form.form", name="goes ON and on", status=409)
    assert "a theme of this name" in page.errors["name"]
    acme.submit("main > form.form", name="Warm rapport", polarity="positive")
    assert "Goes well." in acme.follow().text


@only_sqlite
def test_no_theme_ever_proposes_that_something_is_out_of_hands(acme) -> None:
    page = acme.get("/coach/settings/method/themes/1")
    assert "out" not in page.form("main > form.form").choices("changeable")


@only_sqlite
def test_a_theme_put_aside_is_offered_no_more_and_stays_where_it_is(app, acme) -> None:
    add(acme, "item", "?application=1", text="Rambled", theme=["4"])
    acme.get("/coach/settings/method/themes/4")
    acme.submit("form[action$='/put-aside']")
    assert "Put aside" in acme.follow().text
    assert "# Rambling" in acme.get(ACME).text
    assert "4" not in acme.get(f"{RECORD}/item/new").form("main > form.form").choices("theme")
    assert "4" not in acme.get(f"{RECORD}/own-theme/new").form("main form").choices("theme")
    acme.get("/coach/settings/method/themes/4")
    acme.submit("form[action$='/put-back']")
    assert "4" in acme.get(f"{RECORD}/item/new").form("main > form.form").choices("theme")


def test_two_themes_of_one_meaning_become_one(app, acme) -> None:
    add(acme, "item", "?application=1", text="Both", theme=["4", "5"])
    add(acme, "item", "?application=1", text="One", theme=["4"])
    add(acme, "action", text="Cut it short", due_on="2027-06-05", theme="4")
    acme.get("/coach/record/theme/1")
    acme.submit("main > form.form", priority="1", goal="stopping", is_shared=True)
    acme.get("/coach/settings/method/themes/4")
    acme.submit("form[action$='/merge']", into="5")
    acme.follow()
    assert ask_rows(app, "SELECT item_id, theme_id FROM feedback_item_theme ORDER BY item_id") == [
        (1, 5),
        (2, 5),
    ]
    # What was not shared under both is shared no more.
    [place] = ask_rows(app, "SELECT theme_id, priority, goal, is_shared FROM search_theme")
    assert place[:3] == (5, 1, "stopping")
    assert not place[3]
    assert value(app, "SELECT theme_id FROM action") == 5
    acme.get("/coach/settings/method/themes/4", status=404)
    acme.get("/coach/settings/method/themes/5")
    assert acme.submit("form[action$='/merge']", status=422).errors["into"]


# ------------------------------------------------------------------------------------- stories


def test_a_story_shows_what_it_is_used_by(app, asked) -> None:
    add(asked, "story", title="The audit", landed="well")
    add(asked, "strength", statement="Calm", story_id="1")
    add(asked, "fit", "?application=1", essentials="2 Led a team\n1 SQL", wants="3 Near home")
    asked.get("/coach/record/question/1")
    assert asked.page.has("datalist option[value='The audit']")
    asked.submit("main > form.form", story_used="the audit", own_rating="strong")
    asked.get("/coach/record/fit/1")
    assert len(asked.page.all("form.proof select")) == 2
    asked.submit("form.proof", row_1="1")
    assert "Story: The audit" in asked.follow().text
    page = asked.get("/coach/record/story/1")
    for told in (
        "Told for “Why us?”, Analyst, Acme (strong)", "Proves “Led a team” for Analyst, Acme",
        "Fed by the strength “Calm”", "Last used on Thursday 20 May 2027",
        "How it landed: well",
    ):  # fmt: skip
        assert told in page.text
    assert "Last used on Thursday 20 May 2027" in asked.get(RECORD).text


def test_a_line_that_stays_keeps_its_story_when_the_fit_is_written_anew(app, acme) -> None:
    add(acme, "story", title="The audit")
    add(acme, "fit", "?application=1", essentials="2 Led a team\n1 SQL")
    acme.get("/coach/record/fit/1")
    acme.submit("form.proof", row_1="1")
    acme.get("/coach/record/fit/1")
    acme.submit("main > form.form", essentials="0 Numbers\n3 led a  team")
    assert ask_rows(app, "SELECT text, level, story_id FROM fit_row ORDER BY id") == [
        ("Numbers", 0, None),
        ("led a  team", 3, 1),
    ]


def test_a_story_that_is_taken_out_leaves_what_it_was_linked_with(app, acme) -> None:
    add(acme, "story", title="The audit")
    add(acme, "strength", statement="Calm", story_id="1")
    add(acme, "fit", "?application=1", essentials="2 Led a team")
    acme.get("/coach/record/fit/1")
    acme.submit("form.proof", row_1="1")
    acme.get("/coach/record/story/1")
    acme.submit("main > form:last-of-type", button="Take this out of the record")
    for table in ("fit_row", "strength"):
        assert ask_rows(app, f"SELECT story_id FROM {table}") == [(None,)]


@only_sqlite
def test_a_story_with_a_new_title_is_still_the_one_that_was_told(app, asked) -> None:
    add(asked, "story", title="The audit")
    asked.get("/coach/record/question/1")
    asked.submit("main > form.form", story_used="The audit")
    asked.get("/coach/record/story/1")
    asked.submit("main > form.form", title="The long audit")
    assert value(app, "SELECT story_used FROM question_asked") == "The long audit"


# --------------------------------------------------------------------- strengths and practice


@only_sqlite
def test_praise_that_is_no_strength_yet_is_offered_on_the_record(app, acme) -> None:
    acme.get(f"{RECORD}/item/new")
    acme.submit("main > form.form", text="Always calm", polarity="positive", source="appraisal")
    acme.get(RECORD)
    acme.submit("form[action$='/strength?from=record']")
    page = acme.follow()
    assert "not among the strengths yet" not in page.text
    assert ask_rows(app, "SELECT statement, source FROM strength") == [("Always calm", "appraisal")]
    assert "It is there." in acme.get("/coach/record/item/1").text


@only_sqlite
def test_practice_is_listed_under_its_theme(acme) -> None:
    add(acme, "item", "?application=1", text="Rambled", theme=["4"])
    acme.get(f"{RECORD}/practice/new?of=1")
    assert acme.page.form("main > form.form").data()[1]["held_on"] == "2027-06-01"
    acme.submit("main > form.form", kind="mock", coach_rating="4")
    told = "Tuesday 1 June 2027: mock with the coach (you 4 of 5)"
    assert acme.get(RECORD).link(told).endswith("/coach/record/practice/1")
    assert acme.get("/coach/record/theme/1").link(told)


@only_sqlite
def test_a_debrief_before_the_news_says_so_for_good(app, coach_web, ann) -> None:
    add(coach_web, "application", role="Nurse")
    add(coach_web, "round", "?application=1", held_on="2027-05-30", signals="They smiled")
    told = "Gone through on Tuesday 1 June 2027, before the result was known."
    assert told in coach_web.get(ACME).text
    coach_web.get("/coach/record/outcome/1")
    coach_web.submit("main > form.form", outcome="rejected")
    coach_web.get("/coach/record/round/1")
    assert told in coach_web.page.text
    coach_web.submit("main > form.form", mood="flat")
    assert told in coach_web.get(ACME).text


@only_sqlite
def test_both_ratings_of_a_review_are_laid_side_by_side(acme) -> None:
    acme.get(f"{ACME}/review")
    acme.submit(positives="Rapport", own_rating="2", coach_rating="4")
    assert "The client gave 2 of 5, you 4: 2 apart." in acme.follow().text


# -------------------------------------------------------------------------------------- dates

REFUSED = [
    ("application/1", {"role": "x", "applied_on": "2027-06-02"}, "applied_on", "not come yet"),
    ("application/1", {"role": "x", "applied_on": "2027-05-29"}, "applied_on", "28 May 2027"),
    ("application/1", {"role": "x", "applied_on": "2027-05-02", "next_interview_on": "2027-05-01"},
     "next_interview_on", "before the day of applying"),
    ("application/1", {"role": "x", "applied_on": "0027-05-02"}, "applied_on", "check the year"),
    ("application/1", {"role": "x", "applied_on": "2 May"}, "applied_on", "should look like"),
    ("stage?", {"stage": "final", "entered_on": "2027-05-30"}, "stage", "has ended"),
    ("stage?", {"stage": "final", "entered_on": "2027-06-02"}, "entered_on", "not come yet"),
    ("stage?", {"stage": "final", "told_on": "2027-06-02"}, "told_on", "not come yet"),
    ("stage?", {"stage": "final", "entered_on": "2027-05-20", "told_on": "2027-05-19"}, "told_on",
     "before the day of the stage"),
    ("stage?", {"stage": "final", "entered_on": "2027-05-01"}, "entered_on", "day of applying"),
    ("outcome/1", {"outcome": "rejected", "closed_on": "2027-06-02"}, "closed_on", "not come yet"),
    ("outcome/1", {"outcome": "rejected", "closed_on": "2027-05-01"}, "closed_on", "applying"),
    ("ask?", {"sent_on": "2027-06-02"}, "sent_on", "not come yet"),
    ("ask?", {"sent_on": "2027-05-01"}, "sent_on", "before the day of applying"),
    ("ask?", {"sent_on": "2027-05-29", "replied_on": "2027-05-28"}, "replied_on", "of the ask"),
    ("ask/1", {"sent_on": "2027-05-01"}, "sent_on", "before the day of applying"),
    ("item?", {"text": "x", "heard_on": "2027-06-02"}, "heard_on", "not come yet"),
    ("item?", {"text": "x", "heard_on": "2027-05-01"}, "heard_on", "before the day of applying"),
    ("round?", {"held_on": "2027-05-01"}, "held_on", "before the day of applying"),
    ("round?", {"held_on": "2027-06-02", "mood": "flat"}, "held_on", "not come yet"),
    ("round?", {"held_on": "2027-05-20", "promised_by": "2027-05-19"}, "promised_by", "interview"),
    ("practice", {"held_on": "2027-06-02", "kind": "mock"}, "held_on", "not come yet"),
    ("practice", {"held_on": "2027-05-01", "application": "1"}, "held_on", "day of applying"),
    ("action", {"text": "x", "done_on": "2027-06-02"}, "done_on", "not come yet"),
    ("story", {"title": "x", "last_used_on": "2027-06-02"}, "last_used_on", "not come yet"),
    ("target", {"text": "x", "review_on": "2027-05-31"}, "review_on", "before today"),
    ("search/1", {"closed_on": "2027-06-02"}, "closed_on", "not come yet"),
    ("search/1", {"closed_on": "2027-05-31"}, "closed_on", "before the day of opening"),
    ("search/1", {"opened_on": "2027-06-02"}, "opened_on", "not come yet"),
    ("search/1", {"referred_on": "2027-06-02"}, "referred_on", "not come yet"),
]  # fmt: skip


def address(place: str) -> str:
    if "/" in place:
        return f"/coach/record/{place}"
    noun, on = place.rstrip("?"), "?application=1" if place.endswith("?") else ""
    return f"{RECORD}/{noun}/new{'?of=1' if noun == 'practice' else on}"


@only_sqlite
def test_days_that_cannot_be_are_refused_by_their_field_with_all_kept(app, acme) -> None:
    acme.get("/coach/record/application/1")
    acme.submit("main > form.form", applied_on="2027-05-02")
    add(acme, "ask", "?application=1", sent_on="2027-05-29")
    add(acme, "item", "?application=1", text="Rambled", theme=["4"])
    before = dump(app)
    for place, fields, field, words in REFUSED:
        path = address(place)
        acme.get(path)
        status = 409 if field == "stage" else 422
        page = acme.submit("main > form.form", fields=fields, status=status)
        assert words in page.errors.get(field, ""), (place, fields, page.errors)
        kept = page.form("main > form.form").data()[1]
        assert {name: kept[name] for name in fields} == fields
        assert dump(app) == before, (place, fields)


HARMLESS = [
    ("application/1", {"role": "x", "next_interview_on": "2027-07-01"}),
    ("round?", {"held_on": "2027-07-01"}),
    ("round?", {"promised_by": "2027-05-01"}),
    ("action", {"text": "x", "due_on": "2027-05-01"}),
    ("search/1", {"deadline_on": "2027-05-01"}),
    ("search/1", {"opened_on": "2027-01-01"}),
    ("target", {"text": "x", "review_on": "2027-06-01"}),
]


@only_sqlite
def test_days_that_may_be_are_accepted(acme) -> None:
    for place, fields in HARMLESS:
        acme.get(address(place))
        acme.submit("main > form.form", fields=fields)


@only_sqlite
def test_a_day_of_applying_put_right_strikes_the_mistaken_stage_out(app, coach_web, ann) -> None:
    add(coach_web, "application", role="Nurse", applied_on="2027-05-02")
    coach_web.get("/coach/record/application/1")
    coach_web.submit("main > form.form", applied_on="2027-05-05")
    found = ask_rows(app, "SELECT entered_on, struck_at IS NULL FROM stage_event ORDER BY id")
    assert [(str(on)[:10], bool(stands)) for on, stands in found] == [
        ("2027-05-02", False),
        ("2027-05-05", True),
    ]


@only_sqlite
def test_what_is_said_of_an_application_joins_its_own_search_though_that_is_closed(
    app, acme
) -> None:
    acme.get("/coach/record/search/1")
    acme.submit("main > form.form", outcome="lapsed")
    add(acme, "item", "?application=1", text="Came late")
    assert ask_rows(app, "SELECT search_id FROM feedback_item") == [(1,)]
    assert value(app, "SELECT count(*) FROM job_search") == 1


# ---------------------------------------------------------------------------------- the schema


@pytest.mark.own
def test_the_links_go_up_and_down_with_data(app, acme) -> None:
    add(acme, "story", title="The audit")
    add(acme, "strength", statement="Calm", story_id="1")
    add(acme, "fit", "?application=1", essentials="2 Led a team")
    acme.get("/coach/record/fit/1")
    acme.submit("form.proof", row_1="1")
    downgrade(app, "0006")
    assert value(app, "SELECT text FROM fit_row") == "Led a team"
    upgrade(app)
    assert ask_rows(app, "SELECT statement, story_id FROM strength") == [("Calm", None)]
    [(polarity, is_aside)] = ask_rows(app, "SELECT polarity, is_aside FROM theme WHERE id = 1")
    assert polarity == "negative"
    assert not is_aside
