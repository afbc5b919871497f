"""Run every benchmark and print each figure beside the limit it is held to: `make bench`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import bookings, figures, growth, letters, memory, notes, offer, pages, races, story
from bench.figures import Figures

SUBJECTS: dict[str, Callable[[Path, Figures], None]] = {
    # First: once the other measures have filled the heap, its collector is timed along.
    "core": lambda _folder, figures: offer.core(figures),
    "pages": pages.measure,
    "bookings": bookings.measure,
    "races": races.measure,
    "memory": memory.measure,
    "letters": letters.measure,
    "search": notes.measure,
    "story": story.measure,
    "growth": growth.measure,
}


def main() -> None:
    """Measure, print what was missed and what got worse, and write the table if asked to."""
    asked = _asked()
    base = figures.read(asked.base) if asked.base else {}
    found = Figures()
    for name in asked.only or SUBJECTS:
        with tempfile.TemporaryDirectory() as folder:
            SUBJECTS[name](Path(folder), found)
    if asked.out:
        found.write(asked.out)
    _say("Missed", found.missed())
    if base:
        _say(f"Worse than {asked.base}", found.worse_than(base))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--base", type=Path, help="a table from before, to compare with")
    parser.add_argument("--out", type=Path, help="where to write the table")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, help="measure these alone")
    return parser.parse_args()


def _say(what: str, lines: list[str]) -> None:
    print(f"\n{what}:", *(lines or ["nothing"]), sep="\n  ")


if __name__ == "__main__":
    main()
