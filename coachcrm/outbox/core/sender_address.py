"""What the address that letters come from means for whether they arrive. Pure.

Whoever receives a letter asks the domain of its From which servers may send for it (SPF, RFC 7208;
DKIM, RFC 6376; DMARC, RFC 7489). Free-mail providers name their own alone.
"""

import re
from dataclasses import dataclass

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class _Provider:
    """Where anybody gets an address: its domains, as a pattern, and the servers that send for them.

    A server's name is one of `servers` or ends with it; the first is the one to recommend.
    """

    domains: str
    servers: tuple[str, ...]

    def sends_through(self, server: str) -> bool:
        """Say whether a server is one of the provider's own."""
        return any(server == own or server.endswith(f".{own}") for own in self.servers)


_COUNTRY = r"(com|net|[a-z]{2}|com?\.[a-z]{2})"
_PROVIDERS = (
    _Provider(r"gmail\.com|googlemail\.com", ("smtp.gmail.com", "gmail.com", "googlemail.com")),
    _Provider(
        rf"(outlook|hotmail|live|msn)\.{_COUNTRY}",
        ("smtp-mail.outlook.com", "outlook.com", "office365.com", "hotmail.com", "live.com"),
    ),
    _Provider(
        rf"(yahoo|aol)\.{_COUNTRY}|ymail\.com|rocketmail\.com",
        ("smtp.mail.yahoo.com", "yahoo.com", "aol.com"),
    ),
    _Provider(r"icloud\.com|me\.com|mac\.com", ("smtp.mail.me.com", "me.com", "icloud.com")),
    _Provider(
        rf"gmx\.{_COUNTRY}|mail\.com|web\.de", ("mail.gmx.com", "gmx.com", "gmx.net", "web.de")
    ),
    # Proton's letters leave through a program on the sender's own machine.
    _Provider(r"proton\.me|protonmail\.com|pm\.me", ("smtp.protonmail.ch", *_LOOPBACK)),
    _Provider(r"zohomail\.(com|eu)|zoho\.com", ("smtp.zoho.com", "zoho.com", "zoho.eu")),
    _Provider(r"fastmail\.(com|fm)", ("smtp.fastmail.com", "fastmail.com", "messagingengine.com")),
    _Provider(r"btinternet\.com|btopenworld\.com", ("mail.btinternet.com", "btinternet.com")),
    _Provider(r"sky\.com", ("smtp.tools.sky.com", "sky.com")),
    _Provider(r"talktalk\.net", ("smtp.talktalk.net", "talktalk.net")),
    _Provider(
        r"virginmedia\.com|ntlworld\.com|blueyonder\.co\.uk",
        ("smtp.virginmedia.com", "virginmedia.com"),
    ),
)


def advice(*, sender: str, server: str, coach: str) -> list[str]:
    """Say what to know of letters that come from `sender` through `server`, a sentence for each.

    `coach` is the address to which they are answered, empty before there is a coach.
    """
    domain, provider = _domain(sender), _provider(sender)
    told = []
    if provider is None:
        told.append(
            f"Ask the provider of {domain} for SPF, DKIM and DMARC, by which others believe that "
            f"a letter is from {sender}."
        )
    elif not provider.sends_through(server.casefold()):
        told.append(
            f"Warning: {domain} lets its own servers alone send for it, so letters through "
            f"{server} are taken for forged; send through {provider.servers[0]}, or from an "
            "address of your own domain."
        )
    if not coach or coach.casefold() == sender.casefold():
        return told
    if _provider(coach) and _domain(coach) != domain:
        told.append(
            f"Warning: letters are answered to {coach}, and a free-mail address there costs points "
            "with spam filters; have an address of your own domain as yours."
        )
    return [
        *told, f"Answers and returned letters arrive at {sender}; have them forwarded to you."
    ]  # fmt: skip


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _provider(address: str) -> _Provider | None:
    domain = _domain(address)
    return next((each for each in _PROVIDERS if re.fullmatch(each.domains, domain)), None)
