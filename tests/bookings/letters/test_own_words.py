"""The coach puts his letters into his own words; the details, the links and the entry remain."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from coachcrm.bookings.letters.core.catalogue import KINDS
from tests.support.cast import (
    ANN,
    TUESDAY_9,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    dump,
    link_in,
    move,
    newest,
    rows,
    value,
)
from tests.support.ics import event, parse

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
CLIENT, SAM = "ann@client.example", "sam@practice.example"


def write(coach_web, name: str, *, button: str = "Save", status: int = 303, **fields: str):
    coach_web.get(f"/coach/letters/{name}")
    return coach_web.submit("form#words", button=button, fields=fields, status=status)


class _Words(HTMLParser):
    """The words of a letter's HTML, and whatever it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fetched: list[tuple[str, str]] = []
        self._skip = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self._skip += tag in {"title", "style"}
        self.fetched += [(tag, value) for name, value in attrs if name in {"src", "background"}]

    def handle_endtag(self, tag) -> None:
        self._skip -= tag in {"title", "style"}

    def handle_data(self, data) -> None:
        if not self._skip:
            self.words += data.split()


# --------------------------------------------------------------------------------- own words


@both_engines
def test_the_next_letter_uses_the_coach_s_words_and_keeps_the_facts(
    app, web, coach_web, mailbox
) -> None:
    write(
        coach_web, "confirmed",
        subject="See you on {day}", body="Dear {first_name},\n\nLovely: https://mine.example/tips.",
    )  # fmt: skip
    link = book(web)
    deliver(app)
    letter = newest(mailbox, CLIENT)
    assert letter["Subject"] == "See you on Tuesday 15 June"
    for body in (letter.text, letter.html):
        for said in ("Dear Ann,", "Lovely", "9:00 am", "UK time", "30 minutes", "I will ring you",
                     link):  # fmt: skip
            assert said in body
        assert "Your Free consultation" not in body
    assert 'href="https://mine.example/tips"' in letter.html
    assert event(letter.calendar).one("DTSTART").instant == at(TUESDAY_9)
    assert "“Free consultation” is booked." in newest(mailbox, SAM).text


@both_engines
def test_a_letter_goes_back_to_its_original_words(app, web, coach_web) -> None:
    original = coach_web.get("/coach/letters/confirmed").one("textarea").text()
    write(coach_web, "confirmed", subject="Mine", body="Mine.")
    coach_web.follow()
    assert coach_web.page.one("textarea").text().strip() == "Mine."
    coach_web.submit('form[action$="/reset"]')
    coach_web.follow()
    assert coach_web.page.one("textarea").text() == original
    assert value(app, "SELECT count(*) FROM letter_wording") == 0


def test_a_letter_put_back_stays_switched_off(app, coach_web) -> None:
    write(coach_web, "day_before", subject="Mine", body="Mine.", sent="no")
    coach_web.follow()
    coach_web.submit('form[action$="/reset"]')
    assert rows(app, "SELECT body, is_on FROM letter_wording") == [("", 0)]
    assert "Not sent" in coach_web.get("/coach/letters").text


@pytest.mark.parametrize(
    ("field", "words", "place"),
    [
        ("subject", "Hello {first_name}", "Line 1, character 7: there is no placeholder"),
        ("subject", "{whenn}", "Did you mean {when}?"),
        ("body", "Hello\n\nsee {nobody}", "Line 3, character 5: there is no placeholder {nobody}"),
        ("body", "Hello {first_name", "Line 1, character 7: a brace is opened and not closed"),
        ("body", "x {details}", "Line 1, character 3: {details} needs a line of its own"),
        ("body", "{again_link}", "there is no placeholder {again_link} here"),
        ("subject", "", "Please give the letter a subject."),
        ("body", "x" * 5001, "at most 5,000 characters"),
        ("subject", "a\u202eb", "one line of ordinary letters"),
        ("body", "a\0b", "cannot be kept"),
        # A line break as some programs write it: the letter would have it inside the braces.
        ("body", "Hello {first_name\u2028},", "Line 1, character 7: a brace is opened"),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_the_place(
    app, coach_web, field, words, place
) -> None:
    before = dump(app)
    page = write(coach_web, "confirmed", status=422, **{field: words})
    assert place in page.errors[field]
    assert dump(app) == before
    if field == "body" and not {"\0", "\u2028"} & set(words):
        assert page.one("textarea").text().strip() == words


def test_s29_jinja_and_format_strings_are_plain_text_or_refused(app, web, coach_web, mailbox):
    write(
        coach_web, "confirmed", subject="7*7 %s", body="{{{{ 7*7 }}}} {{% x %}} %(a)s <b>bold</b>"
    )
    book(web)
    deliver(app)
    letter = newest(mailbox, CLIENT)
    assert letter["Subject"] == "7*7 %s"
    assert "{{ 7*7 }} {% x %} %(a)s <b>bold</b>" in letter.text
    assert "49" not in letter.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in letter.html


# ------------------------------------------------------------------------ preview, test, page


def test_a_preview_shows_what_is_typed_and_keeps_nothing(app, coach_web) -> None:
    before = dump(app)
    page = write(
        coach_web, "moved", button="Show how it reads", status=200,
        subject="Now {when}", body="Hi {first_name}, not {old_when}",
    )  # fmt: skip
    assert "Now Tuesday 8 June 2027, 10:00 am (UK time)" in page.text
    assert "Hi Ann, not Monday 7 June 2027" in page.text
    assert page.one("textarea").text().strip() == "Hi {first_name}, not {old_when}"
    assert dump(app) == before


@pytest.mark.parametrize("name", KINDS)
def test_every_letter_has_a_page_a_preview_and_a_test_to_oneself(
    app, coach_web, mailbox, name
) -> None:
    page = coach_web.get(f"/coach/letters/{name}")
    assert KINDS[name].title in page.h1
    for place in KINDS[name].in_body:
        assert f"{{{place}}}" in page.text
    coach_web.submit('form[action$="/test"]')
    assert "on its way to you" in coach_web.follow().text
    deliver(app)
    [letter] = mailbox.letters
    assert letter.envelope_to == (SAM,)
    assert letter["Subject"].startswith("Test: ")
    assert "text/calendar" not in [part.get_content_type() for part in letter.walk()]


def test_an_unknown_letter_is_not_found(coach_web) -> None:
    for name in ("nothing", "again", "withdrawn"):
        coach_web.get(f"/coach/letters/{name}", status=404)


def test_what_was_typed_stays_when_the_form_token_is_refused(coach_web) -> None:
    coach_web.get("/coach/letters/confirmed")
    page = coach_web.submit(
        "form#words", fields={"body": "A long text.", "csrf_token": "x"}, status=400
    )
    assert page.one("textarea").text().strip() == "A long text."


# ------------------------------------------------------------------------------- by the coach


@pytest.mark.parametrize("act", ["confirmed", "moved", "cancelled"])
def test_what_the_coach_does_is_told_as_his_with_his_message(app, web, act) -> None:
    from tests.support.letters import words_of_change  # noqa: PLC0415

    book(web)
    told = words_of_change(app, act)
    theirs, mine = told
    if act != "confirmed":
        assert "I have had to" in theirs.text
        assert "I am sorry" in theirs.text
    assert "You have" in mine.text
    for letter in told:
        for body in (letter.text, letter.html):
            assert "My train" in body
            assert "is late." in body
            assert "Their reason" not in body


# ------------------------------------------------------------- what holds for every letter of all


@pytest.fixture
def everything(app, web, coach_web, mailbox, clock):
    """Have every kind of letter sent: the mail server then holds them all."""
    change(app, "UPDATE service SET cutoff_min = 0, notice_min = 0")
    for name in KINDS:
        coach_web.get(f"/coach/letters/{name}")
        coach_web.submit('form[action$="/test"]')
    link = book(web, message="I freeze.", topic="interview")
    move(web, link, TUESDAY_10)
    coach_web.get("/coach/bookings/1/letters")
    coach_web.submit('form[action$="/send-again"]')
    coach_web.get("/coach/bookings/1/letters")
    coach_web.submit('form[action$="/address"]', fields={"email": "ann@new.example"})
    cancel(web, link, reason="Found work")
    assert ANN
    deliver(app)
    return mailbox.letters


def test_text_and_html_say_the_same(everything) -> None:
    assert len(everything) == len(KINDS) + 11
    for letter in everything:
        text = re.sub(r"^> ", "", letter.text, flags=re.MULTILINE)
        shown = " ".join(_Words(letter.html).words).replace(" ,", ",").replace(" .", ".")
        for line in text.splitlines():
            words = " ".join(line.strip().strip("()").split()).removeprefix("- ")
            is_button = words.endswith(":") and "http" not in words
            if words and not is_button and not words.startswith("Your desk"):
                assert words in shown, (letter["Subject"], words, shown)


def test_no_letter_fetches_anything_or_follows_anybody(everything) -> None:
    for letter in everything:
        found = _Words(letter.html)
        assert found.fetched == [], letter["Subject"]
        assert "<img" not in letter.html
        assert "url(" not in letter.html
        links = set(re.findall(r'href="([^"]+)"', letter.html))
        for link in links:
            assert link.startswith(("http://127.0.0.1/", "tel:")), link
            assert "?" not in link


def test_no_letter_shows_an_unfilled_place_or_an_empty_line_too_many(everything) -> None:
    for letter in everything:
        for body in (letter["Subject"], letter.text):
            assert not re.search(r"[{}]|None|Undefined", body), letter["Subject"]
        assert "\n\n\n" not in letter.text
        assert letter.text.replace("\r\n", "\n") == letter.text.strip().replace("\r\n", "\n") + "\n"


def test_case_40_of_every_letter(everything) -> None:
    with_calendar = 0
    for letter in everything:
        kinds = [part.get_content_type() for part in letter.walk()]
        if "text/calendar" in kinds:
            with_calendar += 1
            for word in (b"VTIMEZONE", b"DURATION", b"METHOD:PUBLISH", b"TZID", b"VALARM"):
                assert word not in letter.calendar
            assert parse(letter.calendar).one("METHOD").value in {"REQUEST", "CANCEL"}
    assert with_calendar == 11
    assert link_in(next(x for x in everything if x.envelope_to == (CLIENT,)))


def test_case_13_markup_in_name_and_note_is_shown_as_text(app, web, mailbox) -> None:
    book(web, name="<b>Ann</b> <script>x</script>", message="<img src=https://evil.example/x>")
    deliver(app)
    for letter in mailbox.letters:
        assert "<script" not in letter.html
        assert "<img" not in letter.html
        assert _Words(letter.html).fetched == []
    mine = newest(mailbox, SAM)
    assert "&lt;img src=https://evil.example/x&gt;" in mine.html
    assert "&lt;script&gt;" in mine.html
    assert "<img src=https://evil.example/x>" in mine.text


def test_case_8_no_words_of_anybody_add_a_header_or_a_recipient(app, web, coach_web, mailbox):
    words = {
        "subject": "Hello\r\nBcc: x@evil.example",
        "body": "Hi\r\n\r\n.\r\nBcc: x@evil.example",
    }
    write(coach_web, "confirmed", status=422, **words)
    change(
        app,
        "INSERT INTO letter_wording (coach_id, name, subject, body, is_on) "
        "VALUES (1, 'confirmed', :subject, :body, true)",
        **words,
    )
    book(web)
    deliver(app)
    assert sorted(letter.envelope_to for letter in mailbox.letters) == [(CLIENT,), (SAM,)]
    letter = newest(mailbox, CLIENT)
    assert "Bcc" not in letter
    assert letter["Subject"] == "Hello Bcc: x@evil.example"
    assert "\r\n.\r\nBcc: x@evil.example" in letter.text.replace("\n", "\r\n").replace("\r\r", "\r")
