"""The coach finds people, and moves them on."""

from __future__ import annotations

from secrets import token_hex

import pytest

from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from tests.support.cast import ANN, RAVI, TUESDAY_9, TUESDAY_10, book, dump, rows

only_sqlite = pytest.mark.engines("sqlite")
LIST = "/coach/clients"
LETTERS = str.maketrans("0123456789", "ghijkmopqr")  # an address without figures


@pytest.fixture
def meet(app, coach, clock):
    """Let people be clients, one after the other."""

    def add(*names: str, stage: str = "enquiry", tags: tuple[str, ...] = ()) -> None:
        with app.app_context(), transaction() as session:
            for name in names:
                address = f"{token_hex(8).translate(LETTERS)}@elsewhere.example"
                new = clients.NewClient(name, address, "", "Europe/London", stage)
                person = clients.find_or_make(session, 1, new, now=clock.now)
                clients.set_tags(person, tags, now=clock.now)

    return add


def shown(page) -> list[str]:
    return [node.text() for node in page.all("main .list .who a")]


def everybody(coach_web, url: str) -> list[str]:
    """Turn page after page; return the names in their order."""
    names = shown(coach_web.get(url))
    while coach_web.page.has(".pager a") and "More →" in coach_web.page.text:
        names += shown(coach_web.click("More →"))
    return names


def test_an_empty_list_says_how_it_fills(coach_web) -> None:
    assert "Nobody is here yet" in coach_web.get(LIST).text


def test_whoever_books_is_a_client_with_the_next_meeting(coach_web, web) -> None:
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    page = coach_web.get(LIST)
    assert shown(page) == ["Ravi Rao", "Ann Lee"]
    assert "Next: Tuesday 15 June, 10:00 am" in page.text
    assert page.text.count("Booked") >= 2


def test_people_are_found_by_words_stage_and_tag(coach_web, meet) -> None:
    meet("Zoë O'Connor-Łukasz", "Ann Lee", stage="active", tags=("data", "100%"))
    meet("Ann-Marie Smith", "李小龍", stage="booked")
    for query, names in {
        "q=zoe": ["Zoë O'Connor-Łukasz"],
        "q=ANN": ["Ann-Marie Smith", "Ann Lee"],
        "q=ann+lee": ["Ann Lee"],
        "q=小龍": ["李小龍"],
        "stage=booked": ["李小龍", "Ann-Marie Smith"],
        "tag=data&q=ann": ["Ann Lee"],
        "tag=100%25": ["Ann Lee", "Zoë O'Connor-Łukasz"],
        "q=%25": [],
        "q=_": [],
        "q=nobody": [],
        "stage=nonsense&sort=nonsense": [
            "李小龍",
            "Ann-Marie Smith",
            "Ann Lee",
            "Zoë O'Connor-Łukasz",
        ],
    }.items():
        assert shown(coach_web.get(f"{LIST}?{query}")) == names, query


def test_long_lists_are_turned_by_a_cursor_and_nobody_is_missed(coach_web, meet) -> None:
    names = [f"Client {n:03}" for n in range(120)]
    meet(*names)
    assert everybody(coach_web, LIST) == names[::-1]
    assert everybody(coach_web, f"{LIST}?sort=name") == names
    assert everybody(coach_web, f"{LIST}?sort=name&q=client+1") == [
        name for name in names if "1" in name
    ]
    coach_web.get(LIST)
    coach_web.click("More →")
    assert shown(coach_web.click("← From the beginning")) == names[:-51:-1]


def test_by_name_nobody_is_missed_whatever_letters_a_name_begins_with(coach_web, meet) -> None:
    names = [f"{first}{n:02}" for first in ("Éa", "Ła", "Öz", "éb", "Ab") for n in range(25)]
    meet(*names)
    assert sorted(everybody(coach_web, f"{LIST}?sort=name")) == sorted(names)


@pytest.mark.parametrize("sort", ["name", "newest"])
def test_a_forged_cursor_is_the_first_page(coach_web, meet, sort: str) -> None:
    meet(*[f"Client {n:03}" for n in range(60)])
    first = shown(coach_web.get(f"{LIST}?sort={sort}"))
    good = coach_web.page.link("More →")
    assert "Client" not in good.partition("page=")[2], "opaque"
    for page in ("x", "2", "-1", "9" * 400, "%00", "%ed%a0%80", "a.b", "6131.x", good[-60:] + "x"):
        assert shown(coach_web.get(f"{LIST}?sort={sort}&page={page}")) == first


@only_sqlite
def test_a_cursor_of_one_order_is_survived_by_the_other(coach_web, meet) -> None:
    meet(*[f"Client {n:03}" for n in range(60)])
    coach_web.get(f"{LIST}?sort=name")
    other = coach_web.page.link("More →").replace("sort=name", "sort=newest")
    coach_web.get(other)


# ------------------------------------------------------------------------------------ one person


def test_a_client_moves_on_and_the_trace_is_kept(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    coach_web.get(f"{LIST}/1")
    coach_web.submit(stage="active", tags="data, Data,  big   city ,, finance")
    page = coach_web.follow()
    assert page.form().data()[1]["stage"] == "active"
    assert page.form().data()[1]["tags"] == "big city, data, finance"
    assert rows(app, "SELECT from_stage, to_stage, by FROM stage_change ORDER BY id") == [
        (None, "booked", "rule: booked"), ("booked", "active", "coach"),
    ]  # fmt: skip
    coach_web.submit(tags="Data")
    assert coach_web.follow().form().data()[1]["tags"] == "Data"
    assert rows(app, "SELECT count(*) FROM stage_change") == [(2,)]


@only_sqlite
def test_every_stage_of_the_house_is_offered(coach_web, web) -> None:
    book(web, TUESDAY_9)
    form = coach_web.get(f"{LIST}/1").form()
    assert form.choices("stage") == list(STAGES)
    assert list(STAGES) == [
        "enquiry", "booked", "consulted", "no-show", "cancelled", "deciding", "active", "paused",
        "placed", "alumni", "not-proceeding", "referred-on",
    ]  # fmt: skip


@only_sqlite
def test_what_is_no_stage_or_tag_is_refused_and_kept(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    token = coach_web.get(f"{LIST}/1").form().data()[1]["csrf_token"]
    before = dump(app)
    for sent in (
        {},
        {"stage": ""},
        {"stage": "king"},
        {"stage": "x" * 100_000},
        {"stage": "active", "tags": "x" * 601},
        {"stage": "active", "tags": "a\0b"},
        {"stage": "active", "tags": "a\nb"},
        {"stage": "active", "letters": "some"},
    ):
        page = coach_web.post(f"{LIST}/1", {**sent, "csrf_token": token}, status=422)
        assert page.has(".error-summary")
        assert len(page.html) < 150_000
    assert dump(app) == before


@only_sqlite
def test_who_wants_no_letters_stays_so_when_only_the_stage_is_sent(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    coach_web.get(f"{LIST}/1")
    coach_web.submit(letters="none")
    form = coach_web.follow().form()
    assert form.data()[1]["letters"] == "none"
    token = form.data()[1]["csrf_token"]
    coach_web.post(f"{LIST}/1", {"stage": "active", "tags": "", "csrf_token": token})
    assert coach_web.follow().form().data()[1]["letters"] == "none"


@only_sqlite
def test_what_is_not_on_the_form_is_ignored_s47(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    token = coach_web.get(f"{LIST}/1").form().data()[1]["csrf_token"]
    more = {"name": "Eve", "email": "eve@x.example", "coach_id": "2", "id": "9"}
    coach_web.post(f"{LIST}/1", {"stage": "active", "tags": "", "csrf_token": token, **more})
    assert rows(app, "SELECT id, coach_id, name, email FROM client") == [
        (1, 1, ANN["name"], ANN["email"])
    ]


IDS = ["2", "999999999", "0", "-1", "01", "1.0", "1e3", "99999999999999999999", "x", "%00", "١",  # noqa: RUF001
       "%ed%a0%80", "1%20", "1%27", "9" * 3000]  # fmt: skip


@only_sqlite
def test_a_foreign_or_impossible_id_is_not_found_s44(coach_web, web) -> None:
    book(web, TUESDAY_9)
    token = coach_web.get(f"{LIST}/1").form().data()[1]["csrf_token"]
    for id_ in IDS:
        for path in (f"{LIST}/{id_}", f"{LIST}/{id_}/notes/new", f"/coach/notes/{id_}"):
            coach_web.get(path, status=404)
            coach_web.post(path, {"csrf_token": token, "stage": "active"}, status=404)


@only_sqlite
def test_a_client_of_another_coach_is_not_found_s44(app, meet) -> None:
    meet("Ann Lee")
    with app.app_context():
        assert clients.get(db.session(), 1, 1).name == "Ann Lee"
        with pytest.raises(NotFound):
            clients.get(db.session(), 2, 1)


@only_sqlite
def test_no_query_is_a_bug_s32_s45(coach_web, meet) -> None:
    meet("Ann Lee", tags=("data",))
    values = ("%00", "%ed%a0%80", "%ff", "x" * 5000, "'", '"', "%5c", "%25%25", "[", "%0d%0a")
    for name in ("q", "stage", "tag", "sort", "page", "zzz"):
        for value in values:
            coach_web.get(f"{LIST}?{name}={value}&{name}=ann")
