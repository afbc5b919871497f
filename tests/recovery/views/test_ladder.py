"""The coach puts the ladder in his own words, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from coachcrm.kit.data.migrate import downgrade, missing_laws, upgrade
from coachcrm.recovery.core.ladder import Ladder
from coachcrm.recovery.models.applications import StageEvent
from coachcrm.recovery.operations import applications
from coachcrm.recovery.operations import ladder as ladder_verbs
from coachcrm.recovery.reading.ladder import ladder_of
from tests.conftest import NOW
from tests.support.cast import at_once, change, dump, rows, value

LADDER = "/coach/settings/method/ladder"
RECORD = "/coach/clients/1/record"
ROUNDS = 10
TRIAL = {"name": "Trial day", "kind": "early", "after": "screen"}


def names(page) -> list[str]:
    return [node.text() for node in page.all("ol.ladder .who")]


def add(web, status: int = 303, **fields):
    web.get(LADDER)
    return web.submit("main section form", status=status, **{**TRIAL, **fields})


def press(web, key: str, act: str):
    web.get(LADDER)
    web.submit(f'form[action="{LADDER}/{key}/{act}"]')
    return web.follow()


def rename(web, key: str, status: int = 303, **fields):
    web.get(f"{LADDER}/{key}")
    return web.submit("main form.form", status=status, **fields)


def reject(web, stage: str, role: str = "Analyst"):
    web.get(RECORD)
    web.submit("aside form", role=role, stage=stage, told_on="2027-05-28")
    return web.follow()


def stages(page) -> list[str]:
    return page.form("aside form").choices("stage")


def test_an_own_stage_is_chosen_read_and_counted_everywhere(app, coach_web, ann) -> None:
    add(coach_web)
    page = coach_web.follow()
    assert "“Trial day” is in your list." in page.text
    assert names(page)[2:5] == ["Phone screen", "Trial day", "Test or one-way video"]
    page = reject(coach_web, "own-1")
    assert "Trial day" in page.text
    assert "First ask now" in page.text
    assert "reached Trial day" in coach_web.get(RECORD).text
    assert "Analyst, Trial day: a no" in coach_web.get("/coach/clients/1/story").text
    assert "Trial day" in coach_web.get("/coach/clients/1/insights").text
    review = coach_web.get("/coach/applications/1/review")
    assert "Trial day" in [legend.text() for legend in review.all("legend")]


def test_words_change_in_what_is_written_already(coach_web, ann) -> None:
    reject(coach_web, "screen")
    rename(coach_web, "screen", name="HR chat")
    coach_web.follow()
    assert "reached HR chat" in coach_web.get(RECORD).text
    page = coach_web.get(LADDER)
    assert "first called “Phone screen”" in page.text
    rename(coach_web, "screen", name="")
    assert "Phone screen" in names(coach_web.follow())


def test_a_rung_put_aside_is_offered_no_more_and_stays_readable(coach_web, ann) -> None:
    reject(coach_web, "screen")
    press(coach_web, "screen", "put-aside")
    press(coach_web, "first", "put-aside")
    page = coach_web.get(RECORD)
    assert {"screen", "first"}.isdisjoint(stages(page))
    assert page.form("aside form").data()[1]["stage"] == "test"
    assert "reached phone screen" in page.text
    insights = coach_web.get("/coach/clients/1/insights").text
    assert "Phone screen" in insights
    assert "First interview" not in insights
    press(coach_web, "screen", "take-back")
    assert "screen" in stages(coach_web.get(RECORD))


def test_a_rung_goes_up_and_down(app, coach_web) -> None:
    page = press(coach_web, "sift", "up")
    assert names(page)[:2] == ["Sift", "Applied"]
    page = press(coach_web, "sift", "down")
    assert names(page)[:2] == ["Applied", "Sift"]
    assert not page.has(f'form[action="{LADDER}/applied/up"]')
    assert not page.has(f'form[action="{LADDER}/accepted/down"]')
    assert [n for (n,) in rows(app, "SELECT position FROM rung ORDER BY position")] == [
        *range(1, 12)
    ]


def test_an_own_rung_is_removed_only_while_nothing_is_written_with_it(app, coach_web, ann) -> None:
    add(coach_web)
    add(coach_web, name="Assessed lunch", kind="late")
    coach_web.get(f"{LADDER}/own-2")
    open_page = coach_web.page
    reject(coach_web, "own-2")
    coach_web.page = open_page
    before = dump(app)
    page = coach_web.submit('form[action$="remove"]', status=409)
    assert "is written with this stage" in page.text
    assert dump(app) == before
    assert "cannot be removed" in coach_web.get(f"{LADDER}/own-2").text
    coach_web.get(f"{LADDER}/own-1")
    coach_web.submit('form[action$="remove"]')
    assert "Trial day" not in names(coach_web.follow())
    token = coach_web.page.form("main section form").data()[1]["csrf_token"]
    coach_web.post(f"{LADDER}/first/remove", {"csrf_token": token}, status=409)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Please give it a name."),
        ({"name": "  "}, "Please give it a name."),
        ({"name": "first INTERVIEW"}, "Another stage has this name."),
        ({"name": "x" * 201}, "at most 60 characters"),
        ({"name": "a\0b"}, "one line of ordinary letters"),
        ({"name": "<script>alert(1)</script>"}, "Please leave out &lt; and &gt;."),
        ({"name": "…"}, "at least one letter"),
        ({"kind": "huge"}, "choose one from the list"),
        ({"after": "nowhere"}, "choose one from the list"),
    ],
)
def test_what_cannot_be_is_said_by_its_field_and_nothing_changes(app, coach_web, fields, said):
    before = dump(app)
    coach_web.get(LADDER)
    token = coach_web.page.form("main section form").data()[1]["csrf_token"]
    page = coach_web.post(LADDER, {**TRIAL, **fields, "csrf_token": token}, status=422)
    assert said.replace("&lt;", "<").replace("&gt;", ">") in page.text
    assert page.has(".error-summary")
    assert dump(app) == before


@pytest.mark.engines("sqlite")
def test_a_rung_or_an_act_that_is_not_there_is_not_found(coach_web) -> None:
    coach_web.get(LADDER)
    token = coach_web.page.form("main section form").data()[1]["csrf_token"]
    coach_web.get(f"{LADDER}/own-7", status=404)
    for path in ("own-7/up", "first/explode", "own-7/remove"):
        coach_web.post(f"{LADDER}/{path}", {"csrf_token": token}, status=404)


def test_nothing_is_written_with_a_rung_that_is_gone(app, coach_web, act, ann) -> None:
    today = NOW.date()
    no = applications.Rejection("Acme", "Analyst", "own-1", today)

    def log(session):
        search = applications.open_search(session, 1, ann, today=today)
        applications.log_rejection(session, search, no, today=today, now=NOW)

    before = dump(app)
    with pytest.raises(ladder_verbs.Gone):
        act(log)
    assert dump(app) == before


@pytest.mark.own
def test_the_schema_goes_down_and_up_with_own_rungs_in_use(app, coach_web, ann) -> None:
    add(coach_web, name="Trial day", kind="early", after="screen")
    add(coach_web, name="Ring round", kind="door", after="accepted")
    add(coach_web, name="Board lunch", kind="late", after="final")
    for number, stage in enumerate(("own-1", "own-2", "own-3", "first"), 1):
        reject(coach_web, stage, f"Role {number}")
    what = "SELECT id, application_id, entered_on, result, told_on, created_at FROM stage_event"
    before, laws = rows(app, f"{what} ORDER BY id"), shape(app)
    downgrade(app, "0006")
    assert rows(app, f"{what} ORDER BY id") == before
    ends = "SELECT stage FROM stage_event WHERE result = 'rejected' ORDER BY id"
    # The trial day came right after the screen, the ring round last of all, the lunch after the
    # final interview.
    assert [stage for (stage,) in rows(app, ends)] == ["screen", "sift", "final", "first"]
    with pytest.raises(Exception, match="stage_event"):
        change(app, "UPDATE stage_event SET stage = 'own-1'")
    upgrade(app)
    assert shape(app) == laws
    assert rows(app, f"{what} ORDER BY id") == before
    assert missing_laws(app) == []
    with pytest.raises(Exception, match="stage_event"):
        change(app, "UPDATE stage_event SET stage = ''")
    assert value(app, "SELECT count(*) FROM rung") == 0


@pytest.mark.engines("sqlite")
@pytest.mark.own
def test_indexes_and_triggers_come_along_when_the_table_is_made_anew(app, coach_web, ann) -> None:
    reject(coach_web, "first")
    change(app, "CREATE TRIGGER seen AFTER UPDATE ON stage_event BEGIN SELECT 1; END")
    change(app, "CREATE INDEX extra ON stage_event (told_on)")
    kept = shape(app)
    assert {"seen", "extra", "stage_event_application_id_idx"} <= {name for name, _ in kept}
    downgrade(app, "0006")
    upgrade(app)
    assert shape(app) == kept


def shape(app) -> list:
    """Return the laws of `stage_event`, its indexes and its triggers."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        sql = (
            "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE tbl_name = 'stage_event'"
        )
    else:
        sql = (
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'stage_event'::regclass UNION ALL "
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'stage_event'"
        )
    return sorted(tuple(row) for row in rows(app, sql))


def test_a_stage_removed_while_somebody_writes_with_it_is_kept_or_refused(act, ann, clock) -> None:
    today = clock.now.date()

    def write(session) -> None:
        search = applications.open_search(session, 1, ann, today=today)
        told = {"stage": "own-1", "told_on": today, "role": "Analyst"}
        new = applications.Rejection(**told)
        applications.log_rejection(session, search, new, today=today, now=clock.now)

    def begin(session) -> None:
        if "own-1" not in ladder_of(session, 1):
            ladder_verbs.change(
                session, 1, lambda old: old.with_own("Trial day", "early", after="screen")
            )

    def forget(session) -> None:
        session.execute(delete(StageEvent).where(StageEvent.stage == "own-1"))

    for _ in range(ROUNDS):
        act(begin)
        gave = at_once(
            lambda: act(write), lambda: act(lambda s: ladder_verbs.remove(s, 1, "own-1"))
        )
        is_there = "own-1" in act(lambda s: ladder_of(s, 1))
        is_written = "own-1" in act(lambda s: ladder_verbs.used(s, 1, ["own-1"]))
        # Whoever comes first is served, and nothing stands on a rung that is gone.
        assert is_there == is_written
        assert [type(one) for one in gave] in (
            [type(None), ladder_verbs.RungInUse],
            [ladder_verbs.Gone, Ladder],
        )
        act(forget)
