"""What is sent again is what the same question would get, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coachcrm.kit.time import clock as our_clock
from coachcrm.kit.web.ready import ASKED_BY, NEEDS_A_LOOK, SENT_AGAIN, ReadyAnswers, SendsAgain

MINUTE = timedelta(minutes=1)
DATE = ("Date", "Sat, 28 Nov 2026 12:00:00 GMT")
PLAIN = {"REQUEST_METHOD": "GET", "PATH_INFO": "/book/chat", "HTTP_HOST": "coach.example"}


class Shop:
    """An application that numbers its answers, each good for a minute of its version."""

    def __init__(self) -> None:
        self.version: object = 1
        self.keeps = True
        self.made = 0
        self.closed = 0
        kept = ReadyAnswers()
        self._ready = SendsAgain(self._answer, lambda: self.version, lambda: kept)

    def ask(self, **more: str) -> tuple[str, list[tuple[str, str]], bytes]:
        told = []
        answer = self._ready({**PLAIN, **more}, lambda *given: told.extend(given))
        octets = b"".join(answer)
        return told[0], told[1], octets

    def _answer(self, environ, start_response):
        self.made += 1
        start_response("200 OK", [("X-Made", str(self.made)), DATE])
        if self.keeps and self.version is not None:
            environ[SENT_AGAIN] = (self.version, our_clock.now() + MINUTE)
        return Body(self, [b"answer ", str(self.made).encode()])


class Body(list[bytes]):
    def __init__(self, shop: Shop, parts: list[bytes]) -> None:
        super().__init__(parts)
        self._shop = shop

    def close(self) -> None:
        self._shop.closed += 1


@pytest.fixture
def shop(clock) -> Shop:
    return Shop()


def test_the_same_question_gets_the_same_answer_with_its_headers(shop) -> None:
    first, again = shop.ask(), shop.ask()
    assert (shop.made, shop.closed) == (1, 1)
    assert first[2] == again[2] == b"answer 1"
    # The date is of the answer that is sent, and for the server to say.
    assert again[:2] == ("200 OK", [("X-Made", "1")])


def test_what_a_server_does_to_headers_is_not_kept(shop) -> None:
    shop.ask()
    shop.ask()[1].append(("Connection", "close"))
    assert shop.ask()[1] == [("X-Made", "1")]


def test_another_version_is_another_answer(shop) -> None:
    shop.ask()
    shop.version = 2
    assert [shop.ask()[2], shop.ask()[2]] == [b"answer 2", b"answer 2"]


def test_where_no_version_is_known_the_application_answers(shop) -> None:
    shop.ask()
    shop.version = None
    assert [shop.ask()[2], shop.ask()[2]] == [b"answer 2", b"answer 3"]


def test_an_answer_is_good_for_its_time(shop, clock) -> None:
    shop.ask()
    clock.move(seconds=59)
    assert shop.ask()[2] == b"answer 1"
    clock.move(seconds=2)
    assert shop.ask()[2] == b"answer 2"


def test_a_clock_that_was_set_back_makes_it_anew(shop, clock) -> None:
    shop.ask()
    clock.move(seconds=-30)
    assert [shop.ask()[2], shop.ask()[2]] == [b"answer 2", b"answer 2"]


@pytest.mark.parametrize("name", ASKED_BY)
def test_whatever_an_answer_depends_on_is_part_of_the_question(shop, name) -> None:
    shop.ask()
    assert shop.ask(**{name: "another"})[2] == b"answer 2"
    assert [shop.ask()[2], shop.ask(**{name: "another"})[2]] == [b"answer 1", b"answer 2"]


@pytest.mark.parametrize("name", sorted(NEEDS_A_LOOK))
def test_who_needs_a_look_gets_one(shop, name) -> None:
    shop.ask()
    assert shop.ask(**{name: "anything"})[2] == b"answer 2"
    # … and what they got is for nobody else.
    assert shop.ask()[2] == b"answer 1"


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_who_gets_is_sent_what_is_kept(shop, method) -> None:
    shop.ask(REQUEST_METHOD=method)
    assert shop.ask()[2] == b"answer 2"
    assert shop.ask(REQUEST_METHOD=method)[2] == b"answer 3"


def test_what_no_view_has_said_of_is_made_each_time(shop) -> None:
    shop.keeps = False
    assert [shop.ask()[2], shop.ask()[2]] == [b"answer 1", b"answer 2"]
