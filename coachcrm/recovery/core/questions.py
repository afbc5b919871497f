"""What the coach asks and sets as homework, step by step, and which step comes first. Pure."""

from dataclasses import dataclass

from coachcrm.recovery.core.facts import Statement
from coachcrm.recovery.core.focus import Focus

# The first few of each step are what a call begins with.
QUESTIONS = {
    1: (
        "What exactly did they say, word for word?",
        "What went well, in their eyes?",
        "Which question lost you marks?",
        "What would a “yes” have needed?",
        "What did the person they chose have?",
        "Who else in the room could you ask?",
        "What stops you asking again?",
    ),
    2: (
        "If I had a recording, what would I see?",
        "What did you do well that you would do again?",
        "When did the room change?",
        "What did you plan to say and not say?",
        "What would the interviewer’s notes show?",
        "Which part is fact and which is guess?",
    ),
    3: (
        "Have you heard this before, in an appraisal or from a manager?",
        "If you could fix one, which moves the result most?",
        "What does “good” sound like?",
        "How will you know next time?",
        "What will you do when you notice it mid-answer?",
    ),
    4: (
        "What would you tell a friend?",
        "What part could any candidate have changed?",
        "Could you change it by your next interview?",
        "What do you know, and what do you assume?",
        "What will you stop carrying?",
    ),
    5: (
        "Would you have taken it?",
        "Which three lines of the advert could you prove in a minute?",
        "Where do you get furthest?",
        "What do the roles that shortlist you have in common?",
        "Are you applying for the title or for the work?",
    ),
    6: (
        "What kept you going last time?",
        "Who is on your side this week?",
        "What is one thing you did well that had nothing to do with the result?",
        "What is the smallest next act?",
    ),
}
# What a client can do on each step before the next conversation.
HOMEWORK = {
    1: (
        "Send the first ask from the draft",
        "Ring the agency",
        "Write down the reply on the day it comes",
        "Ask for one strength and one gap",
    ),
    2: (
        "Write the debrief on the evening of the interview",
        "Write three answers again as you would give them now",
        "List three things that worked",
    ),
    3: (
        "Write three answers as situation, task, action, result",
        "Record a two-minute answer and listen to it",
        "Cut one answer to 90 seconds",
        "Do one mock interview with a friend",
        "Fill a research sheet for one employer",
    ),
    4: (
        "Draw two columns: mine, and not mine",
        "Close the file with one sentence",
        "For what takes months: decide to start, or choose roles that do not need it",
    ),
    5: (
        "Score the last three adverts",
        "Find five adverts over the threshold",
        "Talk to one person who does the job",
        "Write the target again in two lines",
    ),
    6: (
        "Write down three wins a week",
        "Take one day without the search",
        "Ring one person who is on your side",
        "Write the story of a setback",
    ),
}
AT_FIRST = 3
# While it is too early to say, the newest loss is worked on: what came back, then the review.
EARLY = (1, 2)


@dataclass(frozen=True, slots=True)
class Asking:
    """A step's questions in a call: why the step comes now, if it does; `is_now` for “do now”."""

    step: int
    reasons: tuple[Statement, ...]
    is_now: bool
    first: tuple[str, ...]
    more: tuple[str, ...]


def in_order(found: Focus) -> list[Asking]:
    """Return the six steps as a call should go through them.

    What is to be done now comes first, then the step of the focus (steps 1 and 2 while it is too
    early to say), then the others in their order.
    """
    marks: dict[int, tuple[Statement, ...]] = {}
    for step, mark in found.do_now:
        marks[step] = (*marks.get(step, ()), mark)
    lead = EARLY if found.step is None else (found.step,)
    asked = []
    for step in dict.fromkeys((*sorted(marks), *lead, *QUESTIONS)):
        reasons = marks.get(step, ())
        if step == lead[0]:
            reasons = (*reasons, found.reason)
        words = QUESTIONS[step]
        asked.append(Asking(step, reasons, step in marks, words[:AT_FIRST], words[AT_FIRST:]))
    return asked
