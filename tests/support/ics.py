"""A reader of iCalendar that shares nothing with the writer: RFC 5545 by hand, and strict.

It refuses what calendar programs stumble over: lines that are too long, folds inside a character,
line ends that are not CR LF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

MOST_OCTETS = 75
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:,]*)')
_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}


@dataclass
class Property:
    """One line of a calendar: NAME;PARAMETER=…:value, the value still escaped."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property, as people read it."""
        return re.sub(r"\\[nN,;\\]", lambda found: _ESCAPES[found[0]], self.value)

    @property
    def instant(self) -> datetime:
        """The value of a time in UTC; AssertionError for any other kind of time."""
        assert not self.parameters, f"{self.name} has {self.parameters}"
        assert re.fullmatch(r"\d{8}T\d{6}Z", self.value), f"{self.name}: {self.value}"
        return datetime.strptime(self.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return every property of this name."""
        return [found for found in self.properties if found.name == name]

    def one(self, name: str) -> Property:
        """Return the one property of this name; AssertionError for none or several."""
        found = self.all(name)
        assert len(found) == 1, f"{len(found)} of {name} in {self.name}"
        return found[0]

    @property
    def names(self) -> set[str]:
        """The names of all properties, here and inside."""
        return {p.name for p in self.properties}.union(*(part.names for part in self.parts))


def lines(octets: bytes) -> list[str]:
    """Return the unfolded lines; AssertionError for octets that RFC 5545 3.1 does not allow."""
    assert octets.endswith(b"\r\n"), octets[-20:]
    found: list[str] = []
    for raw in octets[:-2].split(b"\r\n"):
        assert len(raw) <= MOST_OCTETS, f"{len(raw)} octets: {raw!r}"
        assert b"\n" not in raw, f"a bare line break: {raw!r}"
        assert b"\r" not in raw, f"a bare line break: {raw!r}"
        # Whoever unfolds octet by octet would not mind; whoever decodes line by line would.
        line = raw.decode("utf-8")
        if line.startswith((" ", "\t")):
            found[-1] += line[1:]
        else:
            found.append(line)
    return found


def parse(octets: bytes) -> Component:
    """Return the one object that the octets hold; AssertionError where anything is out of order."""
    whole = Component("")
    stack = [whole]
    for line in lines(octets):
        read = _property(line)
        if read.name == "BEGIN":
            stack.append(Component(read.value))
            stack[-2].parts.append(stack[-1])
        elif read.name == "END":
            assert stack.pop().name == read.value, line
        else:
            stack[-1].properties.append(read)
    assert stack == [whole], f"never ended: {stack[-1].name}"
    assert not whole.properties, whole.properties
    assert len(whole.parts) == 1, [part.name for part in whole.parts]
    return whole.parts[0]


def event(octets: bytes) -> Component:
    """Return the one VEVENT; AssertionError if there is anything beside it."""
    calendar = parse(octets)
    assert calendar.name == "VCALENDAR"
    assert [part.name for part in calendar.parts] == ["VEVENT"]
    assert calendar.parts[0].parts == []
    return calendar.parts[0]


def _property(line: str) -> Property:
    start = re.match(r"[A-Za-z0-9-]+", line)
    assert start, f"no property: {line!r}"
    parameters, place = {}, start.end()
    while found := _PARAMETER.match(line, place):
        assert found[1] not in parameters, f"{found[1]} twice: {line!r}"
        parameters[found[1]] = found[2].strip('"')
        place = found.end()
    assert line[place : place + 1] == ":", f"not a property: {line!r}"
    return Property(start[0], parameters, line[place + 1 :])
