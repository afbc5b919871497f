"""The fields of a note's form, read into blocks."""

import re
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from coachcrm.kit.text.typed import parse_row_number
from coachcrm.notes.core.blocks import MOST_BLOCKS, Block, usable_key, usable_kind, usable_title
from coachcrm.notes.core.slash_lines import STEP_MARKS, steps_in


def number_in(fields: MultiDict[str, str], name: str) -> int | None:
    """Return a field that is a number a row could have, or None."""
    return parse_row_number(fields.get(name))


_FIELD = re.compile(r"block-([0-9]{1,4})-text")


def read_blocks(form: MultiDict[str, str]) -> list[Block]:
    """Return the blocks that a form sends, in the order of their numbers, empty ones too.

    Steps that are no step of the method are passed over; line breaks become LF.
    """
    numbers = sorted({int(match[1]) for name in form if (match := _FIELD.fullmatch(name))})
    return [
        Block(
            text=re.sub("\r\n?", "\n", form.get(f"block-{number}-text", "")),
            steps=_steps(
                form.getlist(f"block-{number}-steps"), form.get(f"block-{number}-text", "")
            ),
            key=usable_key(form.get(f"block-{number}-key", "")),
            kind=usable_kind(form.get(f"block-{number}-kind", "")),
            title=usable_title(form.get(f"block-{number}-title", "")),
            is_sensitive=f"block-{number}-sensitive" in form,
        )
        for number in numbers[:MOST_BLOCKS]
    ]


def _steps(values: Iterable[str], text: str) -> tuple[int, ...]:
    """Return the steps that are ticked, and those that lines of the text are filed under."""
    ticked = {int(value) for value in values if value in STEP_MARKS}
    return tuple(sorted(ticked | steps_in(re.sub("\r\n?", "\n", text))))
