"""What a letter to a client should not hold: private text, other people's names, health. Pure.

These are warnings for the coach, who decides; a word too many is better than one too few. But what
is warned of in every letter is read by nobody: names that are everyday words (Will, May, Mark)
count only where they are written and stand as names do.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from coachcrm.kit.text.search import words_of

LEAST_WORDS = 4
# So many words in a row are no accident, even where the sentence around them is another.
RUN = 6
# Shorter names count with a capital only.
LEAST_NAME = 3
_WORD = re.compile(r"[^\W\d_]+")
_TITLED = re.compile(
    r"\b(?:(?i:mr|mrs|ms|dr|prof)\.?\s+[^\W\d_]+|Miss\s+[A-Z][^\W\d_]*)(?:-[^\W\d_]+)*"
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names, and parts of how interviewers are written down, that are everyday words too.
EVERYDAY = _words("""
    agency an april art as at august banks be bell best bill black blue bond brand bridge brown
    burn by chance chase chief clay consultant cook cross dawn day dean director do drew early
    earnest edge faith fields ford forest fox frank free french go good grace grant gray green
    grey guy hall hand hardy head hill hiring hope hr hunt is it joy june king lake land lane
    law lead long lord love major manager mark may me mercy miles mill mine moon my nice no of
    officer on or owner page panel park pat patience penny piece pool power press price prince
    rain read recruiter rich rivers rob rock rose sand savage senior sharp shore short skip sky
    small smart so song stone story strange street strong sue summer team to us vice wall ward
    west white will wise wood woods young
""")
MONTHS = _words("april august june may")
BEFORE_A_MONTH = _words("""
    after and before by during early end for from in last late mid middle next of on or since
    this through till to until
""")
# What follows a name at the beginning of a sentence, and seldom another noun.
AS_PEOPLE_DO = _words("""
    agreed also and asked asks came did does feels felt from gave got had has helped knew knows
    likes said saw says tells thinks thought told went works worked wrote
""")
HEALTH = (
    "adhd", "addiction", "alcohol", "antidepressant", "anxiety", "arthritis", "asthma", "autism",
    "autistic", "bipolar", "breakdown", "burn out", "burned out", "burnout", "burnt out", "cancer",
    "chemo", "chemotherapy", "chronic", "counselling", "counsellor", "covid", "depressed",
    "depression", "depressive", "diabetes", "diabetic", "diagnosed", "diagnosis", "disabilities",
    "disability", "disabled", "doctor", "dyslexia", "dyslexic", "dyspraxia", "epilepsy",
    "fit note", "gp", "heart attack", "hiv", "hospital", "ill", "illness", "illnesses", "insomnia",
    "ivf", "maternity leave", "medication", "menopause", "mental health", "migraine",
    "miscarriage", "neurodivergent", "ocd", "operation", "panic attack", "pregnancy", "pregnant",
    "psychiatrist", "psychologist", "ptsd", "rehab", "self harm", "sick", "sick leave",
    "sick note", "signed off", "stroke", "suicidal", "suicide", "surgery", "therapist", "therapy",
    "wheelchair",
)  # fmt: skip


def private_text(letter: str, private: Iterable[str]) -> list[str]:
    """Return what of private passages stands in a letter: whole sentences, or a run of words."""
    ours = f" {words_of(letter)} "
    found = []
    for passage in private:
        for sentence in re.split(r"[.!?\n]+", passage):
            said = words_of(sentence)
            if said.count(" ") + 1 >= LEAST_WORDS and f" {said} " in ours:
                found.append(sentence.strip())
            elif run := _longest_run(said.split(), ours):
                found.append(run)
    return list(dict.fromkeys(found))


def names(letter: str, others: Iterable[str], *, but: Iterable[str]) -> list[str]:
    """Return other people's names in a letter, or parts of them; `but` are those who may be named.

    Capitals, accents and hyphens make no difference, but for names that are everyday words.
    """
    own = [words_of(name) for name in but]
    known = set(" ".join(own).split())
    letter = unicodedata.normalize("NFC", letter)
    ours, spoken = f" {words_of(letter)} ", _spoken(letter)
    found = [match[0] for match in _TITLED.finditer(letter)]
    for name in others:
        whole = words_of(name)
        if " " in whole and whole not in own and f" {whole} " in ours:
            found.append(name)
            continue
        for part in _WORD.findall(unicodedata.normalize("NFC", name)):
            if len(part) == 1:
                continue
            spellings = {words_of(part), words_of(part.translate(_UMLAUTS))}
            if not spellings & known and (spellings & spoken or _runs_into(part, letter)):
                found.append(part)
    return list(dict.fromkeys(found))


def health_words(letter: str) -> list[str]:
    """Return the words in a letter that speak of health."""
    ours = f" {words_of(letter)} "
    return [word for word in HEALTH if f" {word} " in ours or f" {word}s " in ours]


def _longest_run(said: Sequence[str], ours: str) -> str:
    """Return the first run of `RUN` words or more that stands in our text, as long as it goes."""
    for start in range(len(said) - RUN + 1):
        end = start + RUN
        if f" {' '.join(said[start:end])} " not in ours:
            continue
        while end < len(said) and f" {' '.join(said[start : end + 1])} " in ours:
            end += 1
        return " ".join(said[start:end])
    return ""


def _spoken(letter: str) -> set[str]:
    """Return the words of a letter that may be names, folded."""
    found = list(_WORD.finditer(letter))
    small = [words_of(match[0]) for match in found]
    return {
        word
        for place, (word, match) in enumerate(zip(small, found, strict=True))
        if word
        and _may_be_name(
            word,
            has_capital=match[0][0].isupper(),
            begins=_begins_sentence(letter, match.start()),
            is_date=bool(re.search(r"\d\W*$", letter[: match.start()]))
            or bool(re.match(r"\W*\d", letter[match.end() :])),
            before=small[place - 1] if place else "",
            after=small[place + 1] if place + 1 < len(small) else "",
        )
    }


def _may_be_name(
    word: str, *, has_capital: bool, begins: bool, is_date: bool, before: str, after: str
) -> bool:
    if not has_capital:
        return len(word) >= LEAST_NAME and word not in EVERYDAY
    if word not in EVERYDAY:
        return True
    if begins:
        return after in AS_PEOPLE_DO
    return word not in MONTHS or not (is_date or before in BEFORE_A_MONTH)


def _begins_sentence(letter: str, start: int) -> bool:
    before = letter[:start].rstrip(" \t\"'“”‘’(*–—-")
    return not before or before[-1] in ".!?…:\n"


def _runs_into(part: str, letter: str) -> bool:
    """Say whether a name stands in a text of a script that has neither capitals nor spaces."""
    return len(part) > 1 and part.lower() == part.upper() and part in letter
