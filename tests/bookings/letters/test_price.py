"""What a paid service costs is said before it is booked, on its page and in its letters."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.kit.web.site import site
from tests.support.cast import (
    ANN,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    move,
    newest,
    value,
)

pytestmark = [pytest.mark.usefixtures("mailbox"), pytest.mark.engines("sqlite")]
CLIENT, SAM = "ann@client.example", "sam@practice.example"
PRACTICE = "/book/interview-practice"
PAY = "Please pay by bank transfer before we meet."
TELLS = f"The price is £85.50. {PAY}"


@pytest.fixture
def paid(coach_web) -> None:
    """Have a service on the front page that costs something."""
    coach_web.get("/coach/services/new")
    coach_web.submit(
        "form.service", name="Interview practice", audience="public", price="85.50", payment=PAY
    )


def take(web, start: str = TUESDAY_9) -> str:
    web.get(f"{PRACTICE}/{start}")
    web.submit(**ANN)
    return web.page.location


def work(app, clock) -> None:
    """Let the worker's job run once, as it does every half minute."""
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)


@pytest.mark.usefixtures("paid")
def test_the_price_stands_on_every_page_before_it_is_booked(web) -> None:
    assert "60 minutes by phone, £85.50." in web.get("/").text
    assert "60 minutes, £85.50" in web.get(PRACTICE).text
    form = web.get(f"{PRACTICE}/{TUESDAY_9}")
    assert TELLS in form.text
    assert form.all("main form button")[-1].text().strip().endswith(", for £85.50")
    assert TELLS in web.submit(status=422).text
    assert TELLS in web.get(take(web)).text
    for free in ("/book/free-consultation", f"/book/free-consultation/{TUESDAY_2PM}"):
        assert "£" not in web.get(free).text


@pytest.mark.usefixtures("paid")
@pytest.mark.engines("sqlite", "postgresql")
def test_the_letters_say_it_and_only_the_client_is_told_how_to_pay(app, web, mailbox) -> None:
    link = take(web)
    move(web, link, TUESDAY_10)
    deliver(app)
    for letter in mailbox.letters:
        for body in (letter.text, letter.html):
            assert "The price is £85.50." in body
            assert (PAY in body) is (letter.envelope_to == (CLIENT,))
        assert "£" not in letter["Subject"]
    cancel(web, link)
    deliver(app)
    for address in (CLIENT, SAM):
        assert "£" not in newest(mailbox, address).text


@pytest.mark.usefixtures("paid")
def test_what_is_booked_keeps_its_price(app, web, coach_web, mailbox, clock) -> None:
    link = take(web)
    coach_web.get("/coach/services/2")
    coach_web.submit("form.service", price="120", payment="Cash, please.")
    assert "The price is £85.50. Cash, please." in web.get(link).text
    assert "Interview practice, 60 minutes, £85.50" in coach_web.get("/coach/bookings/1").text
    deliver(app)
    clock.at("2027-06-14T08:00:00Z")
    work(app, clock)
    deliver(app)
    assert "The price is £85.50. Cash, please." in newest(mailbox, CLIENT).text
    clock.at(at(TUESDAY_9).replace(hour=7))
    work(app, clock)
    deliver(app)
    # Nobody is reminded of money an hour before.
    assert newest(mailbox, CLIENT)["Subject"].startswith("Soon")
    assert "£" not in newest(mailbox, CLIENT).text


def test_what_is_free_says_nothing_of_money(app, web, coach_web, mailbox) -> None:
    change(app, "UPDATE service SET payment = 'Please pay.'")
    link = book(web)
    deliver(app)
    for letter in mailbox.letters:
        assert "pay" not in letter.text
        assert "£" not in letter.text + letter.html
    assert "Please pay." not in web.get(link).text
    assert not coach_web.get("/coach/services/1").has("[name=payment]")
    assert value(app, "SELECT price_pence FROM booking") == 0
