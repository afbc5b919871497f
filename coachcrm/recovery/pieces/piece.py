"""What every piece of the record is: a thing with a form of its own, and where it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import Base
from coachcrm.kit.errors import NotFound
from coachcrm.recovery.forms.application import ProofForm
from coachcrm.recovery.forms.fields import PieceForm
from coachcrm.recovery.models.applications import ApplicationRow, JobSearch
from coachcrm.recovery.operations import rows
from coachcrm.recovery.pages.connections import ShownInterview, ShownStory
from coachcrm.recovery.pages.words import Link

Row = TypeVar("Row", bound=Base)
Typed = TypeVar("Typed", bound=PieceForm)
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PieceContext:
    """Where a piece is saved: whose search, and which application if it is of one."""

    session: Session
    coach_id: int
    search: JobSearch
    today: date
    now: datetime
    application: ApplicationRow | None = None

    @property
    def of(self) -> ApplicationRow:
        """The application; without one there is nothing to save on."""
        if self.application is None:
            raise NotFound
        return self.application

    @property
    def application_id(self) -> int | None:
        """Its id, or None."""
        return self.application.id if self.application else None


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows around a form: what it is about, and what hangs on it."""

    about: str = ""
    hints: Sequence[str] = ()
    unfair_text: str = ""
    # Each with the address that takes it off.
    tags: Sequence[tuple[str, str]] = ()
    strength_url: str = ""
    is_strength: bool = False
    held: Sequence[ShownInterview] = ()
    uses: Sequence[ShownStory] = ()
    done: Sequence[Link] = ()
    practice_url: str = ""
    proof: ProofForm | None = None
    proof_url: str = ""


class Piece(Generic[Row, Typed]):
    """A kind of thing: what it is called, its form and its table, and all that is done with it.

    What is done here is done for most; a kind that has a rule of its own says it instead.
    """

    title: str
    hint = ""
    form: type[Typed]
    kept_in: type[Row]
    # Whether it can be added, opened by its id, and taken back; whether it is of an application.
    can_begin = True
    has_page = True
    can_go = True
    on_application = False

    @property
    def table(self) -> type[Row] | None:
        """The table that the id in the address of its page is of; None where it has no page."""
        return self.kept_in if self.has_page else None

    def begin(self, _at: PieceContext, _of: int | None, /) -> Row | None:
        """Return the row that a new one is begun on; an id from the address may name it."""
        return None

    def offer(self, at: PieceContext, form: Typed, row: Row | None, /) -> None:
        """Give a form the lists that depend on where it is saved; take off what is not asked."""

    def show(self, _at: PieceContext, form: Typed, row: Row | None, /) -> None:
        """Fill a form with what is stored."""
        if row is not None:
            form.show(row)

    def around(self, _at: PieceContext, _row: Row, /) -> Around:
        """Return what stands around the form of a piece that is stored."""
        return Around()

    def save(self, at: PieceContext, form: Typed, row: Row | None, /) -> None:
        """Store what a form holds. Raises `Misfit` for what cannot be."""
        values = self.values(at, form.values(), row)
        if row is None:
            self.add(at, values)
        else:
            self.change(at, row, values)

    def values(self, _at: PieceContext, typed: Values, _row: Row | None, /) -> Values:
        """Return what was typed as the columns hold it. Raises `Misfit` for what cannot be."""
        return typed

    def add(self, at: PieceContext, values: Values, /) -> None:
        """Store a new one."""
        rows.add(at.session, self.kept_in, values, search_id=at.search.id)

    def change(self, at: PieceContext, row: Row, values: Values, /) -> None:
        """Store what is other than it was."""
        rows.change(at.session, row, values)

    def remove(self, at: PieceContext, row_id: int, /) -> None:
        """Take it back."""
        rows.remove(at.session, at.coach_id, self.kept_in, row_id, now=at.now)


class OneEach(Piece[Row, Typed]):
    """What an application has one of at most: a new one is the present one, opened again."""

    on_application = True

    def begin(self, at: PieceContext, _of: int | None, /) -> Row | None:
        """Return the present one."""
        column = self.kept_in.__table__.c.application_id
        return at.session.scalar(select(self.kept_in).where(column == at.application_id))
