"""Secrets are long, stored as digests, signed by purpose, and never raise at a stranger's text."""

from __future__ import annotations

import pytest

from coachcrm.kit.tokens import Signer, digest, random_token, same

OLD, NEW = "old-key-" * 5, "new-key-" * 5
STRANGE = ["", ".", "a", "a.", ".a", "a.b.c", "\0.\0", "\ud800.\ud800", "é.é", "x" * 100_000]


def test_tokens_are_32_random_bytes_and_never_the_same_s14() -> None:
    tokens = {random_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)


def test_a_digest_does_not_tell_the_token_s14() -> None:
    token = random_token()
    assert len(digest(token)) == 64
    assert token not in digest(token)


def test_a_signed_text_comes_back() -> None:
    signer = Signer((NEW,), "form")
    assert signer.text_of(signer.sign("a.b c")) == "a.b c"


@pytest.mark.parametrize("signed", STRANGE)
def test_a_strangers_text_is_refused_quietly(signed: str) -> None:
    assert Signer((NEW,), "form").text_of(signed) is None


def test_each_letter_of_a_signature_counts() -> None:
    signer = Signer((NEW,), "form")
    signed = signer.sign("text")
    for place in range(len(signed)):
        other = "A" if signed[place] != "A" else "B"
        assert signer.text_of(signed[:place] + other + signed[place + 1 :]) is None


def test_a_signature_for_one_purpose_is_worth_nothing_for_another_s68() -> None:
    assert Signer((NEW,), "form").text_of(Signer((NEW,), "booking link").sign("text")) is None


def test_after_a_change_of_keys_old_signatures_are_good_and_new_ones_new_s68() -> None:
    old, both, new = Signer((OLD,), "form"), Signer((NEW, OLD), "form"), Signer((NEW,), "form")
    assert both.text_of(old.sign("text")) == "text"
    assert new.text_of(both.sign("text")) == "text"
    assert new.text_of(old.sign("text")) is None


@pytest.mark.parametrize("text", STRANGE)
def test_comparing_takes_any_text(text: str) -> None:
    assert same(text, text)
    assert not same(text, text + "x")
    digest(text)


@pytest.mark.parametrize(
    ("purpose", "text", "signature"),
    [
        ("booking link", "3f1c0d5e-7a52", "pnS2TgXiNXVJeAVyMrm-4TvldkXjiDMMKrYbvYfaMBk"),
        ("form", "anyone 1811836800-k3J_x-9a", "b6Ckp7YDzgjxrinQ7SW1_stQtplzxWDVcmLOmJGiRtA"),
        ("cursor", "\ud800é", "dmpofftztbpia7YUT8Jg3MDB_CwLaXfDrYdFZXBGRrk"),
    ],
)
def test_what_was_signed_years_ago_is_good_to_the_octet_s14(
    purpose: str, text: str, signature: str
) -> None:
    signer = Signer((OLD,), purpose)
    assert signer.sign(text) == f"{text}.{signature}"
    assert Signer((NEW, OLD), purpose).text_of(f"{text}.{signature}") == text


@pytest.mark.parametrize("other", ["=", "é", "\n", "+", "A"])
def test_a_signature_has_one_spelling(other: str) -> None:
    signer = Signer((NEW,), "form")
    signed = signer.sign("text")
    assert signer.text_of(signed + other) is None
    assert signer.text_of(f"{signed[:-1]}{chr(ord(signed[-1]) + 1)}") is None
