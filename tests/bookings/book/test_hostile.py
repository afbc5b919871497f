"""Whatever a stranger sends, wherever: an answer in words, no error of ours, and no way in."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest

from tests.support.cast import ANN, FREE, RAVI, TUESDAY_9, TUESDAY_10, book, deliver, dump, value
from tests.support.ics import event
from tests.support.pages import Page, problems

pytestmark = pytest.mark.usefixtures("coach")

HOSTILE: dict[str, bytes] = {
    "NUL": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "broken UTF-8": b"\xff\xfe\xc3",
    "100,000 characters": b"x" * 100_000,
    "right to left": "\u202egpj.exe\u2066".encode(),
    "header": b"x\r\nBcc: evil@evil.example",
    "encoded header": b"=?utf-8?q?x=0D=0ABcc:_evil=40evil.example?=",
    "alarm": b"x\r\nBEGIN:VALARM\r\nATTENDEE:mailto:evil@evil.example\r\nEND:VALARM",
    "event": b"END:VEVENT\nBEGIN:VEVENT\nATTENDEE:mailto:evil@evil.example",
    "line separator": "x\u2028ATTENDEE:mailto:evil@evil.example\u2029\x85".encode(),
    "lone dot": b"a\r\n.\r\nQUIT\r\n",
    "emoji": "🙂👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿".encode(),
    "huge number": b"9" * 4_000,
    "negative": b"-1",
    "script": b"<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": b"{{ 7*7 }}{% raw %}${7*7}",
    "SQL": b"'; DROP TABLE booking; --",
    "bom": "\ufeffAnn".encode(),
    "percent": b"%0d%0aSet-Cookie:%20x=1",
    "spaces": b"   ",
    "nothing": b"",
}
FIELDS = ("name", "email", "phone", "timezone", "topic", "interview_on", "message")
QUERIES = {
    "/": ("tz",),
    FREE: ("from", "tz"),
    f"{FREE}/{TUESDAY_9}": ("tz",),
    "/time-zones": ("service", "from", "q", "tz"),
    "/api/v1/services/free-consultation/slots": ("from", "to", "tz"),
    "/coach/sign-in": ("next",),
}
PATHS = (
    "/{}",
    "/book/{}",
    "/book/{}/20270615T080000Z",
    "/book/free-consultation/{}",
    "/booking/{}",
    "/booking/{}/cancel",
    "/booking/{}/reschedule",
    "/booking/{}/invite.ics",
    "/api/v1/services/{}/slots",
    "/set-up/{}",
    "/static/{}",
)
# What SQLite would keep and PostgreSQL would not: the rest is refused alike by both.
UNKEEPABLE = ("NUL", "huge number")
# What a stranger types comes back in the form; other tests see that no template shows.
ECHOED = "shows a piece of its template"
only_sqlite = pytest.mark.engines("sqlite")


def each_hostile(test):
    cases = [pytest.param(octets, id=name) for name, octets in HOSTILE.items()]
    return only_sqlite(pytest.mark.parametrize("octets", cases)(test))


def each_unkeepable(test):
    cases = [pytest.param(HOSTILE[name], id=name) for name in UNKEEPABLE]
    return pytest.mark.engines("postgresql")(pytest.mark.parametrize("octets", cases)(test))


class Stranger:
    """Sends octets as they are, and looks closely at every answer."""

    def __init__(self, web) -> None:
        self.web = web

    def send(self, method: str, url: str, fields: dict[str, bytes] | None = None) -> Page:
        body = b"&".join(
            name.encode() + b"=" + quote_from_bytes(octets).encode()
            for name, octets in (fields or {}).items()
        )
        path, _, query = url.partition("?")
        answer = self.web.client.open(
            path,
            method=method,
            query_string=query,
            data=body if fields is not None else None,
            content_type="application/x-www-form-urlencoded" if fields is not None else None,
            base_url=self.web.base_url,
        )
        page = Page(answer, self.web.base_url + path)
        assert page.status < 500, (method, url[:80], page.text)
        untidy = [each for each in problems(page) if each != ECHOED]
        assert untidy == [], (method, url[:80])
        assert "Bcc" not in page.headers
        assert "x=1" not in page.headers.get("Set-Cookie", "")
        return page


@pytest.fixture
def stranger(web) -> Stranger:
    return Stranger(web)


def encoded(fields: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in fields.items()}


def token_of(page) -> bytes:
    _, pairs = page.form().data()
    return pairs["csrf_token"].encode()


@each_hostile
def test_case_35_no_field_of_the_booking_form_lets_anything_through(
    app, web, stranger, mailbox, octets
) -> None:
    """Each field in turn holds the octets; what is booked goes out as two clean letters."""
    booked = try_every_field(web, stranger, octets)
    assert value(app, "SELECT count(*) FROM booking") == booked
    assert deliver(app) == 2 * booked
    check_letters(mailbox, booked)


@each_unkeepable
def test_what_a_database_cannot_take_is_refused_before_it_gets_there(
    app, web, stranger, octets
) -> None:
    booked = try_every_field(web, stranger, octets)
    assert value(app, "SELECT count(*) FROM booking") == booked


def try_every_field(web, stranger: Stranger, octets: bytes) -> int:
    starts = iter([f"202706{day}T{hour}0000Z" for day in range(14, 19) for hour in ("08", "13")])
    booked, url, token = 0, "", b""
    for field in (*FIELDS, "csrf_token", "keep", "unknown"):
        if not token:
            url = f"{FREE}/{next(starts)}"
            token = token_of(web.get(url))
        # Somebody new each time: one person has one consultation to come.
        person = encoded({**ANN, "email": f"ann{booked}@client.example"})
        page = stranger.send("POST", url, {**person, "csrf_token": token, field: octets})
        assert page.status in {200, 303, 400, 409, 422}, field
        if page.status == 303:
            booked, token = booked + 1, b""
            stranger.send("GET", page.location)
    return booked


def check_letters(mailbox, booked: int) -> None:
    assert len(mailbox.letters) == 2 * booked
    for letter in mailbox.letters:
        [recipient] = letter.envelope_to
        assert recipient.endswith(("@client.example", "@practice.example"))
        assert set(letter.keys()) == {
            *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version"),
            *("Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type"),
        }
        assert max(map(len, letter.octets.split(b"\r\n"))) <= 998
        found = event(letter.calendar)
        people = [attendee.value for attendee in found.all("ATTENDEE")]
        assert "mailto:evil@evil.example" not in people
        assert len(people) == 2
        assert letter["From"].addresses[0].addr_spec == "bookings@practice.example"
        assert "<script" not in letter.html
        assert "\0" not in letter.text + letter.html


@each_hostile
def test_no_query_and_no_path_is_an_error_of_ours(app, stranger, octets) -> None:
    quoted = quote_from_bytes(octets, safe="")
    before = dump(app)
    for url, names in QUERIES.items():
        for name in names:
            stranger.send("GET", f"{url}?{name}={quoted}")
    part = quote_from_bytes(octets[:3000], safe="")
    for path in PATHS if octets.strip() else ():
        stranger.send("GET", path.format(part))
    assert dump(app) == before


@each_hostile
def test_no_field_of_moving_or_cancelling_lets_anything_through(
    app, web, stranger, mailbox, octets
) -> None:
    token = try_every_change(app, web, stranger, octets)
    data = {"sequence": b"0", "reason": octets, "csrf_token": token}
    answer = stranger.send("POST", web.page.url.removeprefix(web.base_url), data)
    assert answer.status in {303, 422}
    sent = deliver(app)
    assert sent == (4 if answer.status == 303 else 2)
    for letter in mailbox.to("ann@client.example"):
        assert "evil" not in letter.text + letter.html


@each_unkeepable
def test_what_a_database_cannot_take_changes_no_booking(app, web, stranger, octets) -> None:
    try_every_change(app, web, stranger, octets)


def try_every_change(app, web, stranger: Stranger, octets: bytes) -> bytes:
    """Send the octets in every field but the reason; return a token of the page of cancelling."""
    link = book(web)
    form = {"start": TUESDAY_10, "sequence": "0"}
    for page, fields in (("reschedule", form), ("cancel", {"sequence": "0", "reason": "x"})):
        token = token_of(web.get(f"{link}/{page}"))
        for field in {*fields, "csrf_token"} - {"reason"}:
            data = {**encoded(fields), "csrf_token": token, field: octets}
            answer = stranger.send("POST", f"{link}/{page}", data)
            assert answer.status in {400, 409, 422}, (page, field)
        quoted = quote_from_bytes(octets, safe="")
        stranger.send("GET", f"{link}/{page}?from={quoted}&tz={quoted}")
    assert value(app, "SELECT sequence FROM booking") == 0
    return token


@only_sqlite
def test_many_fields_and_long_names_are_too_much_in_words(web, stranger) -> None:
    token = token_of(web.get(f"{FREE}/{TUESDAY_9}"))
    many = {f"f{n}": b"x" for n in range(5_000)}
    for fields in (many, {"n" * 100_000: b"x"}):
        page = stranger.send("POST", f"{FREE}/{TUESDAY_9}", {"csrf_token": token, **fields})
        assert page.status in {400, 413, 422}


@only_sqlite
def test_case_13_markup_in_name_and_note_is_shown_and_never_run(
    app, web, coach_web, mailbox
) -> None:
    nasty = "<b>Ann</b><script>alert(1)</script>"
    link = book(web, name=nasty, message=f"{nasty} & ${{7*7}}")
    deliver(app)
    for letter in mailbox.letters:
        assert "<script" not in letter.html
    for page in (web.get(link), coach_web.get("/coach/"), coach_web.get("/coach/clients")):
        assert not page.has("script:not([src])")
    assert nasty in coach_web.get("/coach/clients").text


@only_sqlite
def test_methods_that_a_page_does_not_take_change_nothing(app, web, stranger) -> None:
    link = book(web, answers=RAVI)
    before = dump(app)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        for url in (link, f"{link}/cancel", FREE, f"{FREE}/{TUESDAY_10}", "/"):
            assert stranger.send(method, url).status in {400, 405}
    assert stranger.send("POST", link, {}).status in {400, 405}
    assert dump(app) == before
