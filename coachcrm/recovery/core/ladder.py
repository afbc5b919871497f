"""The rungs that an application climbs, in the coach's own words and order. Pure.

Eleven rungs stand at the start. Their keys and what losing there means are theirs for ever; their
names, their order and whether they are offered are the coach's, and he adds rungs of his own. A
rung put aside is offered no more, yet what was written with it reads as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.text.typed import folded

# What kind of loss a rung is. From `early` on a person has spoken with the client.
KINDS = {
    "door": "At the door: nobody has spoken with the client yet",
    "early": "Early: a screen, a test, a first interview",
    "late": "Late: a further interview or after",
}
OWN = "own-"
MOST_RUNGS = 40
# Where a person first speaks of "how far it went", if it is offered.
USUAL = "first"


class RungNameTaken(Refusal):
    """Two rungs would read alike in a list."""

    status = 422
    title = "This name is there already"
    sentence = "Another stage has this name. Please choose one that tells them apart."


class TooManyRungs(Refusal):
    """A list that nobody could choose from."""

    title = "The list is long enough"
    sentence = f"There are at most {MOST_RUNGS} stages. Please remove one that you do not use."


class LastRung(Refusal):
    """Nothing would be left to choose."""

    title = "One stage must stay"
    sentence = "This is the last stage that you offer, so it was not put aside."
    what_next = "Please take another one back first."


class StartRung(Refusal):
    """The rungs of the start are put aside, never removed."""

    title = "This stage stays"
    sentence = "The stages that everybody starts with cannot be removed."
    what_next = "You can put it aside: it is then offered no more."


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its key as stored, its name as read, the kind of loss, whether it is put aside.

    `place` is how a sentence says where that is; a rung in the coach's own words has none.
    """

    key: str
    name: str
    kind: str
    place: str = ""
    is_aside: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the coach made it."""
        return self.key.startswith(OWN)

    @property
    def has_contact(self) -> bool:
        """Whether a person speaks with the client there."""
        return self.kind != "door"

    @property
    def is_in_own_words(self) -> bool:
        """Whether the coach named it."""
        return not self.place

    @property
    def midway(self) -> str:
        """The name within a sentence; the coach's own words stay as he wrote them."""
        return self.name if self.is_in_own_words else self.name.lower()

    @property
    def lost_at(self) -> str:
        """The words after “lost at”."""
        return self.place or f"“{self.name}”"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Every rung from the bottom up, those put aside among them."""

    rungs: tuple[Rung, ...]

    def __iter__(self) -> Iterator[Rung]:
        """Go up."""
        return iter(self.rungs)

    def __contains__(self, key: object) -> bool:
        """Say whether there is such a rung, offered or put aside."""
        return any(rung.key == key for rung in self.rungs)

    def __getitem__(self, key: str) -> Rung:
        """Return the rung of a key; one that nobody knows reads as its key, at the door."""
        return next((rung for rung in self.rungs if rung.key == key), Rung(key, key, "door"))

    @property
    def offered(self) -> dict[str, str]:
        """What can be chosen: names by key."""
        return {rung.key: rung.name for rung in self.rungs if not rung.is_aside}

    @property
    def usual(self) -> str:
        """The rung that a choice of how far it went begins with."""
        keys = [rung.key for rung in self.rungs if not rung.is_aside]
        met = [key for key in keys if self[key].has_contact]
        return USUAL if USUAL in keys else [*met, *keys][0]

    def reached(self, entered: Iterable[str]) -> tuple[str, ...]:
        """Return what was entered in the order of the ladder, each once."""
        keys = set(entered)
        return tuple(rung.key for rung in self.rungs if rung.key in keys)

    def had_contact(self, entered: Iterable[str]) -> bool:
        """Say whether a person spoke with the client at one of these."""
        keys = set(entered)
        return any(rung.has_contact for rung in self.rungs if rung.key in keys)

    def of_kind(self, kind: str, among: Iterable[str]) -> tuple[Rung, ...]:
        """Return the rungs of a kind among these keys, from the bottom up."""
        return tuple(self[key] for key in self.reached(among) if self[key].kind == kind)

    def named(self, key: str, name: str) -> Ladder:
        """Give a rung another name; an empty one is what a rung of the start began with.

        Raises `RungNameTaken`, and `NotFound` for a rung that is not there.
        """
        self._index(key)
        first = START[key]
        if key in START and alike(name) in {"", alike(first.name)}:
            self._free(first.name, but=key)
            return self._with(key, name=first.name, place=first.place)
        self._free(name, but=key)
        return self._with(key, name=name, place="")

    def of_other_kind(self, key: str, kind: str) -> Ladder:
        """Say of a rung of the coach's own what kind of loss it is; the others keep theirs."""
        self._index(key)
        return self._with(key, kind=kind) if self[key].is_own else self

    def moved(self, key: str, by: int) -> Ladder:
        """Move a rung up the ladder by so many places (down if negative); it stops at the ends."""
        at = self._index(key)
        rest = [rung for rung in self.rungs if rung.key != key]
        rest.insert(min(max(at + by, 0), len(rest)), self[key])
        return Ladder(tuple(rest))

    def with_own(self, name: str, kind: str, *, after: str) -> Ladder:
        """Put in a rung of the coach's own after another; with "" it becomes the first.

        Raises `RungNameTaken` and `TooManyRungs`.
        """
        self._free(name)
        if len(self.rungs) >= MOST_RUNGS:
            raise TooManyRungs
        at = self._index(after) + 1 if after else 0
        last = max((int(r.key.removeprefix(OWN)) for r in self.rungs if r.is_own), default=0)
        new = Rung(f"{OWN}{last + 1}", name, kind)
        return Ladder((*self.rungs[:at], new, *self.rungs[at:]))

    def put_aside(self, key: str) -> Ladder:
        """Offer a rung no more. Raises `LastRung`."""
        self._index(key)
        if set(self.offered) == {key}:
            raise LastRung
        return self._with(key, is_aside=True)

    def taken_back(self, key: str) -> Ladder:
        """Offer a rung again."""
        self._index(key)
        return self._with(key, is_aside=False)

    def without(self, key: str) -> Ladder:
        """Take out a rung of the coach's own. Raises `StartRung`."""
        self._index(key)
        if not self[key].is_own:
            raise StartRung
        return Ladder(tuple(rung for rung in self.rungs if rung.key != key))

    def _index(self, key: str) -> int:
        for at, rung in enumerate(self.rungs):
            if rung.key == key:
                return at
        raise NotFound

    def _free(self, name: str, but: str = "") -> None:
        if any(alike(rung.name) == alike(name) for rung in self.rungs if rung.key != but):
            raise RungNameTaken

    def _with(self, key: str, **changed: object) -> Ladder:
        return Ladder(
            tuple(
                replace(rung, **changed) if rung.key == key else rung  # type: ignore[arg-type]
                for rung in self.rungs
            )
        )


def alike(name: str) -> str:
    """Return a name as it is compared: without case, marks, or what nobody can see."""
    return " ".join("".join(c for c in folded(name) if c.isprintable()).split())


# In the order in which an application climbs; stages may be skipped.
START = Ladder(
    (
        Rung("applied", "Applied", "door", "the application"),
        Rung("sift", "Sift", "door", "the sift"),
        Rung("screen", "Phone screen", "early", "screen"),
        Rung("test", "Test or one-way video", "early", "test"),
        Rung("first", "First interview", "early", "first interview"),
        Rung("second", "Further interview", "late", "a further interview"),
        Rung("assessment", "Task or assessment centre", "late", "the assessment centre"),
        Rung("final", "Final interview", "late", "the final interview"),
        Rung("reserve", "Reserve list", "late", "the reserve list"),
        Rung("offer", "Offer", "late", "the offer"),
        Rung("accepted", "Accepted", "late", "the very end"),
    )
)
