"""One booking from the first page to the last letter, by what a client sees: pages and letters."""

from __future__ import annotations

import re

import pytest

from tests.support.cast import link_in
from tests.support.ics import event, parse
from tests.support.remote import answers, fetch, free_times

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
CLIENT, SAM = "client-1@client.example", "sam@practice.example"


def test_a_client_books_moves_and_cancels_by_the_links_in_the_letters(serve, mailbox) -> None:
    url = serve().url
    first, *_, other = free_times(url, days=9)

    page = fetch(url, f"/book/free-consultation/{first}")
    path = f"/book/free-consultation/{first}"
    booked = fetch(url, path, {**answers(1), "csrf_token": page.token})
    assert booked.status == 303
    mailbox.wait_for(2)

    link = link_in(mailbox.to(CLIENT)[0])
    assert link == booked.location
    page = fetch(url, f"{link}/reschedule")
    moved = {"start": other, "sequence": "0", "csrf_token": page.token}
    assert fetch(url, f"{link}/reschedule", moved).status == 303
    mailbox.wait_for(4)

    link = link_in(mailbox.to(CLIENT)[1])
    page = fetch(url, f"{link}/cancel")
    ended = {"sequence": "1", "reason": "I found work", "csrf_token": page.token}
    assert fetch(url, f"{link}/cancel", ended).status == 303
    mailbox.wait_for(6)

    for address in (CLIENT, SAM):
        letters = mailbox.to(address)
        events = [event(letter.calendar) for letter in letters]
        assert len({found.one("UID").value for found in events}) == 1
        assert [found.one("SEQUENCE").value for found in events] == ["0", "1", "2"]
        assert [found.one("DTSTART").value for found in events] == [first, other, other]
        methods = [parse(letter.calendar).one("METHOD").value for letter in letters]
        assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    assert re.search("<h1>Cancelled</h1>", fetch(url, link).body)
    again = re.search(r"http://[^/\s]+(/book/\S+)", mailbox.to(CLIENT)[2].text)
    assert again
    assert fetch(url, again[1]).status == 200
