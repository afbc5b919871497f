"""People: found by their address, never renamed by strangers, moved with a trace."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from coachcrm.clients import operations, reading
from coachcrm.clients.models import STAGES, email_key
from coachcrm.clients.operations import NewClient
from coachcrm.clients.reading import ClientSearch
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from tests.support.cast import change, rows, value

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
ANN = NewClient("Ann Lee", "Ann@Client.example", "+447400123456", "Europe/London", "booked", "rule")
SAM = 1


@pytest.fixture
def act(app, clock):
    """Give a way to do one act in one transaction."""

    def run(verb):
        with app.app_context(), transaction() as session:
            return verb(session)

    return run


@pytest.fixture
def make(act, clock):
    def run(name: str, email: str = "", phone: str = "", **more: str) -> int:
        new = NewClient(
            name, email or f"{name.partition(' ')[0].lower()}@x.example", phone, "", **more
        )
        return act(lambda s: operations.find_or_make(s, SAM, new, now=clock.now).id)

    return run


@pytest.fixture
def found(act):
    """Give the names that a search finds, in its order."""

    def run(after=None, limit: int = 50, **wanted: str) -> list[str]:
        return act(
            lambda s: [
                c.name
                for c in reading.search(s, SAM, ClientSearch(**wanted), after=after, limit=limit)
            ]
        )

    return run


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ann@client.example", "ann@client.example"),
        (" Ann@CLIENT.example \n", "ann@client.example"),
        ("ANN+jobs@client.example", "ann+jobs@client.example"),
    ],
)
def test_case_37_an_address_is_matched_without_case_and_space(typed, key) -> None:
    assert email_key(typed) == key


@both_engines
def test_the_same_address_is_the_same_client_kept_as_first_typed(app, act, clock) -> None:
    first = act(lambda s: operations.find_or_make(s, SAM, ANN, now=clock.now).id)
    other = NewClient("Mallory", " ann@CLIENT.example ", "+447400999999", "Asia/Kolkata")
    assert act(lambda s: operations.find_or_make(s, SAM, other, now=clock.now).id) == first
    assert rows(app, "SELECT name, email, phone, timezone FROM client") == [
        ("Ann Lee", "Ann@Client.example", "+447400123456", "Europe/London")
    ]


def test_only_a_missing_phone_number_is_filled_in(app, make) -> None:
    make("Ann Lee")
    make("Other", "ann@x.example", "+447400123456")
    make("Third", "ann@x.example", "+447400999999")
    assert rows(app, "SELECT name, phone FROM client") == [("Ann Lee", "+447400123456")]


def test_how_somebody_heard_is_filled_in_where_nobody_knew_and_never_overwritten(app, make) -> None:
    make("Ann Lee")
    make("Other", "ann@x.example", source="LinkedIn")
    make("Third", "ann@x.example", source="A friend")
    assert rows(app, "SELECT name, source FROM client") == [("Ann Lee", "LinkedIn")]


@both_engines
def test_the_database_itself_refuses_a_second_client_with_one_address(app, make) -> None:
    make("Ann Lee")
    columns = "coach_id, name, email, email_key, phone, timezone, stage, search_text, "
    columns += "created_at, updated_at"
    with pytest.raises(IntegrityError):
        change(app, f"INSERT INTO client ({columns}) SELECT {columns} FROM client")


def test_a_client_begins_in_a_stage_with_a_trace(app, act, clock) -> None:
    act(lambda s: operations.find_or_make(s, SAM, ANN, now=clock.now))
    assert rows(app, "SELECT from_stage, to_stage, by FROM stage_change") == [
        (None, "booked", "rule")
    ]


@both_engines
def test_moving_to_a_stage_keeps_a_trace_and_the_same_stage_again_none(app, act, make, clock):
    ann = make("Ann Lee")

    def move(session) -> None:
        client = operations.get(session, SAM, ann, for_change=True)
        for stage in ("active", "active", "paused"):
            operations.move_to_stage(session, client, stage, by="coach", now=clock.now, reason="x")

    act(move)
    assert rows(app, "SELECT from_stage, to_stage, reason FROM stage_change ORDER BY id") == [
        (None, "enquiry", ""),
        ("enquiry", "active", "x"),
        ("active", "paused", "x"),
    ]


@both_engines
def test_only_the_twelve_stages_can_be_stored(app, make) -> None:
    make("Ann Lee")
    for stage in STAGES:
        change(app, "UPDATE client SET stage = :stage", stage=stage)
    with pytest.raises(IntegrityError):
        change(app, "UPDATE client SET stage = 'friend'")


@pytest.mark.parametrize("coach_id", [2, 0])
def test_s44_a_foreign_client_is_not_found(act, make, coach_id) -> None:
    ann = make("Ann Lee")
    with pytest.raises(NotFound):
        act(lambda s: operations.get(s, coach_id, ann))
    with pytest.raises(NotFound):
        act(lambda s: operations.get(s, SAM, ann + 1))


@both_engines
def test_tags_are_the_coach_s_words_without_doubles(app, act, make, clock) -> None:
    ann = make("Ann Lee")

    def tag(names: list[str]) -> list[str]:
        def run(session):
            client = operations.get(session, SAM, ann)
            operations.set_tags(client, names, now=clock.now)

        act(run)
        return [name for (name,) in rows(app, "SELECT name FROM client_tag ORDER BY name")]

    assert tag(["IT", "it", " career  change ", "", "  "]) == ["IT", "career change"]
    assert tag(["career change", "nurse"]) == ["career change", "nurse"]
    assert tag(["Nurse"]) == ["Nurse"]
    assert len(tag([f"tag {n}" for n in range(50)])) == operations.MOST_TAGS
    assert tag(["x" * 500]) == ["x" * operations.LONGEST_TAG]
    assert tag([]) == []


PEOPLE = ("Ann Lee", "Zoë O'Connor", "Łukasz Żak", "李小龍 Bruce")
FOUND = [
    ("", ["李小龍 Bruce", "Łukasz Żak", "Zoë O'Connor", "Ann Lee"]),
    ("ann", ["Ann Lee"]),
    ("LEE ann", ["Ann Lee"]),
    ("nle", []),
    ("zoe", ["Zoë O'Connor"]),
    ("ZAK", ["Łukasz Żak"]),
    ("onno", ["Zoë O'Connor"]),
    ("o'", ["Zoë O'Connor"]),
    ("'", ["Zoë O'Connor"]),
    ("小龍", ["李小龍 Bruce"]),
    ("龍", ["李小龍 Bruce"]),
    ("李小龍", ["李小龍 Bruce"]),
    ("小李", []),
    ("o z", ["Zoë O'Connor"]),
    ("ann@x.example", ["Ann Lee"]),
    ("x.example", ["李小龍 Bruce", "Łukasz Żak", "Zoë O'Connor", "Ann Lee"]),
    ("n@x", ["Ann Lee"]),
    ("%", []),
    ("_", []),
    ("*", []),
    ('"', []),
    ("ann OR zoe", []),
    ("ann zoe", []),
    ("'; DROP TABLE client; --", []),
    ("🙂", []),
    ("a" * 500, []),
]


@both_engines
@pytest.mark.parametrize(
    "road", ["the index", pytest.param("the words themselves", marks=pytest.mark.own)]
)
@pytest.mark.parametrize("sort", ["newest", "name"])
def test_people_are_found_by_parts_of_their_name_or_address(app, make, found, sort, road) -> None:
    if road != "the index":
        with app.app_context():
            if db.engine.dialect.name != "sqlite":
                pytest.skip("PostgreSQL has its index always")
        for act in "iud":
            change(app, f"DROP TRIGGER client_fts_{act}")
        change(app, "DROP TABLE client_fts")
    for number, name in enumerate(PEOPLE):
        make(name, f"bruce{number}@x.example" if "龍" in name else "")
    order = found(sort=sort)
    assert {q: found(q=q, sort=sort) for q, _ in FOUND} == {
        q: sorted(names, key=order.index) for q, names in FOUND
    }


@both_engines
def test_somebody_with_another_address_is_found_by_it_and_not_by_the_old_one(
    app, act, make, found, clock
) -> None:
    ann = make("Ann Lee")

    def move(session) -> None:
        client = operations.get(session, SAM, ann)
        operations.change_address(session, client, "lee@home.example", now=clock.now)

    act(move)
    assert (found(q="home"), found(q="x.ex"), found(q="nn")) == (["Ann Lee"], [], ["Ann Lee"])
    change(app, "DELETE FROM client")
    assert found(q="home") == []


@both_engines
@pytest.mark.parametrize("sort", ["newest", "name"])
def test_where_very_many_are_found_they_come_in_order_by_stage_and_by_tag(
    monkeypatch, act, make, found, sort, clock
) -> None:
    monkeypatch.setattr(reading, "FEW", 2)
    names = ["bob", "Ann", "ann", "Zed", "Bob", "carl"]
    for number, name in enumerate(names):
        stage = "active" if number % 2 else "paused"
        person = make(name, f"c{number}@x.example", stage=stage)
        if number > 2:
            act(lambda s, p=person: operations.set_tags(
                operations.get(s, SAM, p), ["nurse"], now=clock.now))  # fmt: skip
    order = found(sort=sort)
    active, tagged = {"Ann", "Zed", "carl"}, {"Zed", "Bob", "carl"}
    for q in ("x.example", "", "example @x"):
        assert found(q=q, sort=sort) == order
        assert found(q=q, sort=sort, stage="active") == [n for n in order if n in active]
        assert found(q=q, sort=sort, tag="nurse") == [n for n in order if n in tagged]
        both = found(q=q, sort=sort, tag="nurse", stage="active")
        assert both == [n for n in order if n in active & tagged]


@both_engines
def test_people_are_found_by_stage_and_tag(act, make, found, clock) -> None:
    ann = make("Ann Lee", stage="active")
    make("Bob Ray")
    act(lambda s: operations.set_tags(operations.get(s, SAM, ann), ["nurse"], now=clock.now))
    assert found(stage="active") == ["Ann Lee"]
    assert found(tag="nurse") == ["Ann Lee"]
    assert found(stage="enquiry", tag="nurse") == []
    assert act(lambda s: reading.all_tags(s, SAM)) == ["nurse"]


@both_engines
@pytest.mark.parametrize("q", ["", "example"])
@pytest.mark.parametrize("sort", ["newest", "name"])
def test_pages_follow_each_other_without_gap_or_double(act, make, found, sort, q) -> None:
    names = ["bob", "Ann", "ann", "Zed", "Émile", "Bob", "carl"]
    for number, name in enumerate(names):
        make(name, f"c{number}@x.example")
    whole = found(sort=sort, q=q)
    assert sorted(whole) == sorted(names)

    def page(session, after):
        return reading.search(session, SAM, ClientSearch(q, sort=sort), after=after, limit=3)

    seen, after = [], None
    while chunk := act(lambda s: [(c.name, c.id) for c in page(s, after)]):  # noqa: B023
        seen += [name for name, _ in chunk]
        after = chunk[-1][1]
    assert seen == whole


def test_counting_stops_where_it_is_told_to(act, make) -> None:
    for number in range(4):
        make(f"Ann {number}", f"a{number}@x.example")
    assert act(lambda s: reading.count(s, SAM, ClientSearch(q="ann"), most=100)) == 4
    assert act(lambda s: reading.count(s, SAM, ClientSearch(q="ann"), most=3)) == 3


def test_s44_a_foreign_coach_s_clients_are_never_found(app, act, make) -> None:
    make("Ann Lee")
    assert act(lambda s: reading.search(s, 2, ClientSearch(), after=None, limit=9)) == []
    assert act(lambda s: reading.all_tags(s, 2)) == []
    assert value(app, "SELECT count(*) FROM client") == 1
