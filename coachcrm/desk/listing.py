"""The desk's lists: what their addresses ask for, and how they go on from page to page."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from coachcrm.bookings.models import Booking
from coachcrm.clients.models import Client
from coachcrm.kit.text.typed import has_unusable
from coachcrm.kit.web.site import Site

PAGE = 50
LONGEST_WORD = 120

Row = TypeVar("Row", Booking, Client)


def asked(address: Mapping[str, str], name: str) -> str:
    """Return a word of the address; one that cannot be looked for is as if it were not there."""
    value = address.get(name, "")[:LONGEST_WORD]
    return "" if has_unusable(value) else value


def place(address: Mapping[str, str], site: Site) -> int | None:
    """Return the id behind which the page of the address begins, or None for the beginning."""
    text = site.cursors.text_of(address.get("page", ""))
    return int(text) if text else None


def one_page(rows: Sequence[Row], site: Site) -> tuple[Sequence[Row], str | None]:
    """Return a page of rows that were read with one to spare, and an opaque mark of the next."""
    page = rows[:PAGE]
    return page, site.cursors.sign(str(page[-1].id)) if len(rows) > PAGE else None
