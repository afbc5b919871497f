"""Whoever has forgotten his password gets a link by mail; a stranger learns and gets nothing."""

from __future__ import annotations

import re

import pytest

from coachcrm.app import make_worker
from coachcrm.auth.core.passwords import is_right
from coachcrm.auth.operations import letters, logins, reset_links
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock as kit_clock
from coachcrm.kit.web.site import site
from tests.support.cast import at_once, change, deliver, dump, newest, rows, value

SIGN_IN = "/coach/sign-in"
URL = "/coach/forgotten-password"
NEW = "a kettle sings at noon"
LINK = re.compile(r"http://[^/\s]+(/coach/new-password/[\w-]{43})")
STRANGER = "eve@elsewhere.example"
only_sqlite = pytest.mark.engines("sqlite")
limited = pytest.mark.settings(LIMITS="on")


def ask(web, email: str, *, status: int = 303):
    web.get(URL)
    return web.submit(email=email, status=status)


def work(app) -> int:
    """Let the worker answer what was asked, and send; return how many letters left."""
    with app.app_context():
        make_worker(app)._do_chores()
    return deliver(app)


def link_in(letter) -> str:
    [link] = {*LINK.findall(letter.text), *LINK.findall(letter.html)}
    return link


@pytest.fixture
def new_link(app, coach, visitor, mailbox):
    """Ask for a link, as the coach does, and read it in his mail."""

    def get() -> str:
        ask(visitor(), coach.email)
        assert work(app) == 1
        return link_in(newest(mailbox, coach.email))

    return get


def hash_now(app) -> str:
    return value(app, "SELECT password_hash FROM coach")


def signs_in(web, coach, password: str, *, status: int = 303) -> None:
    web.get(SIGN_IN)
    web.submit(email=coach.email, password=password, status=status)


# ------------------------------------------------------------------------------------- his way


@only_sqlite
def test_where_no_letter_can_leave_none_is_promised(coach, web) -> None:
    ask(web, coach.email)
    page = web.follow()
    assert page.h1 == "No letter can leave"
    assert "coachcrm coach password" in page.text
    assert "on its way" not in page.text


def test_the_coach_comes_back_by_a_link_in_a_letter_s10(
    app, coach, coach_web, web, visitor, mailbox
) -> None:
    web.get(SIGN_IN)
    web.click("I have forgotten my password")
    web.submit(email=f"  {coach.email.upper()} ")
    page = web.follow()
    assert page.h1 == "Look in your mail"
    assert "30 minutes" in page.text
    assert work(app) == 1
    letter = newest(mailbox, coach.email)
    assert letter["Subject"] == "Choose a new password"
    assert "good for 30 minutes and works once" in letter.text
    link = link_in(letter)
    # The old password is good until the new one is set.
    signs_in(visitor(), coach, coach.password)
    assert web.get(link).h1 == "Choose a new password"
    web.submit(password=NEW)
    assert web.page.location == f"{SIGN_IN}?changed="
    assert "Your new password is set" in web.follow().text
    assert is_right(hash_now(app), NEW)
    # It has signed in nobody, and everybody is out.
    assert rows(app, "SELECT 1 FROM login") == []
    coach_web.get("/coach/", status=303)
    web.submit(email=coach.email, password=coach.password, status=422)
    web.submit(email=coach.email, password=NEW)
    assert deliver(app) == 1
    assert newest(mailbox, coach.email)["Subject"] == "Your password was changed"


def test_a_link_sets_a_password_once_s10(app, coach, web, new_link) -> None:
    first, second = new_link(), new_link()
    web.get(first)
    form = web.page
    web.submit(password=NEW)
    set_ = hash_now(app)
    for link in (first, second):
        web.get(link, status=404)
    web.page = form
    web.submit(password="another one by the sea", status=404)
    assert hash_now(app) == set_


@pytest.mark.parametrize("how_many", [1, 6])
def test_links_that_are_used_at_once_set_one_password_s10(app, new_link, how_many: int) -> None:
    tokens = [new_link().rpartition("/")[2] for _ in range(how_many)]

    def use(n: int) -> None:
        token, now = tokens[n % how_many], kit_clock.now()
        with app.app_context():
            coach = reset_links.coach_of(db.session(), token, now=now)
            letter = letters.password_changed(site(), coach, now=now)
            with transaction() as session:
                reset_links.use(session, token, password_hash=f"{n}", letter=letter, now=now)

    given = at_once(*[lambda n=n: use(n) for n in range(6)])
    assert sorted(type(one).__name__ for one in given) == ["NoneType", *["NotFound"] * 5]
    assert hash_now(app) == str(given.index(None))
    assert value(app, "SELECT count(*) FROM outbox_message WHERE kind = 'password'") == 1


def test_a_link_is_good_for_half_an_hour_and_no_clock_revives_it_s10_r10(
    app, coach, web, clock, new_link
) -> None:
    link = new_link()
    clock.move(minutes=29, seconds=59)
    web.get(link)
    form = web.page
    clock.move(seconds=1)
    web.get(link, status=404)
    web.page = form
    web.submit(password=NEW, status=404)
    work(app)
    clock.move(hours=-1)
    web.get(link, status=404)
    assert is_right(hash_now(app), coach.password)
    assert rows(app, "SELECT 1 FROM reset_link") == []


def test_a_backup_that_is_put_back_brings_no_link_back(app, web, new_link) -> None:
    link = new_link()
    with app.app_context(), transaction() as session:
        logins.end_all_logins(session)
    web.get(link, status=404)


def test_what_nobody_answered_in_half_an_hour_is_forgotten(app, coach, web, clock) -> None:
    ask(web, coach.email)
    clock.move(minutes=30)
    assert work(app) == 0
    assert rows(app, "SELECT 1 FROM reset_request") == []


@only_sqlite
def test_looking_at_a_link_spends_nothing_and_tells_nobody_its_address_s13_s17(
    app, web, new_link
) -> None:
    link = new_link()
    before = dump(app)
    for _ in range(2):
        page = web.get(link)
        web.client.head(link, base_url="http://127.0.0.1")
    assert dump(app) == before
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_of_a_link_a_digest_is_kept_and_its_letter_is_emptied_s14(
    app, coach, coach_web, web, mailbox, new_link
) -> None:
    token = new_link().rpartition("/")[2]
    work(app)
    assert token not in repr(dump(app))
    assert rows(app, "SELECT kind, state, octets FROM outbox_message") == [("reset", "sent", b"")]
    mailbox.refuse(550, "not here")
    ask(web, coach.email)
    work(app)
    work(app)
    [(number, octets)] = rows(
        app, "SELECT id, octets FROM outbox_message WHERE state = 'failed' ORDER BY id"
    )
    assert octets == b""
    page = coach_web.get("/coach/mail?show=needs")
    assert "Link for a new password, to you" in page.text
    assert not page.has(f"form[action='/coach/mail/{number}/send-again']")
    token = page.all("[name=csrf_token]")[0].attributes["value"]
    page = coach_web.post(f"/coach/mail/{number}/send-again", {"csrf_token": token}, status=409)
    assert "no longer kept" in page.text


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "choose a password"), ("short", "at least 12"), ("Sam Carter 2027!", "leave your name")],
)
def test_a_weak_password_is_refused_and_the_link_stays_good_s2(
    app, coach, web, new_link, typed: str, said: str
) -> None:
    web.get(new_link())
    page = web.submit(password=typed, status=422)
    assert said in page.errors["password"]
    assert is_right(hash_now(app), coach.password)
    web.submit(password=NEW)


@only_sqlite
def test_without_our_form_no_password_is_set_s21(app, coach, web, new_link) -> None:
    link = new_link()
    for token in ("", "forged"):
        page = web.post(link, {"password": NEW, "csrf_token": token}, status=400)
        assert NEW not in page.html
    assert is_right(hash_now(app), coach.password)
    web.submit(password=NEW)


# ------------------------------------------------------------------------- a stranger gets nowhere


def test_a_stranger_gets_the_same_answer_and_no_letter_s5(app, coach, visitor, mailbox) -> None:
    seen, letters = [], 0
    for email in (coach.email, STRANGER.rjust(len(coach.email), "x")[-len(coach.email) :]):
        web = visitor()
        ask(web, email)
        answers = [web.page, web.follow()]
        seen.append([(page.status, page.octets, sorted(page.headers)) for page in answers])
        assert not web.page.headers.getlist("Set-Cookie")
        # What is written down is the same as well, but for the digest.
        [(digest,)] = rows(app, "SELECT account_digest FROM reset_request")
        assert email not in digest
        assert value(app, "SELECT count(*) FROM outbox_message") == letters
        letters += work(app)
        assert rows(app, "SELECT 1 FROM reset_request") == []
    assert seen[0] == seen[1]
    assert [letter["To"].addresses[0].addr_spec for letter in mailbox.letters] == [coach.email]


@only_sqlite
def test_before_there_is_a_coach_nobody_gets_a_link_s5(app, web) -> None:
    ask(web, "sam@practice.example")
    assert work(app) == 0
    assert rows(app, "SELECT 1 FROM reset_request") == []


@only_sqlite
@pytest.mark.parametrize(
    "email", ["", "sam", "sam@", "a@b.example\nBcc: x@y.example", "x" * 100_000, "a\0@b.example"]
)
def test_what_is_no_address_is_said_by_the_field_s32(app, coach, web, email: str) -> None:
    page = ask(web, email, status=422)
    assert list(page.errors) == ["email"]
    assert rows(app, "SELECT 1 FROM reset_request") == []


@only_sqlite
def test_an_expired_form_keeps_the_address(coach, web, clock) -> None:
    web.get(URL)
    clock.move(days=1, seconds=1)
    page = web.submit(email=coach.email, status=422)
    assert "more than a day" in page.text
    assert page.form().data()[1]["email"] == coach.email
    web.submit()


@limited
def test_nobody_fills_the_coachs_mailbox_or_takes_his_links_away_s4(
    app, coach, visitor, mailbox, clock
) -> None:
    sam = visitor()
    signs_in(sam, coach, coach.password)
    for n in range(5):
        stranger = visitor()
        stranger.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        page = ask(stranger, coach.email, status=303 if n < 3 else 429)
        work(app)
    assert page.headers["Retry-After"] == "1800"
    assert "link in the newest letter" in page.text
    assert len(mailbox.to(coach.email)) == 3
    # Each of the three is good, and his own browser can still ask.
    for letter in mailbox.to(coach.email):
        sam.get(link_in(letter))
    ask(sam, coach.email)
    clock.move(minutes=30)
    ask(visitor(), coach.email)


@limited
@only_sqlite
def test_a_stranger_is_slowed_in_asking_for_ever_other_addresses(coach, visitor) -> None:
    stranger = visitor()
    for n in range(10):
        ask(stranger, f"{n}@x.example")
    ask(stranger, "y@x.example", status=429)


@limited
@only_sqlite
def test_whoever_has_set_a_password_by_letter_is_not_slowed_by_guesses_s4(
    app, coach, visitor, mailbox
) -> None:
    for n in range(20):
        stranger = visitor()
        stranger.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        signs_in(stranger, coach, "y" * 2000, status=422)
    sam = visitor()
    signs_in(sam, coach, coach.password, status=429)
    ask(sam, coach.email)
    work(app)
    sam.get(link_in(newest(mailbox, coach.email)))
    sam.submit(password=NEW)
    signs_in(sam, coach, NEW)


def test_several_that_ask_at_once_get_one_letter(app, coach, visitor, mailbox) -> None:
    for _ in range(3):
        ask(visitor(), coach.email)

    def answer() -> None:
        with app.app_context():
            reset_links.answer(app.extensions["coachcrm.site"], now=kit_clock.now())

    assert at_once(answer, answer, answer) == [None] * 3
    assert work(app) == 1
    assert value(app, "SELECT count(*) FROM reset_link") == 1


@only_sqlite
def test_a_letter_that_cannot_leave_in_half_an_hour_is_dropped(
    app, coach, web, mailbox, clock
) -> None:
    mailbox.refuse(451, "later")
    ask(web, coach.email)
    assert work(app) == 0
    clock.move(minutes=30)
    mailbox.refuse(None)
    assert work(app) == 0
    assert rows(app, "SELECT state FROM outbox_message") == [("dropped",)]


@only_sqlite
@pytest.mark.settings(BASE_URL="http://book.example.org")
def test_over_plain_http_from_elsewhere_nobody_sets_a_password_s73(coach, web) -> None:
    for path in (URL, "/coach/new-password/x"):
        assert "https" in web.get(path, status=403).text
        web.post(path, {"email": coach.email, "password": NEW}, status=403)


@pytest.mark.parametrize("new", ["sam@new.example", "sam@bücher.example"])
def test_no_link_goes_to_an_address_that_is_the_coachs_no_more_s10(
    app, coach, visitor, mailbox, monkeypatch, new: str
) -> None:
    for email in (coach.email, new):
        ask(visitor(), email)
    compose = letters.reset_link

    def compose_while_the_address_changes(*told, **more):
        letter = compose(*told, **more)
        db.session.rollback()
        change(app, f"UPDATE coach SET email = '{new}'")
        return letter

    with monkeypatch.context() as patch:
        patch.setattr(letters, "reset_link", compose_while_the_address_changes)
        assert work(app) == 0
    # Nothing is lost by it: the new address has asked too.
    assert work(app) == 1
    letter = newest(mailbox, new.replace("bücher", "xn--bcher-kva"))
    visitor().get(link_in(letter))
    assert mailbox.to(coach.email) == []
    assert value(app, "SELECT count(*) FROM reset_link") == 1
