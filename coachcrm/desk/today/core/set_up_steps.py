"""What is left to set up after the practice is open. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

# In this order; the template has the words of each.
STEPS = ("mail", "address", "photo", "try")


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps, and whether it is done; what is put aside is none any more."""

    name: str
    is_done: bool


def left(*, done: Collection[str], put_aside: Collection[str]) -> list[Step]:
    """Return the steps with their state; none once each is done or put aside."""
    steps = [Step(name, name in done) for name in STEPS if name in done or name not in put_aside]
    return steps if any(not step.is_done for step in steps) else []
