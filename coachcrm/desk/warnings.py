"""What a letter to a client should not hold: private text, other people's names, health. Pure.

These are warnings for the coach, who decides; a word too many is better than one too few.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coachcrm.kit.search import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_WORDS = 4
LEAST_NAME = 3
HEALTH = (
    "adhd", "alcohol", "antidepressants", "anxiety", "autism", "autistic", "bipolar", "burnout",
    "cancer", "chronic", "counselling", "depressed", "depression", "diabetes", "diagnosed",
    "diagnosis", "disability", "disabled", "doctor", "dyslexia", "dyslexic", "gp", "hospital",
    "ill", "illness", "medication", "menopause", "mental health", "migraine", "operation",
    "panic attack", "panic attacks", "pregnancy", "pregnant", "psychiatrist", "ptsd", "sick",
    "sick leave", "suicidal", "suicide", "surgery", "therapist", "therapy",
)  # fmt: skip
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+[^\W\d_]+")


def private_text(letter: str, private: Iterable[str]) -> list[str]:
    """Return the sentences of private passages that stand in a letter word for word."""
    ours = f" {words_of(letter)} "
    found = []
    for passage in private:
        for sentence in re.split(r"[.!?\n]+", passage):
            said = words_of(sentence)
            if said.count(" ") + 1 >= LEAST_WORDS and f" {said} " in ours:
                found.append(sentence.strip())
    return list(dict.fromkeys(found))


def names(letter: str, others: Iterable[str], *, but: Iterable[str]) -> list[str]:
    """Return the parts of other people's names in a letter; `but` are those who may be named."""
    known = set(words_of(" ".join(but)).split())
    spoken = {words_of(word) for word in re.findall(r"[^\W\d_]+", letter) if word[:1].isupper()}
    # Many scripts have no capitals.
    spoken |= {words_of(word) for word in re.findall(r"[^\W\d_a-zA-Z]{2,}", letter)}
    found = [match[0] for match in _TITLED.finditer(letter)]
    for name in others:
        for part in name.split():
            word = words_of(part)
            if len(word) >= LEAST_NAME and word in spoken - known:
                found.append(part)
    return list(dict.fromkeys(found))


def health_words(letter: str) -> list[str]:
    """Return the words in a letter that speak of health."""
    ours = f" {words_of(letter)} "
    return [word for word in HEALTH if f" {word} " in ours]
