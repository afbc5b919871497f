"""Finding people by what they are called, by stage and by tag: one page of them, in order.

Every way of asking has an index that gives the page in its order, so that a page costs the same
however many people there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Select, column, func, literal_column, select, table, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from coachcrm.clients.models import Client, Tag
from coachcrm.kit.data.word_index import has_index
from coachcrm.kit.text.parts import term_of
from coachcrm.kit.text.search import Term, fts5_query, ts_query
from coachcrm.kit.text.typed import folded

Row = TypeVar("Row")

MOST_WORDS = 10
# So many are put in order at once; where more are found, they are read off the order itself.
FEW = 1000
# The index of parts, as each database keeps it; it is in no model.
_PARTS = table("client_fts", column("rowid"), column("client_fts"))
_VECTOR: Any = literal_column("client.search_vector")


@dataclass(frozen=True)
class ClientSearch:
    """What the coach looks for; `sort` is `newest` or `name`."""

    q: str = ""
    stage: str = ""
    tag: str = ""
    sort: str = "newest"


def search(
    session: Session, coach_id: int, wanted: ClientSearch, *, after: int | None, limit: int
) -> Sequence[Client]:
    """Return clients in order, from behind the one with the id `after` on."""
    query, newest = _matching(session, select(Client), coach_id, wanted)
    if wanted.sort == "name":
        key = func.lower(Client.name)
        query = query.order_by(key, Client.id)
        if after is not None:
            # The database's own lower case decides, for letters where Python's is another.
            there = aliased(Client)
            place = select(func.lower(there.name)).where(there.id == after).scalar_subquery()
            query = query.where(tuple_(key, Client.id) > tuple_(place, after))
    else:
        query = query.order_by(newest.desc())
        if after is not None:
            query = query.where(newest < after)
    return session.scalars(query.limit(limit)).all()


def names(session: Session, coach_id: int, *, most: int) -> list[tuple[int, str]]:
    """Return the id and the name of people, by name; no more than so many."""
    query = select(Client.id, Client.name).where(Client.coach_id == coach_id)
    rows = session.execute(query.order_by(func.lower(Client.name), Client.id).limit(most))
    return [(row[0], row[1]) for row in rows]


def count(session: Session, coach_id: int, wanted: ClientSearch, *, most: int) -> int:
    """Return how many clients match, counting no further than `most`."""
    in_no_order = replace(wanted, sort="newest")
    query, _ = _matching(session, select(Client.id), coach_id, in_no_order)
    return session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0


def all_tags(session: Session, coach_id: int) -> list[str]:
    """Return the coach's tags in alphabetical order."""
    # From each tag straight to the next, however many people carry it.
    each = select(func.min(Tag.name).label("name")).cte("each", recursive=True)
    following = select(func.min(Tag.name)).where(Tag.name > each.c.name).scalar_subquery()
    each = each.union_all(select(following).where(each.c.name.is_not(None)))
    carried = select(Tag.id).join(Client, Client.id == Tag.client_id)
    is_the_coachs = carried.where(Tag.name == each.c.name, Client.coach_id == coach_id).exists()
    return sorted(session.scalars(select(each.c.name).where(is_the_coachs)), key=str.casefold)


def _matching(
    session: Session, query: Select[Row], coach_id: int, wanted: ClientSearch
) -> tuple[Select[Row], InstrumentedAttribute[int] | Any]:
    """Return the question with what is looked for, and the column that has its newest last."""
    words = folded(wanted.q).split()[:MOST_WORDS]
    terms = [term_of(word) for word in words]
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    newest: Any = Client.id
    if terms and is_postgresql:
        query = query.where(_VECTOR.op("@@")(func.to_tsquery("simple", ts_query(terms))))
    elif terms and _is_sooner_by_parts(session, wanted, terms):
        newest = _PARTS.c.rowid
        query = query.join(_PARTS, Client.id == newest).where(_match(terms))
    elif terms:
        contains = (Client.search_text.contains(word, autoescape=True) for word in words)
        query = query.where(*contains)
    elif wanted.tag:
        newest = Tag.client_id
        query = query.join(Tag, Tag.client_id == Client.id).where(Tag.name == wanted.tag)
    # What begins with the hits reckons, or SQLite would begin with all of the coach's people.
    is_told = is_postgresql or newest is Client.id
    query = query.where((Client.coach_id if is_told else Client.coach_id + 0) == coach_id)
    if wanted.stage:
        query = query.where(Client.stage == wanted.stage)
    if wanted.tag and terms:
        query = query.where(Client.tags.any(Tag.name == wanted.tag))
    return query, newest


def _is_sooner_by_parts(session: Session, wanted: ClientSearch, terms: Sequence[Term]) -> bool:
    """Say whether SQLite's index of parts leads to a page sooner than the words themselves.

    It does unless it would have to put very many in another order, or to leave very many out.
    """
    if not has_index(session, "client"):
        return False
    if wanted.sort == "newest" and not (wanted.stage or wanted.tag):
        return True
    hits = select(_PARTS.c.rowid).where(_match(terms)).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(hits)) or 0) <= FEW


def _match(terms: Sequence[Term]) -> Any:
    return _PARTS.c.client_fts.op("MATCH")(fts5_query(terms))
