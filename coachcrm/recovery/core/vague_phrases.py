"""Vague phrases of employers: what each may mean, and what to ask back. For the coach. Pure."""

import re
from dataclasses import dataclass
from functools import cache

# Softeners are common: no phrase is proof of anything.
CAUTION = "A phrase may hide a reason, and sometimes there is truly nothing to say."


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as employers use it, with the other ways they put it."""

    words: str
    means: str
    ask: str
    also: tuple[str, ...] = ()


PHRASES = (
    Phrase(
        "Not the right fit",
        "A requirement was not met, or they pictured another way of working.",
        "Which requirement, or which way of working?",
        ("not the best fit", "not a good fit", "wasn't the right fit", "not quite the right fit",
         "better fit", "closer fit"),
    ),
    Phrase(
        "A stronger candidate",
        "Somebody met one criterion better; perhaps only one.",
        "On which criterion?",
        ("stronger candidates", "stronger applicant", "stronger applicants", "were stronger"),
    ),
    Phrase(
        "Lacked depth",
        "An answer stayed general, or a follow-up question was not met.",
        "On which answer?",
        ("lack of depth", "more depth", "not enough depth", "lacked detail"),
    ),
    Phrase(
        "More relevant experience",
        "The other had done this very work, or in this sector; or the proof was not heard.",
        "In what, and how much would have done?",
        ("more experience", "more experienced", "not enough experience", "lack of experience"),
    ),
    Phrase(
        "Culture",
        "A behaviour in the room, or a way of working that they expect.",
        "Which behaviour did they see, or miss?",
        ("cultural fit", "team fit", "values fit"),
    ),
    Phrase(
        "Overqualified",
        "They fear boredom, an early goodbye, or the salary.",
        "Which of these would they have liked an answer to: staying, level, or pay?",
        ("over-qualified", "over qualified", "too senior", "too experienced"),
    ),
    Phrase(
        "A very close decision",
        "It may be true: one criterion, or a point or two on the score sheet.",
        "What tipped it in the end?",
        ("very close", "close call", "narrowly", "came close", "difficult decision"),
    ),
    Phrase(
        "A high standard of applicants",
        "Sheer numbers; sometimes there is truly nothing to say.",
        "Was there one thing that would have put me among the last few?",
        ("high standard", "high calibre", "high volume", "strong field", "many strong",
         "large number of applicants", "large number of applications"),
    ),
    Phrase(
        "Did not come across",
        "Energy, pace or nerves hid what was said; or they wanted to hear more of the person.",
        "What did they hope to see more of, and in which part?",
        ("didn't come across", "not come across", "lacked presence", "lacked energy",
         "lacked enthusiasm", "lacked confidence", "more confidence", "lacked passion"),
    ),
    Phrase(
        "Went another way",
        "The role changed, an internal candidate came, or the money went elsewhere.",
        "Did the role change, or was there somebody inside?",
        ("another direction", "different direction", "go in another", "another way"),
    ),
    Phrase(
        "Keep your details on file",
        "A kind closing line; seldom a plan.",
        "For which role would they think of me, and when may I ask again?",
        ("details on file", "cv on file", "keep you in mind", "on our records"),
    ),
    Phrase(
        "Not strategic enough",
        "The answers told what was done, and not why, or what it changed.",
        "Which answer should have gone one level higher?",
        ("more strategic", "too operational", "too tactical", "big picture", "bigger picture"),
    ),
    Phrase(
        "Communication",
        "Too long, too short, or the question was not answered.",
        "In which answer, and was it length, order or clarity?",
        ("communication skills", "communicate more", "less clear", "unclear", "rambled"),
    ),
    Phrase(
        "Not hands-on enough",
        "They heard “we”, and could not see what was done by whom.",
        "Which part did they want to hear that I did myself?",
        ("hands on", "hands-on"),
    ),
    Phrase(
        "On this occasion",
        "A formula, which says nothing either way.",
        "Is there one strength and one gap that they can name?",
        ("on this occasion", "not taking your application further", "not be progressing",
         "unsuccessful at this time"),
    ),
)  # fmt: skip


def found_in(text: str) -> tuple[Phrase, ...]:
    """Return the vague phrases that a text holds, in the order of the list; each once."""
    plain = _plain(text)
    return tuple(phrase for phrase in PHRASES if _pattern(phrase).search(plain))


@cache
def _pattern(phrase: Phrase) -> re.Pattern[str]:
    begin = re.sub(r"^(a|a very|a high) ", "", _plain(phrase.words))
    ways = sorted({begin, *map(_plain, phrase.also)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ways))})(?!\w)")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())
