"""What is typed into the record. Nothing must be given beyond what says which thing it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, DateField, Field, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from coachcrm.kit.forms import Choice, Form, ManyLines, OneLine, Required, stripped, unix_lines
from coachcrm.recovery import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_TEXT = 10_000


class Rating(Choice):
    """A number of a scale, or none; its data is an int or None."""

    def __init__(self, label: str, least: int = 1, most: int = 5, **more: Any) -> None:
        pairs = [("", "Not said"), *((str(n), str(n)) for n in range(least, most + 1))]
        super().__init__(label, lambda: pairs, default="", **more)

    @property
    def chosen(self) -> int | None:
        """What was chosen."""
        return int(self.data) if self.data else None


def a_line(label: str, *checks: Any, most: int = 200) -> StringField:
    """Return a field of one line."""
    return StringField(label, [*checks, OneLine(most)], [stripped])


def a_text(label: str, *checks: Any) -> TextAreaField:
    """Return a field of many lines."""
    return TextAreaField(label, [*checks, ManyLines(MOST_TEXT)], [stripped, unix_lines])


def a_day(label: str, *checks: Any) -> DateField:
    """Return a field for a date."""
    return DateField(label, list(checks) or [Optional()])


def a_pick(label: str, values: Mapping[Any, str], default: str = "") -> Choice:
    """Return a list to choose one from; the first is chosen where there is no empty one."""
    pairs = [(str(value), words) for value, words in values.items()]
    if default == "" and "" not in values:
        default = pairs[0][0]
    return Choice(label, lambda: pairs, default=default)


def a_number(label: str, most: int) -> IntegerField:
    """Return a field for a whole number from 0 on."""
    return IntegerField(label, [Optional(), NumberRange(0, most)])


class PieceForm(Form):
    """A form whose fields are called as the columns that they fill."""

    def values(self) -> dict[str, Any]:
        """Return what was typed; call it on a form that is valid."""
        return {field.name: _value(field) for field in self}

    def show(self, row: Any) -> None:
        """Fill in what is stored, before anything was sent."""
        for field in self:
            value = getattr(row, field.name, None)
            as_text = isinstance(field, Choice) and value is not None
            field.data = (
                str(value)
                if as_text
                else ("" if value is None and isinstance(field, Choice) else value)
            )


def _value(field: Field) -> Any:
    if isinstance(field, Rating):
        return field.chosen
    return field.data if not isinstance(field, (StringField, TextAreaField)) else field.data or ""


class RejectionForm(PieceForm):
    """A no in four fields."""

    employer = a_line("Employer")
    role = a_line("Role", Required("Please say which role it was; a word is enough."))
    stage = a_pick("How far it went", v.LADDER, "first")
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

    stage = a_pick("Stage", v.LADDER)
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
    verdict_evidence = a_text("Evidence")


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

    essentials = a_text("Essential, one a line")
    desirables = a_text("Desirable, one a line")
    wants = a_text("What I want, one a line")
    is_hindsight = BooleanField("Written after applying")
    exception = a_text("Why to apply all the same")

    def rows(self) -> list[tuple[str, str, int, int]]:
        """Return the lines as (side, text, level, weight)."""
        sides = (("essential", self.essentials), ("desirable", self.desirables))
        found = [(s, *_levelled(row)) for s, field in sides for row in _lines(field.data)]
        return found + [("want", *_levelled(row)) for row in _lines(self.wants.data)]


class ThemeForm(PieceForm):
    """A theme in this search."""

    priority = Rating("Priority", 1, 3)
    goal = a_text("Learning goal: get better at …")
    is_shared = BooleanField("Shared with the client")


class NewThemeForm(PieceForm):
    """A theme to take into the search, from the list or a new one."""

    theme = Choice("Theme", list, default="")
    name = a_line("Or a theme of your own", most=80)


class PracticeForm(PieceForm):
    """Work on a theme that was done."""

    held_on = a_day("On", Required("Please give the day."))
    kind = a_pick("Kind", v.PRACTICES)
    application = Choice("Interview for", list, default="")
    question = a_line("Question")
    own_rating = Rating("The client’s rating")
    coach_rating = Rating("Your rating")
    remark = a_text("Remark")


class ActionForm(PieceForm):
    """Something agreed."""

    text = a_text("What is to be done", Required("Please write what is to be done."))
    due_on = a_day("By")
    done_on = a_day("Done on")
    theme = Choice("For the theme", list, default="")
    is_shared = BooleanField("Shared with the client")


class StrengthForm(PieceForm):
    """A strength."""

    statement = a_text("Strength", Required("Please write the strength."))
    source = a_pick("Source", v.STRENGTH_SOURCES, "coach")
    quote = a_text("In whose words")


class StoryForm(PieceForm):
    """A story for interviews."""

    title = a_line("Title", Required("Please give the story a name."))
    is_setback = BooleanField("It tells of a setback")
    situation = a_text("Situation")
    task = a_text("Task")
    act = a_text("Action")
    result = a_text("Result")
    competency = a_line("Competency")
    strength = Rating("How strong")
    last_used_on = a_day("Last used on")
    landed = a_line("How it landed")


class CheckInForm(PieceForm):
    """The pulse. Every answer may be left out."""

    energy = Rating(v.PULSE["energy"])
    confidence = Rating(v.PULSE["confidence"])
    behind = Rating(v.PULSE["behind"])
    control = Rating(v.PULSE["control"])
    support = Rating(v.PULSE["support"])
    line = a_line("A line, if they like")


class CriterionForm(PieceForm):
    """A want or a must-have."""

    text = a_line("What", Required("Please write it in a line."))
    aspect = a_pick("About", v.ASPECTS)
    is_must = BooleanField("A must")
    weight = Rating("Weight", 1, 3)


class TargetForm(PieceForm):
    """What the search aims at."""

    text = a_text("The target, in two lines", Required("Please write the target."))
    decision = a_pick("Decision", v.DECISIONS)
    reason = a_text("Reason")
    review_on = a_day("Look at it again on")


class OverrideForm(PieceForm):
    """The coach's own view of a step."""

    state = Choice("As I see it", list, default="")
    reason = a_text("Why", Required("Please say why; it is kept with your name."))


class SearchForm(PieceForm):
    """The search itself."""

    target = a_line("Target role")
    family = a_line("Kind of role")
    is_internal = BooleanField("An internal move")
    deadline_on = a_day("Deadline")
    reason = a_text("Why they came")
    found_by = a_line("How they found you")
    before_applications = a_number("Applications so far", 30_000)
    before_interviews = a_number("Interviews so far", 30_000)
    before_offers = a_number("Offers so far", 30_000)
    outcome = a_pick("How it ended", v.SEARCH_OUTCOMES)
    closed_on = a_day("Closed on")
    referred_on = a_day("Referred on, date only")


class MethodForm(PieceForm):
    """The coach's texts and thresholds."""

    unfair_text = a_text("Words on possible unfair treatment")
    low_text = a_text("Words for a low pulse")
    gamble_percent = a_number("A gamble is under this share of essentials, per cent", 100)
    offers_notes_request = BooleanField("Offer asking the employer for the interview notes")


def _lines(data: str | None) -> Iterable[str]:
    return [row.strip() for row in (data or "").split("\n") if row.strip()]


def _levelled(row: str) -> tuple[str, int, int]:
    """Read "2 Led a team" as a level and a text, and "2 Near home *3" as a weight too."""
    match = re.fullmatch(r"(?:([0-3])\s+)?(.*?)(?:\s*\*([1-3]))?", row, re.DOTALL)
    assert match is not None  # noqa: S101 - every part of the pattern may be empty
    return match[2], int(match[1] or 0), int(match[3] or 1)
