"""The rules that a time breaks, as the coach reads them, and his yes to them. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from coachcrm.availability.core.reasons import Rule
from coachcrm.availability.core.slots import Policy
from coachcrm.kit.time import words

DAY = timedelta(days=1)


def named(rules: Iterable[Rule], policy: Policy) -> list[str]:
    """Return a sentence for each rule that a meeting of a service with `policy` breaks."""
    sentences = {
        Rule.OVERLAP: "You have another meeting then.",
        Rule.PAST: "This time has passed.",
        Rule.TIME_OFF: "You have time off then.",
        Rule.HOURS: "This is outside your hours.",
        Rule.GRID: "It begins between the times that you offer.",
        Rule.BUFFER: "It leaves less room beside another meeting than you like to keep.",
        Rule.DAY_CAP: f"That day has its {_meetings(policy.day_cap)} already.",
        Rule.WEEK_CAP: f"That week has its {_meetings(policy.week_cap)} already.",
        Rule.NOTICE: f"It is less than {words.length(policy.notice)} away.",
        Rule.HORIZON: f"It is more than {words.length(DAY * policy.horizon)} ahead.",
        Rule.ONE_UPCOMING: "They have a meeting of this kind to come already.",
    }
    return [sentences[rule] for rule in rules]


def yes_to(rules: Iterable[Rule], start: datetime, service: str) -> str:
    """Return what a form carries when the coach confirms: which rules, for which time and service.

    A yes is for one time: it says nothing of another, nor of another length of the meeting.
    """
    return "|".join([words.utc_stamp(start), service, *rules])


def allowed_by(text: str, start: datetime, service: str) -> frozenset[Rule]:
    """Return the rules that a form's yes allows to be broken by this very time."""
    stamp, _, rest = text.partition("|")
    slug, _, said = rest.partition("|")
    if (stamp, slug) != (words.utc_stamp(start), service):
        return frozenset()
    return frozenset(rule for rule in Rule if rule in said.split("|"))


def _meetings(cap: int | None) -> str:
    return "one meeting" if cap == 1 else f"{cap} meetings"
