"""A plausible record for the demonstration: one search with something in each of the six steps."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.clients.models import Client
from coachcrm.recovery.models.applications import ApplicationRow, JobSearch
from coachcrm.recovery.models.search import CriterionRow, StoryRow
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.operations import feedback, fit, practice, reviews, rows

# Of each rejection: employer, role, stage, days ago, found by, feedback as (polarity, words, theme,
# their verdict, the coach's).
REJECTIONS = (
    ("Ashby & Co", "Analyst", "first", 62, "agency", (
        ("positive", "Warm, and easy to talk to.", "", "", ""),
        ("negative", "No concrete example on the third question.", "No concrete example",
         "now", "now"),
        ("negative", "Ran over time.", "Pace", "now", "now"),
    )),
    ("Birch Council", "Planner", "sift", 50, "advert", ()),
    ("Cole Foods", "Planner", "final", 34, "direct", (
        ("positive", "The best prepared of all.", "", "", ""),
        ("negative", "The examples stayed general.", "No concrete example", "now", "now"),
        ("negative", "The other candidate had ten years in the sector.", "Sector",
         "out", "later"),
    )),
    ("Dunn Partners", "Analyst", "screen", 20, "agency", (
        ("negative", "Not the right fit.", "", "", ""),
    )),
    ("Eden Trust", "Planner", "first", 6, "advert", (
        ("negative", "Did not know our programmes.", "Company not researched", "", ""),
    )),
)  # fmt: skip
# Of each interview: days before the news, own rating, hours of preparation.
INTERVIEWS: dict[str, Sequence[tuple[int, int, int]]] = {
    "Ashby & Co": ((5, 2, 1),),
    "Cole Foods": ((20, 3, 5), (4, 4, 6)),
    "Eden Trust": ((4, 2, 2),),
}
REVIEWS = {"Ashby & Co": (2, 3), "Cole Foods": (3, 4), "Eden Trust": (3, 3)}
FITS = {
    "Birch Council": (("essential", "Planning software", 0, 1), ("essential", "Budgets", 1, 1)),
    "Cole Foods": (("essential", "Budgets", 3, 1), ("essential", "Leading a team", 3, 1)),
    "Eden Trust": (("essential", "Budgets", 3, 1), ("essential", "Planning software", 1, 1)),
}
PULSES = ((58, 3, 3), (48, 2, 2), (33, 2, 3), (20, 3, 3), (8, 4, 3))
STORIES = (
    ("Moved the depot in a weekend", "Planning", 4),
    ("The supplier who stopped answering", "Conflict", 3),
)


def fill(session: Session, coach: Coach, client: Client, *, now: datetime) -> None:
    """Write one client's search down, as it would stand after two months of work."""
    today = now.astimezone(coach.zone).date()
    search = recovery.open_search(session, coach.id, client.id, today=today)
    rows.change(session, search, {"found_by": "The article on rejection"})
    for employer, role, stage, ago, route, said in REJECTIONS:
        told = today - timedelta(days=ago)
        new = recovery.Rejection(employer, role, stage, told)
        row = recovery.log_rejection(session, search, new, today=today, now=now)
        rows.change(session, row, {"route": route, "family": role})
        if said:
            # An answer with nothing good in it tells too little: it is thin.
            is_detailed = {"positive", "negative"} <= {polarity for polarity, *_ in said}
            reply = "detailed" if is_detailed else "thin"
            recovery.add_ask(
                session, row, sent_on=told + timedelta(days=1), today=today, reply=reply,
                asked_of="agency" if route == "agency" else "interviewer", channel="email",
                draft="first_agency" if route == "agency" else "first_employer",
            )  # fmt: skip
        for heard in said:
            _heard(session, coach, search, row.id, heard, on=told, now=now)
        _walked_through(session, row, employer, told=told)
    _across(session, coach, search, today=today, now=now)


def _heard(
    session: Session,
    coach: Coach,
    search: JobSearch,
    application_id: int,
    heard: tuple[str, str, str, str, str],
    *,
    on: date,
    now: datetime,
) -> None:
    polarity, words, theme, theirs, yours = heard
    item = feedback.add_item(
        session, search, polarity=polarity, text=words, source="written", specificity=1,
        application_id=application_id, heard_on=on, now=now,
    )  # fmt: skip
    if theme:
        feedback.tag_item(session, item, feedback.make_theme(session, coach.id, theme))
    if theirs:
        verdict = {"client_verdict": theirs, "coach_verdict": yours}
        proof = "They said whom they chose." if theirs == "out" else ""
        reviews.judge(session, item, {**verdict, "verdict_evidence": proof}, today=on)
    if polarity == "positive":
        feedback.add_strength(
            session, search, statement=words, source="feedback", item_id=item.id, now=now
        )


def _walked_through(
    session: Session, application: ApplicationRow, employer: str, *, told: date
) -> None:
    for before, own, hours in INTERVIEWS.get(employer, ()):
        held: dict[str, Any] = {
            "held_on": told - timedelta(days=before), "own_rating": own, "hours_prepared": hours,
        }  # fmt: skip
        reviews.save_round(session, application, held, today=held["held_on"])
    if employer in REVIEWS:
        own, yours = REVIEWS[employer]
        rated = {"own_rating": own, "coach_rating": yours}
        points = [("positive", "", "Warm from the first minute", "")]
        reviews.save_review(session, application, rated, points, today=told + timedelta(days=3))
    if employer in FITS:
        fit.save_fit(session, application, {"is_hindsight": True}, FITS[employer], today=told)


def _across(
    session: Session, coach: Coach, search: JobSearch, *, today: date, now: datetime
) -> None:
    for ago, energy, confidence in PULSES:
        pulse = {"energy": energy, "confidence": confidence}
        practice.take_pulse(session, coach.id, search, pulse, today=today - timedelta(days=ago))
    for title, competency, strength in STORIES:
        story = {"title": title, "competency": competency, "strength": strength}
        rows.add(session, StoryRow, story, search_id=search.id)
    rows.add(
        session,
        CriterionRow,
        {"aspect": "work", "text": "Plan, not only report", "is_must": True, "weight": 3},
        search_id=search.id,
    )
    theme = feedback.make_theme(session, coach.id, "No concrete example")
    done = {
        "theme_id": theme.id, "kind": "mock", "held_on": today - timedelta(days=12),
        "own_rating": 3, "coach_rating": 4,
    }  # fmt: skip
    practice.add_practice(session, search, done, today=today)
    feedback.add_action(
        session, search, text="Two examples with numbers", due_on=today + timedelta(days=5),
        theme_id=theme.id, is_shared=True, now=now,
    )  # fmt: skip
