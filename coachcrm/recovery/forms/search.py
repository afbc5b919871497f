"""What is typed about a search as a whole, and about the coach's own method."""

from wtforms import BooleanField

from coachcrm.kit.web.forms import Choice, OwnWordsForm, Required
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms.fields import (
    PieceForm,
    Rating,
    Ref,
    a_day,
    a_line,
    a_number,
    a_pick,
    a_text,
)


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

    rare = frozenset({"question", "remark"})

    held_on = a_day("On", Required("Please give the day."))
    kind = a_pick("Kind", v.PRACTICES)
    application = Choice("Interview for", list, default="")
    own_rating = Rating("The client’s rating")
    coach_rating = Rating("Your rating")
    question = a_line("Question")
    remark = a_text("Remark")


class ActionForm(PieceForm):
    """Something agreed."""

    text = a_text("What is to be done", Required("Please write what is to be done."))
    due_on = a_day("By")
    done_on = a_day("Done on")
    theme = Choice("For the theme", list, default="")
    is_shared = BooleanField("Shared with the client")
    words = a_text("Words that go with it, shared when it is")


class StrengthForm(PieceForm):
    """A strength."""

    statement = a_text("Strength", Required("Please write the strength."))
    source = a_pick("Source", v.STRENGTH_SOURCES, "coach")
    quote = a_text("In whose words")
    story_id = Ref("Story that it feeds")


class StoryForm(PieceForm):
    """A story for interviews."""

    rare = frozenset({"last_used_on", "landed"})

    title = a_line("Title", Required("Please give the story a name."))
    situation = a_text("Situation")
    task = a_text("Task")
    act = a_text("Action")
    result = a_text("Result")
    competency = a_line("Competency")
    strength = Rating("How strong")
    is_setback = BooleanField("It tells of a setback")
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

    rare = frozenset({
        "family", "is_internal", "found_by", "opened_on", "before_applications",
        "before_interviews", "before_offers", "referred_on",
    })  # fmt: skip

    target = a_line("Target role")
    deadline_on = a_day("Deadline")
    reason = a_text("Why they came")
    outcome = a_pick("How it ended", v.SEARCH_OUTCOMES)
    closed_on = a_day("Closed on")
    family = a_line("Kind of role")
    is_internal = BooleanField("An internal move")
    found_by = a_line("How they found you")
    opened_on = a_day("Opened on")
    before_applications = a_number("Applications so far", 30_000)
    before_interviews = a_number("Interviews so far", 30_000)
    before_offers = a_number("Offers so far", 30_000)
    referred_on = a_day("Referred on, date only")


class ListedThemeForm(PieceForm):
    """A theme of the coach's own list."""

    name = a_line("Name", Required("Please give the theme a name."), most=80)
    definition = a_text("What you mean by it")
    category = a_pick("Group", v.THEME_GROUPS)
    polarity = a_pick("It is", v.THEME_POLARITIES)
    changeable = a_pick("As a rule it can be changed", v.CHANGEABLE)


class MergeForm(PieceForm):
    """Into which other theme one goes."""

    into = Ref("Merge it into", none="Choose a theme", validators=[Required("Please choose one.")])


class MethodForm(PieceForm):
    """The coach's texts and thresholds."""

    unfair_text = a_text("Words on possible unfair treatment")
    low_text = a_text("Words for a low pulse")
    gamble_percent = a_number("A gamble is under this share of essentials, per cent", 100)
    offers_notes_request = BooleanField("Offer asking the employer for the interview notes")


class AskWordingForm(OwnWordsForm):
    """The coach's own words for a ready ask. A place that is not known is refused with its spot."""

    subject = a_line("Subject", Required("Please give the message a subject."), most=150)
    body = a_text("Message", Required("Please write the message."))
