"""What is typed about an application. Nothing must be given beyond what says which thing it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wtforms import BooleanField, HiddenField

from coachcrm.kit.forms import Choice, Required
from coachcrm.recovery import vocabulary as v
from coachcrm.recovery.fields import PieceForm, Rating, a_day, a_line, a_number, a_pick, a_text
from coachcrm.recovery.ladder import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class RejectionForm(PieceForm):
    """A no in four fields."""

    employer = a_line("Employer")
    role = a_line("Role", Required("Please say which role it was; a word is enough."))
    stage = Choice("How far it went", START.offered.items, default=START.usual)
    told_on = a_day("Day of the news")


class ApplicationForm(PieceForm):
    """An application."""

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

    text = a_text("What exactly they said", Required("Please write what was said."))
    polarity = a_pick("It was", v.POLARITIES, "negative")
    source = a_pick("Source", v.SOURCES, "memory")
    source_label = a_line("Which appraisal or mock interview")
    heard_on = a_day("Heard on")
    specificity = a_pick("How specific", v.SPECIFICITIES)
    is_decision = BooleanField("This decided it")
    winner_had = a_line("What the chosen person had")
    theme = Choice("Theme", list, default="")


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

    def points(self, told: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str, str]]:
        """Return the lines as (kind, stage, text, aside); `told` has fact and belief by stage."""
        lines = [("positive", "", row, "") for row in _lines(self.positives.data)]
        lines += [("improvement", "", row, "") for row in _lines(self.improvements.data)]
        return lines + [("fact", stage, *both) for stage, both in told.items() if any(both)]


class AcceptanceForm(PieceForm):
    """How the file is closed."""

    sentence = a_text("One sentence, in the client’s words")
    will_do = a_text("What I will do with the part I can change")
    on_mind = Rating("Still on my mind")
    on_mind_later = Rating("Still on my mind, a fortnight later")


class RoundForm(PieceForm):
    """An interview and its debrief; the mood first."""

    mood = a_line("Mood after, in one word")
    own_rating = Rating("How it went, by their own rating")
    differently = a_text("One thing to do differently")
    held_on = a_day("Held on")
    number = a_number("Round", 20)
    kind = a_pick("Kind", v.ROUND_KINDS)
    medium = a_pick("How", v.MEDIA)
    minutes = a_number("Minutes", 1440)
    interviewers = a_line("Interviewers, by role")
    hours_prepared = a_number("Hours of preparation", 500)
    confidence = Rating("Confidence before")
    promised = a_line("Next steps promised")
    promised_by = a_day("Promised by")


class QuestionForm(PieceForm):
    """A question that was asked."""

    text = a_text("The question, as remembered", Required("Please write the question."))
    kind = a_pick("Kind", v.QUESTION_KINDS)
    competency = a_line("Competency")
    story_used = a_line("Story used")
    own_rating = a_pick("The answer, in their own view", v.ANSWERS)
    coach_rating = a_pick("The answer, in your view", v.ANSWERS)
    is_surprise = BooleanField("It came as a surprise")


class FitForm(PieceForm):
    """An advert against the person, line by line; each line may begin with a level from 0 to 3."""

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


def _lines(data: str | None) -> Iterable[str]:
    return [row.strip() for row in (data or "").split("\n") if row.strip()]


def _levelled(row: str) -> tuple[str, int, int]:
    """Read "2 Led a team" as a level and a text, and "2 Near home *3" as a weight too."""
    match = re.fullmatch(r"(?:([0-3])\s+)?(.*?)(?:\s*\*([1-3]))?", row, re.DOTALL)
    assert match is not None  # noqa: S101 - every part of the pattern may be empty
    return match[2], int(match[1] or 0), int(match[3] or 1)
