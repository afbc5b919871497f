"""The worked example of the specification: six applications, one appraisal, 1 July 2026."""

from __future__ import annotations

from datetime import date

from coachcrm.recovery.core.facts import Ask, Item, Stage, Theme
from coachcrm.recovery.core.job_search import Application, Search

TODAY = date(2026, 7, 1)
NO_EXAMPLE, OVER_TIME, PRODUCTS = 1, 2, 3
A1, A2, A3, A4, A5, A6 = range(1, 7)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def path(*stages: str, end: str = "rejected", told: str) -> tuple[Stage, ...]:
    *passed, last = stages
    return (
        *(Stage(stage, result="passed") for stage in passed),
        Stage(last, result=end, told_on=day(told)),
    )


def said(number: int, of: int | None, polarity: str, text: str, **more) -> Item:
    return Item(polarity, text=text, id=number, application_id=of, **more)


def search() -> Search:
    return Search(
        id=1,
        applications=(
            Application(
                A1, "Ashby", "Analyst", outcome="rejected",
                stages=path("applied", "sift", "first", told="05-20"),
                asks=(
                    Ask(day("05-21"), "form_letter", day("05-22")),
                    Ask(day("05-28"), "detailed", day("06-02")),
                ),
                items=(
                    said(11, A1, "positive", "warm rapport", source="written", specificity=1),
                    said(12, A1, "negative", "no concrete example on question 3",
                         source="written", specificity=2, themes=(NO_EXAMPLE,)),
                    said(13, A1, "negative", "ran over time",
                         source="written", specificity=1, themes=(OVER_TIME,)),
                ),
            ),
            Application(
                A2, "Birch", "Planner", applied_on=day("06-05"), outcome="rejected",
                stages=path("applied", "sift", told="06-15"),
            ),
            Application(
                A3, "Cole", "Buyer", outcome="rejected",
                stages=path("applied", "sift", "first", "final", told="05-29"),
                asks=(Ask(day("06-01"), "detailed", day("06-05")),),
                items=(
                    said(31, A3, "positive", "well prepared", source="relayed", specificity=1),
                    said(32, A3, "negative", "other candidate had ten years in sector",
                         source="relayed", specificity=1, is_decision=True,
                         coach_verdict="out", reason="experience"),
                    said(33, A3, "negative", "examples general",
                         source="relayed", specificity=1, themes=(NO_EXAMPLE,)),
                ),
            ),
            Application(
                A4, "Dunn", "Lead", outcome="rejected",
                stages=path("applied", "sift", "screen", told="06-01"),
                asks=(Ask(day("06-02")), Ask(day("06-09"))),
            ),
            Application(
                A5, "Eden", "Adviser", outcome="rejected",
                stages=path("applied", "sift", "first", told="06-24"),
                asks=(Ask(day("06-25"), "detailed", day("06-29")),),
                items=(
                    said(51, A5, "negative", "needed Spanish", source="written", specificity=2,
                         is_decision=True, coach_verdict="later", reason="skill"),
                    said(52, A5, "negative", "did not know products", source="written",
                         specificity=1, themes=(PRODUCTS,)),
                ),
            ),
            Application(
                A6, "Firth", "Officer", applied_on=day("06-10"), outcome="silent",
                stages=path("applied", end="silent", told="07-01"),
            ),
        ),
        loose_items=(
            said(71, None, "negative", "speaks in generalities", source="appraisal",
                 source_label="Appraisal 2025", themes=(NO_EXAMPLE,)),
        ),
        themes=(
            Theme(NO_EXAMPLE, "No concrete example"),
            Theme(OVER_TIME, "Rambling"),
            Theme(PRODUCTS, "Company not researched"),
        ),
    )  # fmt: skip
