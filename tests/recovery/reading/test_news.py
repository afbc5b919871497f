"""When an application was last heard of: said once in Python and once for the database."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy import select

from coachcrm.recovery.core.job_search import by_news
from coachcrm.recovery.core.vocabulary import OUTCOMES, RESULTS
from coachcrm.recovery.models.applications import ApplicationRow, StageEvent
from coachcrm.recovery.operations import applications
from coachcrm.recovery.reading import record
from coachcrm.recovery.reading.news import NEWEST_FIRST, NEWS_ON

FIRST = date(2027, 5, 1)


def test_lists_and_the_record_agree_on_the_news_whatever_days_are_known(act, ann, clock) -> None:
    """Days are few, so that many fall together, and any of them may be missing."""
    chance = random.Random(20270601)

    def some_day() -> date | None:
        return chance.choice([None, *(FIRST + timedelta(days=number) for number in range(6))])

    def tell(session) -> None:
        search = applications.open_search(session, 1, ann, today=clock.now.date())
        for _ in range(150):
            one = ApplicationRow(
                search_id=search.id, applied_on=some_day(), outcome=chance.choice(list(OUTCOMES)),
                closed_on=some_day(), created_at=clock.now,
            )  # fmt: skip
            session.add(one)
            session.flush()
            its_own = [one.outcome] if one.outcome in RESULTS else []
            session.add_all(
                StageEvent(
                    application_id=one.id, stage="first", entered_on=some_day(),
                    result=chance.choice([*its_own, *its_own, *RESULTS]), told_on=some_day(),
                    created_at=clock.now, struck_at=chance.choice([None, None, clock.now]),
                )
                for _ in range(chance.randrange(4))
            )  # fmt: skip

    act(tell)
    told = act(lambda s: record.read_present(s, 1, ann))
    known = {one.id: one.last_news_on for one in told.applications}
    query = select(ApplicationRow.id, NEWS_ON.label("news_on"))
    assert dict(act(lambda s: s.execute(query).all())) == known
    ordered = [one.id for one in sorted(told.applications, key=by_news, reverse=True)]
    listed = select(ApplicationRow.id).order_by(*NEWEST_FIRST)
    assert act(lambda s: s.scalars(listed).all()) == ordered
