"""The worked example, written into a database by the verbs that the pages use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.recovery.operations import applications, feedback, reviews, stages
from tests.recovery import worked_example as example

THEMES = {1: "No concrete example", 2: "Rambling", 3: "Company not researched"}


def store(session: Session, coach_id: int, client_id: int, *, now: datetime) -> int:
    """Store the example for a client; return the id of the job search."""
    today = example.TODAY
    search = applications.open_search(session, coach_id, client_id, today=today)
    facts = example.search()
    for given in facts.applications:
        application = applications.add_application(
            session, search, today=today, now=now, employer=given.employer, role=given.role,
            applied_on=given.applied_on,
        )  # fmt: skip
        for stage in given.stages:
            stages.record_stage(
                session, application, stage=stage.stage, result=stage.result,
                told_on=stage.told_on, today=today, now=now,
            )  # fmt: skip
        for ask in given.asks:
            applications.add_ask(
                session, application, sent_on=ask.sent_on, today=today, reply=ask.reply,
                replied_on=ask.replied_on,
            )  # fmt: skip
        for item in given.items:
            _item(session, coach_id, search, item, application.id, now)
    for item in facts.loose_items:
        _item(session, coach_id, search, item, None, now)
    return search.id


def _item(session, coach_id, search, given, application_id, now) -> None:
    item = feedback.add_item(
        session, search, polarity=given.polarity, text=given.text, source=given.source,
        application_id=application_id, specificity=given.specificity,
        is_decision=given.is_decision, source_label=given.source_label, now=now,
    )  # fmt: skip
    for theme_id in given.themes:
        theme = feedback.find_theme(session, coach_id, THEMES[theme_id])
        feedback.tag_item(session, item, theme)
    if given.verdict:
        verdict = {"coach_verdict": given.verdict, "reason": given.reason}
        reviews.judge(
            session, item, {**verdict, "verdict_evidence": "It was said."}, today=example.TODAY
        )
