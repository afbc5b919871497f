"""What people type when they are asked where they are, and the zone that they mean by it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coachcrm.kit.text.cities import plain, world
from coachcrm.kit.text.city_search import MOST, Search, search, typed
from coachcrm.kit.time import zones

NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)


def find(text: str) -> Search:
    return search(text, now=NOW, near="Europe/London")


def row(text: str, number: int = 0) -> tuple[str, str, str]:
    """Return a place that is found, with brackets around what is marked."""
    found = find(text).found[number]
    marked = [
        f"{before}[{middle}]{after}" if middle else before
        for before, middle, after in (found.name, found.beside)
    ]
    return marked[0], marked[1], found.zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("London", "Europe/London"),
        ("manchester", "Europe/London"),
        ("Belfast", "Europe/London"),
        ("Zurich", "Europe/Zurich"),
        ("ZÜRICH", "Europe/Zurich"),
        ("Geneva", "Europe/Zurich"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Rio de Janeiro", "America/Sao_Paulo"),
        ("Bogota", "America/Bogota"),
        ("Krakow", "Europe/Warsaw"),
        ("Lodz", "Europe/Warsaw"),
        ("Malmo", "Europe/Stockholm"),
        ("Koeln", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("Aarhus", "Europe/Copenhagen"),
        ("Bombay", "Asia/Kolkata"),
        ("Bangalore", "Asia/Kolkata"),
        ("Beijing", "Asia/Shanghai"),
        ("Xi'an", "Asia/Shanghai"),
        ("Saigon", "Asia/Ho_Chi_Minh"),
        ("Hanoi", "Asia/Ho_Chi_Minh"),
        ("Osaka", "Asia/Tokyo"),
        ("Abu Dhabi", "Asia/Dubai"),
        ("Riyadh", "Asia/Riyadh"),
        ("Cape Town", "Africa/Johannesburg"),
        ("Addis", "Africa/Addis_Ababa"),
        ("New York", "America/New_York"),
        ("boston", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("Seattle", "America/Los_Angeles"),
        ("Houston", "America/Chicago"),
        ("St Johns", "America/St_Johns"),
        ("st. john's", "America/St_Johns"),
        ("Washington DC", "America/New_York"),
        ("washington", "America/New_York"),
        ("Montreal", "America/Toronto"),
        ("Melbourne", "Australia/Melbourne"),
        ("Wellington", "Pacific/Auckland"),
        ("Kiev", "Europe/Kyiv"),
        ("Port au Prince", "America/Port-au-Prince"),
        ("東京", "Asia/Tokyo"),
        ("Bali", "Asia/Makassar"),
        ("Tenerife", "Atlantic/Canary"),
        ("Azores", "Atlantic/Azores"),
    ],
)  # fmt: skip
def test_a_city_is_found_as_people_type_it(text, zone) -> None:
    found = find(text).found
    assert [place.zone for place in found[:1]] == [zone]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("UK", ("United Kingdom", "[UK], London", "Europe/London")),
        ("great britain", ("United Kingdom", "[Great Britain], London", "Europe/London")),
        ("UAE", ("United Arab Emirates", "[UAE], Abu Dhabi", "Asia/Dubai")),
        ("Holland", ("Netherlands", "[Holland], Amsterdam", "Europe/Amsterdam")),
        ("Korea", ("South Korea", "[Korea], Seoul", "Asia/Seoul")),
        ("Germany", ("[Germany]", "Berlin", "Europe/Berlin")),
        ("deutschland", ("Germany", "[Deutschland], Berlin", "Europe/Berlin")),
        ("turkiye", ("Turkey", "[Türkiye], Ankara", "Europe/Istanbul")),
        ("cote d'ivoire", ("Ivory Coast", "[Côte d'Ivoire], Yamoussoukro", "Africa/Abidjan")),
        ("czech republic", ("Czechia", "[Czech Republic], Prague", "Europe/Prague")),
        ("isle of man", ("[Isle of Man]", "Douglas", "Europe/Isle_of_Man")),
        ("singapore", ("[Singapore]", "", "Asia/Singapore")),
        ("jersey", ("[Jersey]", "Saint Helier", "Europe/Jersey")),
        ("kosovo", ("[Kosovo]", "Pristina", "Europe/Belgrade")),
        ("st lucia", ("[St Lucia]", "Castries", "America/St_Lucia")),
        ("utc", ("[UTC]", "", "UTC")),
    ],
)
def test_a_country_is_found_by_its_names(text, shown) -> None:
    assert row(text) == shown


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("USA", "New York, Los Angeles, Chicago, Phoenix, Denver, Honolulu, Anchorage, Adak"),
        ("america", "New York, Los Angeles, Chicago, Phoenix, Denver, Honolulu, Anchorage, Adak"),
        ("new zealand", "Auckland, Chatham Islands"),
        ("spain", "Madrid, Las Palmas"),
        ("portugal", "Lisbon, Ponta Delgada"),
        ("texas", "Houston, El Paso"),
        ("queensland", "Brisbane"),
    ],
)
def test_where_the_clocks_of_a_country_differ_each_is_shown_by_its_largest_city(
    text, cities
) -> None:
    found = find(text).found
    wanted = cities.split(", ")
    assert ["".join(place.name) for place in found[: len(wanted)]] == wanted
    assert len({zones.clock_of_year(place.zone, NOW) for place in found[: len(wanted)]}) == len(
        wanted
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("man", ("[Man]chester", "England, United Kingdom", "Europe/London")),
        ("zuri", ("[Züri]ch", "Switzerland", "Europe/Zurich")),
        ("fort st john", ("[Fort St. John]", "British Columbia, Canada", "America/Dawson_Creek")),
        ("koln", ("Cologne", "[Köln], Germany", "Europe/Berlin")),
        ("california", ("Los Angeles", "[California], United States", "America/Los_Angeles")),
        ("manchester, nh", ("[Manchester]", "New Hampshire, United States", "America/New_York")),
        ("birmingham alabama", ("[Birmingham]", "Alabama, United States", "America/Chicago")),
        ("london ontario", ("[London]", "Ontario, Canada", "America/Toronto")),
        ("paris france", ("[Paris]", "France", "Europe/Paris")),
    ],
)
def test_what_was_typed_is_marked_where_it_is_found(text, shown) -> None:
    assert row(text) == shown


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("EST", ["New York"]),
        ("edt", ["New York"]),
        ("PST", ["Los Angeles"]),
        ("MST", ["Denver", "Phoenix"]),
        ("CST", ["Chicago", "Shanghai"]),
        ("CET", ["Paris", "Berlin"]),
        ("CEST", ["Paris", "Berlin"]),
        ("EET", ["Athens"]),
        ("IST", ["Mumbai", "Dublin", "Jerusalem"]),
        ("BST", ["London"]),
        ("SAST", ["Johannesburg"]),
        ("GST", ["Dubai"]),
        ("SGT", ["Singapore"]),
        ("HKT", ["Hong Kong"]),
        ("JST", ["Tokyo"]),
        ("AEST", ["Sydney", "Brisbane"]),
        ("NZST", ["Auckland"]),
        ("GMT", ["UTC"]),
    ],
)
def test_the_short_name_of_a_time_gives_the_places_that_are_meant(text, cities) -> None:
    found = find(text).found
    assert ["".join(place.name) for place in found[: len(cities)]] == cities


def test_the_short_name_stands_beside_the_place() -> None:
    assert row("est") == ("New York", "[EST], United States", "America/New_York")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("scotland", "[Scotland]"),
        ("Scot", "[Scot]land"),
        ("wales", "[Wales]"),
        ("England", "[England]"),
        ("northern ireland", "[Northern Ireland]"),
    ],
)
def test_the_nations_of_the_kingdom_are_uk_time_under_their_own_names(text, name) -> None:
    assert row(text) == (name, "UK time", "Europe/London")


def test_a_country_of_several_clocks_says_which_country_it_is() -> None:
    assert row("usa", 1) == (
        "Los Angeles",
        "California, [USA]",
        "America/Los_Angeles",
    )
    assert row("australia", 2) == ("Perth", "Western Australia, [Australia]", "Australia/Perth")


def test_a_country_is_before_a_city_and_a_state_of_its_name() -> None:
    assert [row("georgia", number)[:2] for number in (0, 1)] == [
        ("[Georgia]", "Tbilisi"),
        ("Atlanta", "[Georgia], United States"),
    ]


def test_letters_inside_a_name_count_where_no_name_begins_with_them() -> None:
    assert all("usa" not in "".join(place.name) for place in find("usa").found)
    assert row("chesterf")[0] == "[Chesterf]ield"
    assert row("anbul")[0] == "Ist[anbul]"


def test_a_long_list_is_cut_and_says_so() -> None:
    assert (len(find("a").found), find("a").is_cut) == (MOST, True)
    assert not find("zurich").is_cut


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "'", '"><script>alert(1)</script>', "\0", "\ud800", "x" * 10_000, "%", "_", "\\",
        "(((((", "[a-z]", "🙂", "ß" * 60, "\u0130" * 60, "a b " * 15, "\u202eodnoL", "....", "st",
        "st st st", "-", "ﬁ", "\u0301", "a\u0301\u0301\u0301", "1" * 60,
    ],
    ids=lambda text: ascii(text[:16]),
)  # fmt: skip
def test_whatever_is_typed_is_only_not_found(text) -> None:
    result = find(text)
    assert len(result.found) <= MOST
    assert len(typed(text)) <= 60


def test_every_entry_leads_to_a_zone_of_the_present_and_is_found_by_its_own_name() -> None:
    known = set(zones.names())
    for entry in world().entries:
        assert entry.zone in known or entry.code == "XK", entry
        assert entry.name.strip() == entry.name
        assert entry.keys[0] == plain(entry.name)
        assert entry.keys[0], entry


def test_every_zone_that_could_be_chosen_before_is_led_to() -> None:
    """But for those of the southern ice and of islands where nobody lives."""
    nobody = {"Atlantic/South_Georgia", "Indian/Kerguelen", "Pacific/Midway", "Pacific/Wake"}
    chosen = {entry.zone for entry in world().entries} | {"UTC"}
    missing = {name for name in zones.names() if not name.startswith("Antarctica/")} - chosen
    assert missing == nobody


def test_the_list_has_the_largest_cities_and_no_more_than_a_page_can_carry() -> None:
    cities = [entry for entry in world().entries if not entry.is_country]
    assert len(cities) > 1500
    assert len(world().countries) > 230
    assert {"Tallinn", "Florence", "Bordeaux", "Porto", "Bath"} <= {city.name for city in cities}
