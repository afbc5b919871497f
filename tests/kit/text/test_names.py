"""Names that strangers give: which are kept whole, and what stands for those that are links."""

from __future__ import annotations

import pytest

from coachcrm.kit.text.names import holds_link, safe_name

ORDINARY = [
    "Ann Lee",
    "Zoë O'Connor-Łukasz",
    "李小龍 🙂",
    "محمد",
    "मोहन दास",
    'Lee, Ann: "MBA"; x',
    'Zoë "Z" O\'Brien; Dr., Ing. ^n \\ 🎯',
    "J. R. R. Tolkien",
    "J.R.R. Tolkien",
    "Ann Lee, Ph.D.",
    "Dr. Ann Lee",
    "Ann Lee 2nd",
    "Ann 12345",
    "Wei... Li",
    "x" * 120,
    "://"[:2],
]
LINKS = [
    "https://evil.example/x",
    "x://y",
    "HTTP://EVIL",
    "www.evil",
    "WWW.Evil",
    "Ann@evil",
    "\uff20evil",
    "evil.example",
    "See evil.example now",
    "EVIL.Example/path",
    "evil.co.uk",
    "web2.example",
    "пример.рф",
    "例え。テスト",
    "evil\uff0eexample",
    "e\u200bvil.\u2060ex\u00adample",
    "हिन्दी.भारत",
    "07400 123456",
    "+44 (0) 7-4-0-0-1-2",
    "٠١٢٣٤٥",
    "Ann 123456",
]


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_name_stays_whole(name) -> None:
    assert not holds_link(name)
    assert safe_name(name, "ann@client.example") == name


@pytest.mark.parametrize("name", LINKS)
def test_s64_a_name_that_is_a_link_gives_way_to_the_address_before_its_at_sign(name) -> None:
    assert holds_link(name)
    assert safe_name(name, "ann-lee_7@client.example") == "ann-lee_7"


@pytest.mark.parametrize(
    "address",
    ["evil.example@client.example", "www.x@client.example", "07400123456@client.example", "", "@x"],
)
def test_s64_where_the_address_is_no_better_a_visitor_has_booked(address) -> None:
    assert safe_name("https://evil.example", address) == "A visitor"
