"""Which draft fits, what it says, how it is carried, what it has brought: tables, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest

from coachcrm.kit.resources import resource
from coachcrm.kit.text.wording import check
from coachcrm.recovery.core import ask_drafts, ask_figures, steps, vague_phrases
from coachcrm.recovery.core.ask_drafts import EXAMPLE, TITLES, first_words
from coachcrm.recovery.core.facts import NOTES, Ask, Item, Stage
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.core.questions import HOMEWORK
from coachcrm.recovery.core.vocabulary import ASKED_OF
from tests.recovery import worked_example as example

NEWS = date(2026, 6, 1)
TODAY = date(2026, 6, 10)
PLUS = Item("positive", source="written", specificity=1)
MINUS = Item("negative", source="written", specificity=1)


def lost(*asks: Ask, **more) -> Application:
    more.setdefault("outcome", "rejected")
    stages = (Stage("applied", result="passed"), Stage("first", result="rejected", told_on=NEWS))
    known = {"employer": "Ashby", "role": "Analyst", "stages": stages, "asks": asks}
    return Application(1, **{**known, **more})


def asked(number: int = 2, reply: str = "", of: str = "", draft: str = "") -> Ask:
    return Ask(date(2026, 6, number), reply, None, of, 0, draft)


@pytest.mark.parametrize(
    ("application", "draft", "to"),
    [
        # Nobody was asked yet.
        (lost(), "first_employer", "interviewer"),
        (lost(route="agency", recruiter="Priya"), "first_agency", "agency"),
        (lost(route="internal"), "first_employer", "manager"),
        (lost(is_internal=True), "first_employer", "manager"),
        # The second goes to whom the first went to.
        (lost(asked()), "quiet_employer", "interviewer"),
        (lost(asked(reply="none", of="hr")), "quiet_employer", "hr"),
        (lost(asked(reply="form_letter", of="manager")), "thin_employer", "manager"),
        (lost(asked(reply="thin", of="sponsor")), "thin_sponsor", "sponsor"),
        (lost(asked(reply="detailed"), route="agency"), "thin_agency", "agency"),
        # What was said with no reply written down is an answer too.
        (lost(asked(), items=(MINUS,)), "thin_employer", "interviewer"),
        # The third goes to somebody who has not been asked.
        (lost(asked(2, of="interviewer"), asked(9)), "other_employer", "hr"),
        (lost(asked(2), asked(9), recruiter="Priya"), "other_agency", "agency"),
        (lost(asked(2, of="agency"), asked(9, of="agency"), route="agency"),
         "other_employer", "interviewer"),
        (lost(asked(2), asked(9), is_internal=True), "other_sponsor", "sponsor"),
        (lost(asked(2, "policy", "hr")), "other_employer", "interviewer"),
        # The request for the notes is no rung.
        (lost(asked(2), asked(9, draft=NOTES)), "quiet_employer", "interviewer"),
    ],
)  # fmt: skip
def test_the_draft_that_fits(application: Application, draft: str, to: str) -> None:
    assert ask_drafts.choose(application, today=TODAY) == ask_drafts.AskChoice(draft, to)


@pytest.mark.parametrize(
    "application",
    [
        lost(items=(PLUS, MINUS)),
        lost(outcome="open"),
        lost(outcome="silent"),
        lost(outcome="accepted"),
    ],
)
def test_where_there_is_nothing_to_ask_about(application: Application) -> None:
    assert ask_drafts.choose(application, today=TODAY) is None


@pytest.mark.parametrize(
    ("number", "draft"),
    [
        (example.A1, None),
        (example.A3, None),
        (example.A4, "other_employer"),
        (example.A5, "thin_employer"),
        (example.A6, None),
    ],
)
def test_the_drafts_of_the_worked_example(number: int, draft: str | None) -> None:
    found = {a.id: a for a in example.search().applications}[number]
    choice = ask_drafts.choose(found, today=example.TODAY)
    assert (choice.draft if choice else None) == draft


def test_every_draft_has_words_for_everybody_who_can_be_asked() -> None:
    folder = resource("templates") / "mail" / "asks"
    assert {one.name for one in folder.iterdir()} == set(TITLES)
    assert set(ask_drafts.AUDIENCE_OF) == set(ask_drafts.WHOM) == set(ASKED_OF)
    assert all(len(name) <= 16 for name in TITLES)
    for name in TITLES:
        text = first_words(name)
        check(text.subject, ask_drafts.PLACES)
        check(text.body, ask_drafts.PLACES)
        said = ask_drafts.filled(text, EXAMPLE).body
        assert ("one strength" in said.lower() and "one gap" in said.lower()) or name == NOTES
        assert "!" not in said
        assert len(said.split()) < 110, name


def test_a_draft_by_its_name_is_to_somebody_of_its_audience() -> None:
    application = lost(asked(2, of="hr"))
    assert ask_drafts.named("first_sponsor", application) == ask_drafts.AskChoice(
        "first_sponsor", "sponsor"
    )
    assert ask_drafts.named("quiet_employer", application) == ask_drafts.AskChoice(
        "quiet_employer", "hr"
    )
    assert ask_drafts.named("other_employer", application).asked_of == "interviewer"
    assert ask_drafts.named(NOTES, application) == ask_drafts.AskChoice(NOTES, "hr")
    for nonsense in ("", "first", "first_nobody", "nonsense"):
        assert ask_drafts.named(nonsense, application) is None


def test_the_record_fills_the_words_and_leaves_visible_gaps() -> None:
    known = ask_drafts.values(
        lost(asked(4), recruiter="Priya"), asked_of="agency", name="Ann O’Hara"
    )
    assert known == {
        "person": "Priya", "role": "Analyst", "employer": "Ashby", "name": "Ann O’Hara",
        "news_day": "Monday 1 June", "asked_day": "Thursday 4 June",
    }  # fmt: skip
    bare = ask_drafts.values(Application(1), asked_of="hr", name="Ann")
    assert {place for place, value in bare.items() if value == ask_drafts.BLANK} == {
        "person", "role", "employer", "news_day", "asked_day",
    }  # fmt: skip
    text = ask_drafts.filled(first_words("first_employer"), bare)
    assert text.body.startswith("Hello …,\n\nThank you for the time you gave me for the role of …")
    assert text.body.endswith("With kind regards,\nAnn")


def test_words_of_the_record_are_words_and_never_places_of_their_own() -> None:
    known = {**EXAMPLE, "role": "{name} {details}", "employer": "A\nB"}
    text = ask_drafts.filled(ask_drafts.Text("{role}", "{role} at {employer}"), known)
    assert text == ask_drafts.Text("{name} {details}", "{name} {details} at A B")


@pytest.mark.parametrize(
    ("subject", "body", "address"),
    [
        ("Hi", "Hello", "mailto:?subject=Hi&body=Hello"),
        ("R&D? 100%", "a+b=c #1", "mailto:?subject=R%26D%3F%20100%25&body=a%2Bb%3Dc%20%231"),
        ("", "one\ntwo\n\nthree", "mailto:?subject=&body=one%0D%0Atwo%0D%0A%0D%0Athree"),
        ("", "one\r\ntwo", "mailto:?subject=&body=one%0D%0Atwo"),
        ("Zoë", "Grüße, …", "mailto:?subject=Zo%C3%AB&body=Gr%C3%BC%C3%9Fe%2C%20%E2%80%A6"),
        ("", "שלום", "mailto:?subject=&body=%D7%A9%D7%9C%D7%95%D7%9D"),
        ("", "مرحبا (Ann)", "mailto:?subject=&body=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7%20%28Ann%29"),
        ("", "\N{GRINNING FACE}", "mailto:?subject=&body=%F0%9F%98%80"),
        ("a\"b'c<d>", "&amp;", "mailto:?subject=a%22b%27c%3Cd%3E&body=%26amp%3B"),
    ],
)
def test_a_mail_program_is_opened_as_rfc_6068_says(subject: str, body: str, address: str) -> None:
    found = ask_drafts.mailto(ask_drafts.Text(subject, body))
    assert found == address
    assert unquote(found.partition("&body=")[2]) == body.replace("\r\n", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (ask_drafts.AskChoice("first_employer", "manager"),
         "Send the first ask to the hiring manager: Analyst, Ashby"),
        (ask_drafts.AskChoice("thin_agency", "agency"),
         "Send the second ask to the agency: Analyst, Ashby"),
        (ask_drafts.AskChoice("other_employer", ""),
         "Send the third ask to the employer: Analyst, Ashby"),
        (ask_drafts.AskChoice(NOTES, "hr"),
         "Send the request for the interview notes: Analyst, Ashby"),
    ],
)  # fmt: skip
def test_an_ask_as_an_action(choice: ask_drafts.AskChoice, words: str) -> None:
    assert ask_drafts.deed(choice, lost()) == words


@pytest.mark.parametrize(
    ("state", "offered", "released", "sent", "stands"),
    [
        ("exhausted", False, False, False, ""),
        ("exhausted", False, True, True, ""),
        ("asked", True, False, False, ""),
        ("complete", True, False, False, ""),
        ("exhausted", True, False, False, "offered"),
        ("exhausted", True, True, False, "released"),
        ("thin", True, True, False, "released"),
        ("exhausted", True, True, True, "sent"),
    ],
)
def test_the_last_rung(state, offered, released, sent, stands) -> None:
    application = lost(*([asked(draft=NOTES)] if sent else []), asks_for_notes=released)
    assert ask_drafts.last_rung(application, state=state, is_offered=offered) == stands


def test_the_request_for_the_notes_does_not_unsettle_the_ladder() -> None:
    ladder = lost(asked(1), asked(8))
    later = date(2026, 7, 1)
    assert steps.feedback_state(ladder, today=later).value == "exhausted"
    asked_for_notes = replace(ladder, asks=(*ladder.asks, Ask(later, draft=NOTES)))
    assert steps.feedback_state(asked_for_notes, today=later).value == "exhausted"
    assert steps.next_ask(lost(asked(1, draft=NOTES)), today=later).attempt == 1


# --------------------------------------------------------------------------------------- figures


def test_each_wording_with_what_it_brought_small_numbers_as_counts() -> None:
    many = [
        lost(asked(reply=r, draft="first_agency")) for r in ("detailed", "thin", "", "none", "")
    ]
    few = [lost(asked(reply="detailed"), asked(9, "form_letter", draft="thin_employer"))]
    rows = ask_figures.by_wording([*many, *few])
    assert [(r.draft, r.sent, r.replied_share, r.detailed_share) for r in rows] == [
        ("first_agency", 5, "40% (2 of 5)", "20% (1 of 5)"),
        ("", 1, "1 of 1", "1 of 1"),
        ("thin_employer", 1, "1 of 1", "0 of 1"),
    ]


def test_replies_by_source_count_applications_once() -> None:
    found = ask_figures.by_source([
        lost(asked(2), asked(9, "thin"), route="agency"),
        lost(asked(2), route="agency"),
        lost(asked(2, "policy"), route="direct", is_internal=True),
        lost(route="advert"),
        lost(asked(2, "thin", draft=NOTES), route="advert"),
    ])  # fmt: skip
    assert [(r.route, r.replied_share) for r in found] == [
        ("agency", "1 of 2"),
        ("internal", "1 of 1"),
    ]


@pytest.mark.parametrize(
    ("days", "median"),
    [((), None), ((1, 1, 2, 9), None), ((1, 1, 2, 8, 9), 2), ((1, 2, 3, 4, 5, 6), 3.5)],
)
def test_the_days_to_the_first_ask(days, median) -> None:
    found = ask_figures.wait([lost(asked(1 + d)) for d in reversed(days)])
    assert (found.days, found.median) == (days, median)


def test_an_ask_before_the_news_or_without_it_has_no_wait() -> None:
    early = lost(Ask(date(2026, 5, 30)))
    assert ask_figures.wait([early, Application(2, asks=(asked(),)), lost()]).days == ()


# ------------------------------------------------------------------------- phrases and homework


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Not the right fit", ["Not the right fit"]),
        ("You were not  the\nRIGHT fit for us.", ["Not the right fit"]),
        ("We had a stronger candidate this time", ["A stronger candidate"]),
        ("Answers lacked depth; others had more relevant experience.",
         ["Lacked depth", "More relevant experience"]),
        ("You wasn’t the right fit", ["Not the right fit"]),
        ("You didn’t come across as keen", ["Did not come across"]),
        ("We’ll keep your details on file.", ["Keep your details on file"]),
        ("It was a very close decision", ["A very close decision"]),
        ("Too senior for the team, over-qualified", ["Overqualified"]),
        ("The strawberry culture was great", ["Culture"]),
        ("Agriculture and benefits", []),
        ("No example on question 3", []),
        ("", []),
    ],
)  # fmt: skip
def test_vague_phrases_are_found(text: str, phrases: list[str]) -> None:
    assert [phrase.words for phrase in vague_phrases.found_in(text)] == phrases


def test_the_list_of_phrases_is_whole() -> None:
    assert len(vague_phrases.PHRASES) >= 12
    for phrase in vague_phrases.PHRASES:
        assert phrase in vague_phrases.found_in(f"They said: {phrase.words.lower()}.")
        assert phrase.means.endswith(".")
        assert phrase.ask.endswith("?")
        for other in phrase.also:
            assert phrase in vague_phrases.found_in(other)
    assert "sometimes there is truly nothing to say" in vague_phrases.CAUTION


def test_every_step_has_homework() -> None:
    assert set(HOMEWORK) == {1, 2, 3, 4, 5, 6}
    assert all(len(texts) >= 3 and len(set(texts)) == len(texts) for texts in HOMEWORK.values())
