"""A "no" to a person, with its sentence and status; a bug is an ordinary exception."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """What was asked for is not done; the page says why, that nothing changed, and what next.

    `status` is the HTTP status, `sentence` what happened, `what_next` what the reader can do;
    `by_phone` stands above the coach's number where a client reads it.
    """

    status = 409
    title = "That could not be done"
    sentence = "That could not be done, and nothing was changed."
    what_next = "Please go back and try again."
    by_phone = "Ring me, I will help"

    def __init__(self, sentence: str | None = None, *, what_next: str | None = None) -> None:
        self.sentence = sentence or self.sentence
        self.what_next = what_next or self.what_next
        super().__init__(self.sentence)


class NotFound(Refusal):
    """One and the same answer for what is unknown, expired, foreign or wrong."""

    status = 404
    title = "This page is not here"
    sentence = "There is nothing at this address, or the link is no longer good."
    what_next = "Please check the address, or use the newest link in your mail."


class TooMany(Refusal):
    """A limit is reached; `retry_after` is in seconds."""

    status = 429
    title = "Please wait a moment"

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        minutes = max(1, -(-retry_after // 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(sentence, what_next=f"Please try again in {minutes} {unit}.")
        self.retry_after = retry_after


class DatabaseBusy(Refusal):
    """The database could not be reached in time; nothing was changed."""

    status = 503
    title = "One moment, please"
    sentence = "We could not save this just now, and nothing was changed."
    what_next = (
        "Please try again in a minute. What you typed is still in the form when you go back."
    )
    retry_after = 5


class Collided(DatabaseBusy):
    """Two transactions stood in each other's way; the same again at once will most likely do."""
