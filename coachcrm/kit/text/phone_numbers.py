"""Telephone numbers: what somebody types may mean several, and each is said in one way. Pure.

A number is kept in its international form (E.164), and a country is the two letters of ISO 3166.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from coachcrm.kit.text.typed import is_one_line
from coachcrm.kit.time import countries

LONGEST = 40
# Ofcom keeps them for examples: they are rung by nobody, and so in no table of valid numbers.
# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
_FOR_EXAMPLES = re.compile(r"\+44(7700900|1632960)[0-9]{3}")
# What hardly anybody has at home or in a pocket, although it can be rung.
_OF_FIRMS = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.UAN,
    }
)
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that can be rung, and the country where it rings."""

    e164: str
    country: str


def country_of(phone: str, zone: str) -> str:
    """Return where somebody is at home: the country of the number, else of the zone, else none."""
    number = _parsed(phone, None)
    return (number and _country(number)) or countries.of_zone(zone) or ""


@lru_cache(maxsize=1024)
def readings(text: str, *, zone: str, home: str) -> tuple[Reading, ...]:
    """Return the numbers that can be meant, the likeliest first; none where it can be no number.

    With + it says itself where it rings. Else it is read in the country where the city of the
    visitor's `zone` lies, and, if it is no number there, in others that keep the same clocks; and
    in the coach's country, `home`. Those who type their own number mean the first, and yet two
    that differ are to be asked about. A number at a premium, of a firm or of a pager is meant only
    where there is no other.
    """
    if len(text) > LONGEST or not is_one_line(text):
        return ()
    if (number := _parsed(text, None)) is not None:
        return (_reading(number),) if _can_be_rung(number) else ()
    there = countries.of_zone(zone)
    found = _read(text, [there] if there else []) or _read(text, countries.with_clocks_of(zone))
    every = dict.fromkeys([*found, *_read(text, [home])])
    return tuple(each for each in every if _is_of_people(each)) or tuple(every)


def has_extension(text: str) -> bool:
    """Say whether more is to be dialled after the number, which is in no number that is kept."""
    # Any country will do to see where a number ends.
    number = _parsed(text, "GB")
    return number is not None and bool(number.extension)


@lru_cache(maxsize=1024)
def written(e164: str, country: str = "") -> str:
    """Return a number as people in a country write it: abroad with + and its country.

    Without a country it is written for everybody; what is no number comes back as it is.
    """
    number = _parsed(e164, None)
    if number is None:
        return e164
    if number.country_code == phonenumbers.country_code_for_region(country):
        return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return international(e164).replace("-", " ")


def spoken(e164: str, country: str = "") -> str:
    """Return the same in one piece."""
    return in_one_piece(written(e164, country))


def in_one_piece(number: str) -> str:
    """Return what is written with spaces so that no line break parts it."""
    return number.replace(" ", _NO_BREAK_SPACE)


def international(e164: str) -> str:
    """Return a number with + and its country, as calendars are told it."""
    number = _parsed(e164, None)
    if number is None:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _read(text: str, regions: Iterable[str]) -> list[Reading]:
    numbers = (_parsed(text, region) for region in regions)
    return [_reading(number) for number in numbers if number and _can_be_rung(number)]


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _can_be_rung(number: PhoneNumber) -> bool:
    return not number.extension and (
        phonenumbers.is_valid_number(number) or _FOR_EXAMPLES.fullmatch(_e164(number)) is not None
    )


def _is_of_people(reading: Reading) -> bool:
    number = phonenumbers.parse(reading.e164)
    return phonenumbers.number_type(number) not in _OF_FIRMS


def _reading(number: PhoneNumber) -> Reading:
    return Reading(_e164(number), _country(number))


def _country(number: PhoneNumber) -> str:
    # A number for examples has none of its own.
    exact = phonenumbers.region_code_for_number(number)
    return exact or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
