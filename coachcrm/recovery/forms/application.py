"""What is typed about an application. Nothing must be given beyond what says which thing it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField

from coachcrm.kit.web.forms import Choice, OneLine, Required, stripped
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.ladder import START, Rung
from coachcrm.recovery.forms.fields import (
    Pairs,
    PieceForm,
    Rating,
    Ref,
    Refs,
    Suggested,
    a_day,
    a_line,
    a_number,
    a_pick,
    a_text,
)


class RejectionForm(PieceForm):
    """A no in four fields."""

    employer = a_line("Employer")
    role = a_line("Role", Required("Please say which role it was; a word is enough."))
    stage = Choice("How far it went", START.offered.items, default=START.usual)
    told_on = a_day("When they heard")


class ApplicationForm(PieceForm):
    """An application."""

    rare = frozenset({"family", "route", "recruiter", "is_internal", "advert"})

    role = a_line("Role", Required("Please say which role it is; a word is enough."))
    employer = a_line("Employer")
    applied_on = a_day("Applied on")
    next_interview_on = a_day("Next interview")
    family = a_line("Kind of role")
    route = a_pick("How it was found", v.ROUTES)
    recruiter = a_line("Recruiter or agency")
    is_internal = BooleanField("An internal move")
    advert = a_text("Text of the advert")


class StageForm(PieceForm):
    """That a stage was entered or ended."""

    rare = frozenset({"told_by", "is_form_letter"})

    stage = Choice("Stage", START.offered.items, default="applied")
    result = a_pick("How it ended", v.RESULTS)
    entered_on = a_day("Entered on")
    told_on = a_day("Told on")
    told_by = a_pick("Told by", v.TOLD_BY)
    is_form_letter = BooleanField("A form letter")


class OutcomeForm(PieceForm):
    """How an application ended."""

    outcome = a_pick("Outcome", v.OUTCOMES)
    closed_on = a_day("On")


class AskForm(PieceForm):
    """An ask for feedback, and its reply."""

    sent_on = a_day("Asked on", Required("Please give the day of the ask."))
    asked_of = a_pick("Whom", v.ASKED_OF)
    channel = a_pick("How", v.CHANNELS)
    wording = a_text("The words used")
    reply = a_pick("Reply", v.REPLIES)
    replied_on = a_day("Replied on")


class SentForm(PieceForm):
    """An ask that was sent, from its draft."""

    draft = HiddenField()
    subject = a_line("Subject")
    wording = a_text("Message", Required("Please keep some words to send."))
    asked_of = a_pick("To", v.ASKED_OF)
    sent_on = a_day("Sent on", Required("Please give the day that it was sent."))
    channel = a_pick("How", v.CHANNELS, "email")


class HandOverForm(PieceForm):
    """An ask that the client is to send."""

    draft = HiddenField()
    subject = a_line("Subject")
    wording = a_text("Message", Required("Please keep some words to send."))
    asked_of = a_pick("To", v.ASKED_OF)
    due_on = a_day("By")
    with_words = BooleanField("Put the words into the follow-up letter too")


class ItemForm(PieceForm):
    """One thing that was said."""

    rare = frozenset({"stage", "round_id", "heard_on", "is_decision", "winner_had", "source_label"})

    text = a_text("What exactly they said", Required("Please write what was said."))
    polarity = a_pick("It was", v.POLARITIES, "negative")
    question_id = Ref("About the question", none="No question in particular")
    specificity = a_pick("How specific", v.SPECIFICITIES)
    source = a_pick("Source", v.SOURCES, "memory")
    theme = Refs("Themes")
    round_id = Ref("About the interview", none="No interview in particular")
    stage = Choice("About the stage", list, default="")
    heard_on = a_day("Heard on")
    is_decision = BooleanField("This decided it")
    winner_had = a_line("What the chosen person had")
    source_label = a_line("Which appraisal or mock interview")


class VerdictForm(PieceForm):
    """The verdicts of step 4. Nothing is chosen beforehand."""

    client_verdict = a_pick("The client’s verdict", v.VERDICTS)
    coach_verdict = a_pick("Your verdict", v.VERDICTS)
    reason = a_pick("Reason", v.REASONS)
    verdict_evidence = a_text("Evidence (“Out of my hands” needs it)")


class ReviewForm(PieceForm):
    """The walk through the whole process; positives first."""

    positives = a_text("What went well, one a line, with what shows it")
    improvements = a_text("What to do better, one a line")
    own_rating = Rating("The client’s own rating")
    coach_rating = Rating("Your rating")
    lessons = a_text("Agreed lessons")
    ready_on = a_day("Ready to look at it on")

    # The stages that were reached; each has two fields more, called by its key.
    stages: Sequence[Rung] = ()

    @classmethod
    def with_stages(cls, stages: Sequence[Rung], held: MultiDict[str, str] | None) -> ReviewForm:
        """Make the form of an application that has reached these stages; `held` was typed."""
        fields = {
            f"{name}_{stage.key}": a_text(label)
            for stage in stages
            for name, label in (("fact", "What happened"), ("told", "What I told myself"))
        }
        kind = type("StagedReviewForm", (cls,), {**fields, "stages": tuple(stages)})
        form: ReviewForm = kind(held) if held else kind()
        return form

    @property
    def by_stage(self) -> list[tuple[str, Field, Field]]:
        """Each stage's name, and its fields for what happened and what was made of it."""
        return [(s.name, self[f"fact_{s.key}"], self[f"told_{s.key}"]) for s in self.stages]

    def values(self) -> dict[str, Any]:
        """Return what stands in the review itself; its lines are `points`."""
        own = ("own_rating", "coach_rating", "lessons", "ready_on")
        return {name: value for name, value in super().values().items() if name in own}

    def points(self) -> list[tuple[str, str, str, str]]:
        """Return the lines as (kind, stage, text, aside)."""
        lines = [("positive", "", row, "") for row in _lines(self.positives.data)]
        lines += [("improvement", "", row, "") for row in _lines(self.improvements.data)]
        for stage in self.stages:
            fact, told = self[f"fact_{stage.key}"].data or "", self[f"told_{stage.key}"].data or ""
            if fact or told:
                lines.append(("fact", stage.key, fact, told))
        return lines

    def show_points(self, points: Iterable[tuple[str, str, str, str]]) -> None:
        """Fill in lines that are stored, as `points` reads them."""
        listed = list(points)
        for kind, field in (("positive", self.positives), ("improvement", self.improvements)):
            field.data = "\n".join(text for of, _, text, _ in listed if of == kind)
        for kind, stage, text, aside in listed:
            if kind == "fact" and f"fact_{stage}" in self:
                self[f"fact_{stage}"].data = text
                self[f"told_{stage}"].data = aside


class AcceptanceForm(PieceForm):
    """How the file is closed."""

    sentence = a_text("One sentence, in the client’s words")
    will_do = a_text("What I will do with the part I can change")
    on_mind = Rating("Still on my mind")
    on_mind_later = Rating("Still on my mind, a fortnight later")


class RoundForm(PieceForm):
    """An interview and its debrief; the mood first."""

    rare = frozenset({
        "number", "medium", "minutes", "interviewers", "hours_prepared", "confidence", "promised",
        "promised_by",
    })  # fmt: skip

    mood = a_line("Mood after, in one word")
    own_rating = Rating("How it went, by their own rating")
    signals = a_text("Signals seen, and surprises")
    differently = a_text("One thing to do differently")
    held_on = a_day("Held on")
    kind = a_pick("Kind", v.ROUND_KINDS)
    number = a_number("Round", 20)
    medium = a_pick("How", v.MEDIA)
    minutes = a_number("Minutes", 1440)
    interviewers = a_line("Interviewers, by role")
    hours_prepared = a_number("Hours of preparation", 500)
    confidence = Rating("Confidence before")
    promised = a_line("Next steps promised")
    promised_by = a_day("Promised by")


class QuestionForm(PieceForm):
    """A question that was asked."""

    rare = frozenset({"kind", "competency", "is_surprise"})

    text = a_text("The question, as remembered", Required("Please write the question."))
    round_id = Ref("Asked in", none="Not known which interview")
    own_rating = a_pick("The answer, in their own view", v.ANSWERS)
    coach_rating = a_pick("The answer, in your view", v.ANSWERS)
    story_used = Suggested("Story used", [OneLine(200)], [stripped])
    kind = a_pick("Kind", v.QUESTION_KINDS)
    competency = a_line("Competency")
    is_surprise = BooleanField("It came as a surprise")


class FitForm(PieceForm):
    """An advert against the person, line by line; each line may begin with a level from 0 to 3."""

    rare = frozenset({"is_hindsight", "exception"})

    essentials = a_text("Essential in the advert, one a line")
    desirables = a_text("Desirable in the advert, one a line")
    wants = a_text("What the client wants, one a line")
    is_hindsight = BooleanField("Written after applying")
    exception = a_text("Why to apply all the same")

    def rows(self) -> list[tuple[str, str, int, int]]:
        """Return the lines as (side, text, level, weight)."""
        sides = (("essential", self.essentials), ("desirable", self.desirables))
        found = [(s, *_levelled(row)) for s, field in sides for row in _lines(field.data)]
        return found + [("want", *_levelled(row)) for row in _lines(self.wants.data)]

    def show_lines(self, lines: Iterable[tuple[str, str, int, int]]) -> None:
        """Fill in lines that are stored, as `rows` reads them."""
        fields = {"essential": self.essentials, "desirable": self.desirables, "want": self.wants}
        for side, text, level, weight in lines:
            weighs = f" *{weight}" if weight > 1 else ""
            fields[side].data = f"{fields[side].data or ''}{level} {text}{weighs}\n"


class ProofForm(PieceForm):
    """Which story proves which requirement: a field for each line, called by the row's id."""

    def stories(self) -> dict[int, int | None]:
        """Return the story chosen for each row that was sent."""
        refs = (field for field in self if isinstance(field, Ref) and field.raw_data)
        return {int(ref.name.removeprefix("row_")): ref.chosen for ref in refs}


def proof_form(
    lines: Iterable[tuple[int, str, int | None]], stories: Pairs, **more: Any
) -> ProofForm:
    """Make the form for lines of (id of the row, text, id of its story); `more` is the form's."""
    listed = list(lines)
    fields = {f"row_{row_id}": Ref(text, none="No story yet") for row_id, text, _ in listed}
    form: ProofForm = type("LinedProofForm", (ProofForm,), fields)(**more)
    for row_id, _, story_id in listed:
        field: Any = form[f"row_{row_id}"]
        field.offered = stories
        if not field.raw_data:
            field.data = str(story_id or "")
    return form


def _lines(data: str | None) -> Iterable[str]:
    return [row.strip() for row in (data or "").split("\n") if row.strip()]


def _levelled(row: str) -> tuple[str, int, int]:
    """Read "2 Led a team" as a level and a text, and "2 Near home *3" as a weight too."""
    match = re.fullmatch(r"(?:([0-3])\s+)?(.*?)(?:\s*\*([1-3]))?", row, re.DOTALL)
    assert match is not None  # noqa: S101 - every part of the pattern may be empty
    return match[2], int(match[1] or 0), int(match[3] or 1)
