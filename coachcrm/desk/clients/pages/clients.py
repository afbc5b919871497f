"""The list of clients, as its page shows it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.clients import reading
from coachcrm.clients.models import STAGES
from coachcrm.desk import listing, operations
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site

SORTS = [("newest", "Newest first"), ("name", "By name")]
MOST_COUNTED = 1000


def listed(
    session: Session, coach: Coach, address: Mapping[str, str], *, site: Site, now: datetime
) -> dict[str, object]:
    """Return the clients that an address asks for by its query, and what else can be asked for."""
    wanted, after = _wanted(address), listing.place(address, site)
    rows = reading.search(session, coach.id, wanted, after=after, limit=listing.PAGE + 1)
    page, following = listing.one_page(rows, site)
    times = operations.next_and_last(session, [client.id for client in page], now=now)
    query = {name: value for name, value in asdict(wanted).items() if value}
    total = reading.count(session, coach.id, wanted, most=MOST_COUNTED)
    return {
        "rows": [
            {
                "name": client.name,
                "url": url_for("desk.client", client_id=client.id),
                "stage_label": STAGES[client.stage],
                "tags": [tag.name for tag in client.tags],
                "next_line": words.when(upcoming, coach.zone),
                "last_line": words.when(last, coach.zone),
            }
            for client in page
            for upcoming, last in [times.get(client.id, (None, None))]
        ],
        **asdict(wanted),
        "stages": list(STAGES.items()),
        "tags": reading.all_tags(session, coach.id),
        "sorts": SORTS,
        "next_url": following and url_for("desk.client_list", **query, page=following),
        "first_url": after and url_for("desk.client_list", **query),
        "total_line": _total(total),
    }


def _wanted(address: Mapping[str, str]) -> reading.ClientSearch:
    """Read what is looked for; what cannot be looked for finds everything."""
    sort, stage = listing.asked(address, "sort"), listing.asked(address, "stage")
    return reading.ClientSearch(
        q=listing.asked(address, "q"),
        stage=stage if stage in STAGES else "",
        tag=listing.asked(address, "tag"),
        sort=sort if sort in dict(SORTS) else SORTS[0][0],
    )


def _total(number: int) -> str:
    if number >= MOST_COUNTED:
        return f"{MOST_COUNTED:,} clients or more"
    return "One client" if number == 1 else f"{number:,} clients"
