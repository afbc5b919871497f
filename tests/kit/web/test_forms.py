"""Forms parse and nothing else; what is wrong with a field is said in words."""

from __future__ import annotations

from types import SimpleNamespace

import flask
import pytest
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField, ValidationError

from coachcrm.kit.web.forms import (
    Form,
    ManyLines,
    OneLine,
    Required,
    is_mail_address,
    stripped,
    unix_lines,
)


class Card(Form):
    name = StringField("Name", [Required("Who are you?"), OneLine(5)], [stripped])
    words = TextAreaField("Words", [ManyLines(8)], [stripped, unix_lines])


@pytest.fixture
def sent():
    """Give the form as a request brings it."""
    app = flask.Flask(__name__)
    app.secret_key = "unused"

    def send(body: object, **more) -> Card:
        more.setdefault("method", "POST")
        with app.test_request_context("/?name=Query", data=body, **more):
            return Card()

    return send


def test_the_first_of_repeated_fields_counts(sent) -> None:
    assert sent(MultiDict([("name", "Ann"), ("name", "Eve")])).name.data == "Ann"


def test_only_the_body_is_read_s22(sent) -> None:
    assert sent({}).name.data in {None, ""}
    assert sent({"name": "Ann"}, method="PUT").name.data in {None, ""}
    json = sent('{"name": "Eve"}', content_type="application/json")
    assert json.name.data in {None, ""}


def test_fields_that_are_not_listed_are_ignored_s47(sent) -> None:
    form = sent({"name": "Ann", "status": "confirmed", "coach_id": "2"})
    assert set(form.data) == {"name", "words"}


def test_a_missing_field_is_an_empty_one(sent) -> None:
    form = sent({})
    assert not form.was_sent_well()
    assert form.errors == {"name": ["Who are you?"]}


def test_what_is_too_long_is_counted_in_the_sentence(sent) -> None:
    form = sent({"name": "Ottoline", "words": "a\r\nb" * 3})
    assert not form.was_sent_well()
    assert "at most 5 characters; this has 8" in form.errors["name"][0]
    assert "at most 8 characters; this has 9" in form.errors["words"][0]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
@pytest.mark.parametrize("rule", [OneLine(9), ManyLines(9)])
def test_what_no_database_takes_is_refused_s32(rule, text: str) -> None:
    with pytest.raises(ValidationError):
        rule(None, SimpleNamespace(data=text))


@pytest.mark.parametrize(
    "address", ["ann@example.org", "ann+x@sub.example.co.uk", "a@xn--bcher-kva.example", "o'n@x.ie"]
)
def test_an_ordinary_address_is_taken(address: str) -> None:
    assert is_mail_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@", "ann@", "@example.org", "ann@example", "a b@example.org", "ann@exa mple.org",
     "ann@example.org\nBcc: all@example.org", "ännä@example.org", "ann@[127.0.0.1]",
     "ann@example.org, eve@example.org", "<ann@example.org>", "\0@example.org", "a" * 100_000,
     "\ud800@example.org", '"a b"@example.org'],
)  # fmt: skip
def test_anything_else_is_no_address_s33(address: str) -> None:
    assert not is_mail_address(address)
