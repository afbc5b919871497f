"""The law of no overlap reads an instant however a hand has written it into SQLite."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coachcrm.kit.data.db import db, transaction

ROW = "INSERT INTO booking (coach_id, starts_at, ends_at, status) VALUES (1, :a, :b, 'confirmed')"


def plant(app, start, end):
    with app.app_context(), transaction() as session:
        session.execute(text(ROW), {"a": start, "b": end})


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-06-15 10:00:00", "2027-06-15 10:30:00"),
        ("2027-06-15T11:00:00+01:00", "2027-06-15T11:30:00+01:00"),
        ("2027-06-15T10:29Z", "2027-06-15T11:00Z"),
        ("20270615T100000Z", "20270615T103000Z"),
        ("tomorrow", "later"),
    ],
)
def test_an_overlap_is_refused_in_every_spelling(app, coach, start, end):
    plant(app, "2027-06-15T10:00:00.000000Z", "2027-06-15T10:30:00.000000Z")
    with pytest.raises(IntegrityError):
        plant(app, start, end)


@pytest.mark.engines("sqlite")
def test_ends_that_touch_are_allowed_in_every_spelling_and_shown(app, coach, web):
    plant(app, "2027-06-15T10:00:00Z", "2027-06-15T10:30:00Z")
    plant(app, "2027-06-15 10:30:00", "2027-06-15 11:00:00")
    plant(app, "2027-06-15T11:00:00.000000Z", "2027-06-15T11:30:00.000000Z")
    with app.app_context():
        assert db.session().scalar(text("SELECT count(*) FROM booking")) == 3
    assert (
        "11:30 am"
        not in web.get("/book/free-consultation?from=2027-06-15").text.split("16 June")[0]
    )


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-06-14T22:00:00-12:00", "2027-06-15T22:00:00-12:00"),
        ("2027-06-16T00:00:00+14:00", "2027-06-17T00:00:00+14:00"),
    ],
)
def test_a_meeting_of_a_whole_day_holds_its_last_minute_wherever_it_was_written(
    app, coach, start, end
):
    """Its text begins half a day before it does, or after: the law looks further than a day."""
    plant(app, start, end)
    with pytest.raises(IntegrityError, match="booking_no_overlap"):
        plant(app, "2027-06-16T09:59:00.000000Z", "2027-06-16T10:20:00.000000Z")
    plant(app, "2027-06-16T10:00:00.000000Z", "2027-06-16T10:20:00.000000Z")
