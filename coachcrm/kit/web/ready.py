"""Answers that are ready: kept whole, with their headers, and sent again before Flask is asked.

The same question gets the same answer as long as the version stands that it was made of: a view
whose answer depends on nothing else but the clock says so with `may_be_sent_again`.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from flask import request

from coachcrm.kit.time import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# All that a public answer may depend on, besides the version and the clock.
ASKED_BY = (
    "PATH_INFO",
    "QUERY_STRING",
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ORIGIN",
    "HTTP_IF_NONE_MATCH",
)
# Whoever brings one of these is looked at by the application itself.
NEEDS_A_LOOK = frozenset({
    "HTTP_COOKIE",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_RANGE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
})  # fmt: skip
SENT_AGAIN = "coachcrm.sent_again"
MOST = 192


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    octets: bytes
    version: Hashable
    since: datetime
    until: datetime


def may_be_sent_again(version: Hashable, until: datetime) -> None:
    """Say that the running request's answer is right for `version`, until that instant."""
    request.environ[SENT_AGAIN] = (version, until)


class ReadyAnswers:
    """The answers of one application by their questions; what was used least lately makes room."""

    def __init__(self) -> None:
        # The cache orders itself anew even when it is only read.
        self._lock = Lock()
        self._answers: LRUCache[Hashable, _Answer] = LRUCache(MOST)

    def get(self, question: Hashable) -> _Answer | None:
        """Return the answer that was kept last, whether it is good or not."""
        with self._lock:
            return self._answers.get(question)

    def keep(self, question: Hashable, answer: _Answer) -> None:
        """Keep an answer in the place of what was kept before."""
        with self._lock:
            self._answers[question] = answer


class SendsAgain:
    """Stands before an application, and sends what it has kept in `answers` as long as it is good.

    `version` asks for the present one, None if none is known.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        version: Callable[[], Hashable | None],
        answers: Callable[[], ReadyAnswers],
    ) -> None:
        self._app, self._version, self._answers = app, version, answers

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as kept, or let the application answer and keep what it says may be kept."""
        if environ["REQUEST_METHOD"] != "GET" or not NEEDS_A_LOOK.isdisjoint(environ):
            return self._app(environ, start_response)
        question = tuple(map(environ.get, ASKED_BY))
        found = self._found(question)
        if found is None:
            return self._made(question, environ, start_response)
        start_response(found.status, found.headers.copy())
        return (found.octets,)

    def _found(self, question: Hashable) -> _Answer | None:
        found = self._answers().get(question)
        # A clock that was set back makes it anew.
        if found is None or not found.since <= clock.now() <= found.until:
            return None
        return found if found.version == self._version() else None

    def _made(
        self, question: Hashable, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        since, told = clock.now(), list[Any]()

        def listen(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told[:] = status, headers
            return start_response(status, headers, *more)

        answer = self._app(environ, listen)
        if SENT_AGAIN not in environ:
            return answer
        octets = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        version, until = environ[SENT_AGAIN]
        status, headers = told
        # The server says the date of each answer itself.
        dateless = [(name, value) for name, value in headers if name != "Date"]
        kept = _Answer(status, dateless, octets, version, since, until)
        self._answers().keep(question, kept)
        return (octets,)
