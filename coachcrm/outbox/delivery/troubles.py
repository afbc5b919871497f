"""What is wrong with the mail server, in sentences that the coach can read to whoever helps him."""

import smtplib
import socket
import ssl

MOST_WORDS = 200
# The first that fits counts.
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "The mail server's name is not known."),
    (TimeoutError, "The mail server did not answer in time."),
    (ConnectionError, "The mail server could not be reached, or hung up."),
    (smtplib.SMTPServerDisconnected, "The mail server could not be reached, or hung up."),
)


def in_words(error: Exception) -> str:
    """Say in a sentence why a letter did not leave, or why there was no conversation."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal_in_words(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The mail server's certificate is not good: {error.verify_message}."
    # smtplib tells a silence in mid-conversation as a lost connection.
    cause = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    for kind, sentence in _KINDS:
        if isinstance(cause, kind):
            return sentence
    return f"{type(error).__name__}: {error}"[:300]


def answer_in_words(code: int, words: bytes | str) -> str:
    """Say what the mail server answered."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"The mail server said {code}: {' '.join(text.split())[:MOST_WORDS]}"


def _refusal_in_words(error: smtplib.SMTPResponseException) -> str:
    answer = answer_in_words(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server did not accept the user name and password ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"The mail server does not take letters from {error.sender}. {answer}"
    return answer
