"""Asking for feedback: which ready draft fits, its words filled in, and how it is carried.

A draft is named by its rung of the ask ladder and by whom it is for: `first_agency`. The request
for the interview notes stands apart, and is no rung.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from coachcrm.kit.text.wording import fill_body, fill_line, original, plain
from coachcrm.kit.time import words
from coachcrm.recovery.core import steps
from coachcrm.recovery.core.facts import NOTES
from coachcrm.recovery.core.job_search import Application

RUNGS = {
    "first": "First ask",
    "thin": "Second ask, after a thin answer",
    "quiet": "Second ask, after no answer",
    "other": "Third ask, of another person",
}
AUDIENCES = {"employer": "the employer", "agency": "an agency", "sponsor": "an internal sponsor"}
AUDIENCE_OF = {
    "": "employer",
    "interviewer": "employer",
    "manager": "employer",
    "hr": "employer",
    "agency": "agency",
    "sponsor": "sponsor",
}
TITLES = {
    **{f"{rung}_{who}": f"{name}: {AUDIENCES[who]}" for rung, name in RUNGS.items()
       for who in AUDIENCES},
    NOTES: "Request for the interview notes",
}  # fmt: skip
PLACES = {
    "person": "Whom it is to: the recruiter, if it goes to an agency; else left open",
    "role": "The role",
    "employer": "The employer",
    "news_day": "The day of the news, such as Tuesday 15 June",
    "asked_day": "The day of the ask before",
    "name": "The client’s name",
}
# What is not known stays visible, so that nobody sends it unseen.
BLANK = "…"
WHOM = {
    "": "the employer",
    "interviewer": "the interviewer",
    "manager": "the hiring manager",
    "hr": "HR",
    "agency": "the agency",
    "sponsor": "the internal sponsor",
}
_ORDINAL = {"first": "first", "thin": "second", "quiet": "second", "other": "third"}


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an ask."""

    subject: str
    body: str


# A person and a day that do not exist, to show how words read.
EXAMPLE = {
    "person": "Priya",
    "role": "Team leader",
    "employer": "Ashby & Co",
    "news_day": "Tuesday 15 June",
    "asked_day": "Thursday 17 June",
    "name": "Ann Example",
}


def first_words(draft: str) -> Text:
    """Return the words that an ask begins with, until the coach puts his own."""
    came = original("asks", draft)
    return Text(came.subject, came.body)


@dataclass(frozen=True, slots=True)
class AskChoice:
    """A draft by its name, and the person whom it is to (a key of ASKED_OF)."""

    draft: str
    asked_of: str


def rung(application: Application, *, today: date) -> str:
    """Return the rung that comes next, a key of RUNGS; "" where there is nothing to ask about."""
    state = steps.feedback_state(application, today=today).value
    if not application.is_rejection or state == "complete":
        return ""
    if state == "exhausted" or len(application.rungs) > 1:
        return "other"
    if application.rungs:
        return "thin" if state == "thin" else "quiet"
    return "first"


def choose(application: Application, *, today: date) -> AskChoice | None:
    """Return the draft that fits an application now, or None where there is nothing to ask about.

    The second ask goes to whom the first went to; the third to somebody who has not been asked.
    """
    step = rung(application, today=today)
    if not step:
        return None
    first = _first_person(application)
    if step == "other":
        whom = _another(application, first)
        return AskChoice(f"other_{AUDIENCE_OF[whom]}", whom)
    asked_of = application.rungs[0].asked_of if application.rungs else ""
    asked_of = asked_of or first
    return AskChoice(f"{step}_{AUDIENCE_OF[asked_of]}", asked_of)


def named(draft: str, application: Application) -> AskChoice | None:
    """Return a draft by its name, and whom of its audience it is to; None for no draft."""
    if draft == NOTES:
        return AskChoice(NOTES, "hr")
    if draft not in TITLES:
        return None
    audience = draft.partition("_")[2]
    asked = [ask.asked_of for ask in application.rungs]
    people = [who for who, of in AUDIENCE_OF.items() if who and of == audience]
    if draft.startswith("other"):
        people = [who for who in people if who not in asked] or people
    else:
        people = [who for who in people if who in asked] or people
    # Whoever said no is the best to ask: the interviewer, then the manager, then HR.
    return AskChoice(draft, people[0])


def values(application: Application, *, asked_of: str, name: str) -> dict[str, str]:
    """Return what the places of a draft are filled with; `name` is the client's."""
    known = {
        "person": application.recruiter if asked_of == "agency" else "",
        "role": application.role,
        "employer": application.employer,
        "news_day": words.day(application.news_on) if application.news_on else "",
        "asked_day": words.day(application.rungs[-1].sent_on) if application.rungs else "",
        "name": name,
    }
    return {place: value or BLANK for place, value in known.items()}


def filled(text: Text, known: Mapping[str, str]) -> Text:
    """Return the words with their places filled in. Raises `Misspelt` for a place unknown."""
    return Text(fill_line(text.subject, known), plain(fill_body(text.body, known)))


def mailto(text: Text) -> str:
    """Return an address that opens a mail program with these words, to nobody yet (RFC 6068).

    Everything but letters, digits and "-._~" is percent-encoded as UTF-8; a line ends in %0D%0A.
    """
    body = text.body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:?subject={quote(text.subject, safe='')}&body={quote(body, safe='')}"


def deed(choice: AskChoice, application: Application) -> str:
    """Return the ask as an action for the client, in one line."""
    if choice.draft == NOTES:
        return f"Send the request for the interview notes: {application.name}"
    ordinal = _ORDINAL[choice.draft.partition("_")[0]]
    return f"Send the {ordinal} ask to {WHOM[choice.asked_of]}: {application.name}"


def last_rung(application: Application, *, state: str, is_offered: bool) -> str:
    """Return where the request for the interview notes stands; "" where there is none.

    `state` is where step 1 stands, `is_offered` the coach's own setting. "offered": he may
    release it, for the ladder is exhausted; "released": the draft is there; "sent".
    """
    if not is_offered:
        return ""
    if any(ask.draft == NOTES for ask in application.asks):
        return "sent"
    if application.asks_for_notes:
        return "released"
    return "offered" if state == "exhausted" else ""


def _first_person(application: Application) -> str:
    if application.route == "agency":
        return "agency"
    return (
        "manager" if application.is_internal or application.route == "internal" else "interviewer"
    )


def _another(application: Application, first: str) -> str:
    asked = {ask.asked_of or first for ask in application.rungs}
    wishes = ["interviewer", "hr", "manager"]
    if application.recruiter or application.route == "agency":
        wishes.insert(0, "agency")
    if application.is_internal or application.route == "internal":
        wishes.insert(0, "sponsor")
    return next((who for who in wishes if who not in asked), "hr")
