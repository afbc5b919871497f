"""Columns that the tables of the record have in common."""

from collections.abc import Iterable
from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import mapped_column

Id = Annotated[int, mapped_column(primary_key=True)]
Line = Annotated[str, mapped_column(String(200), default="")]
Words = Annotated[str, mapped_column(Text, default="")]
Word = Annotated[str, mapped_column(String(16), default="")]
Small = Annotated[int | None, mapped_column(SmallInteger)]
Flag = Annotated[bool, mapped_column(default=False)]
OfSearch = Annotated[
    int, mapped_column(ForeignKey("job_search.id", ondelete="CASCADE"), index=True)
]
OfApplication = Annotated[
    int, mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
]
MaybeApplication = Annotated[
    int | None, mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
]
MaybeStory = Annotated[
    int | None, mapped_column(ForeignKey("story.id", ondelete="SET NULL"), index=True)
]


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the law that a column holds one of `values`."""
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


def rated(column: str, least: int = 1, most: int = 5) -> CheckConstraint:
    """Return the law that a rating, if there is one, is from `least` to `most`."""
    return CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=column)
