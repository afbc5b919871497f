"""Every setting of coachcrm, named once, typed, with its default; read once at the start.

A setting that is missing or wrong stops the start with one sentence that names it, as a
`SettingsError`.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "COACHCRM_"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_KEY = 32
FEWEST_CHARACTERS = 8  # different ones
KNOWN_KEYS = frozenset({"changeme", "secret", "dev", "development", "password", "test"})


class SettingsError(Exception):
    """A sentence that names the setting and says what it should be."""


@dataclass(frozen=True)
class MailSettings:
    """How letters leave. `server` None: they are kept as files under the instance folder."""

    server: str | None
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    use_ssl: bool
    sender: str
    timeout: float  # seconds for each step of the conversation


@dataclass(frozen=True)
class Settings:
    """The whole configuration. `secret_keys` holds the present key first, then older ones.

    `key_file` is where the key lies, or None where it comes from the environment.
    """

    database_url: str
    instance: Path
    secret_keys: tuple[str, ...]
    base_url: str
    base_url_is_set: bool
    trusted_proxies: int
    limits: bool
    mail: MailSettings
    api_origins: tuple[str, ...] = ()
    key_file: Path | None = None


def load(
    environ: Mapping[str, str],
    *,
    port: int = 8000,
    home: Path | None = None,
    makes_key: bool = True,
) -> Settings:
    """Read the settings from `environ`; make the instance folder and the secret key if needed.

    `port` completes the address where COACHCRM_BASE_URL is unset; `home` is where the instance
    folder lies unless COACHCRM_INSTANCE says otherwise. Unless it `makes_key`, a key that is
    missing stays so, and `secret_keys` is empty (see `with_key`). Raises `SettingsError`.
    """
    get = _Reader(environ)
    instance = _instance(get, home or Path.cwd())
    base_url = _base_url(get, port)
    key_file = instance / "secret_key" if get("SECRET_KEY") is None else None
    settings = Settings(
        database_url=_database_url(get, instance),
        instance=instance,
        secret_keys=_present_keys(get, key_file),
        base_url=base_url,
        base_url_is_set=get("BASE_URL") is not None,
        trusted_proxies=get.number("TRUSTED_PROXIES", default=0, least=0, most=10),
        limits=get.choice("LIMITS", {"on": True, "off": False}, default=True),
        mail=_mail(get, base_url),
        api_origins=_origins(get),
        key_file=key_file,
    )
    return with_key(settings) if makes_key else settings


def with_key(settings: Settings) -> Settings:
    """Return `settings` with a secret key: made now, and kept, where there is none yet.

    Raises `SettingsError`.
    """
    if settings.secret_keys or settings.key_file is None:
        return settings
    try:
        _make_key(settings.key_file)
    except OSError as error:
        raise SettingsError(
            f"The secret key in {settings.key_file} cannot be made ({error.strerror})."
        ) from error
    return replace(settings, secret_keys=_keys_in_file(settings.key_file))


def is_easy_to_guess(key: str) -> bool:
    """Say whether a secret key is short, well known, or of hardly any different characters."""
    return len(key) < SHORTEST_KEY or key.lower() in KNOWN_KEYS or len(set(key)) < FEWEST_CHARACTERS


class _Reader:
    """Reads one variable at a time and complains by its full name."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __call__(self, name: str) -> str | None:
        value = self._environ.get(PREFIX + name, "").strip()
        if "\0" in value or "\n" in value:
            raise SettingsError(f"{PREFIX}{name} must be a single line.")
        return value or None

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        text = self(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise SettingsError(
                f"{PREFIX}{name} must be a whole number from {least} to {most}, not {text!r}."
            )
        return int(text)

    def choice(self, name: str, choices: Mapping[str, bool], *, default: bool) -> bool:
        text = self(name)
        if text is None:
            return default
        if text.lower() not in choices:
            wanted = " or ".join(choices)
            raise SettingsError(f"{PREFIX}{name} must be {wanted}, not {text!r}.")
        return choices[text.lower()]


def _instance(get: _Reader, home: Path) -> Path:
    try:
        instance = Path(get("INSTANCE") or home / "instance").expanduser().absolute()
    except RuntimeError as error:
        raise SettingsError(f"{PREFIX}INSTANCE: there is no such user's folder.") from error
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}INSTANCE: the folder {instance} cannot be made ({error.strerror})."
        ) from error
    if not os.access(instance, os.W_OK | os.X_OK):
        raise SettingsError(f"{PREFIX}INSTANCE: the folder {instance} cannot be written to.")
    return instance


def _database_url(get: _Reader, instance: Path) -> str:
    url = get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{instance / 'coachcrm.sqlite3'}"
    scheme, _, rest = url.partition("://")
    # The bare schemes would pick another driver than the one that is installed.
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        try:
            _ = urlsplit(url).port
        except ValueError as error:
            raise SettingsError(
                f"{PREFIX}DATABASE_URL: the host or port in it cannot be read ({error})."
            ) from error
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and rest != "/:memory:":
        return url
    raise SettingsError(
        f"{PREFIX}DATABASE_URL must begin with postgresql:// or be sqlite:/// and a file's path."
    )


def _present_keys(get: _Reader, key_file: Path | None) -> tuple[str, ...]:
    """Return the keys that there are; none where the file is still to be made."""
    if key_file is None:
        return _checked_keys(get("SECRET_KEY") or "", f"{PREFIX}SECRET_KEY")
    return _keys_in_file(key_file) if os.path.lexists(key_file) else ()


def _keys_in_file(path: Path) -> tuple[str, ...]:
    source = f"The secret key in {path}"
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{source} cannot be read ({error}).") from error
    return _checked_keys(text, source)


def _checked_keys(text: str, source: str) -> tuple[str, ...]:
    keys = tuple(text.split())
    if not keys:
        raise SettingsError(
            f"{source} is empty; put back the one that was there, or take the file away and put "
            "back a backup."
        )
    if any(map(is_easy_to_guess, keys)):
        raise SettingsError(
            f"{source} is too easy to guess: it must be at least {SHORTEST_KEY} random characters."
        )
    return keys


def _make_key(path: Path) -> None:
    """Make the key file; it is made whole before it appears, never half."""
    draft = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first; its key is as good.
    finally:
        draft.unlink()


def _origins(get: _Reader) -> tuple[str, ...]:
    """Return the coach's own sites, whose pages may read the free times by script."""
    found = []
    for origin in (get("API_ORIGINS") or "").split():
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", origin):
            raise SettingsError(
                f"{PREFIX}API_ORIGINS must be addresses without a path, such as "
                f"https://www.example.org, with spaces between them, not {origin!r}."
            )
        found.append(origin.lower())
    return tuple(found)


def _base_url(get: _Reader, port: int) -> str:
    url = (get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    try:
        parts = urlsplit(url)
        fine = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and not (parts.path or parts.query or parts.fragment or parts.username)
            and (parts.port is None or parts.port > 0)
            and re.fullmatch(r"[A-Za-z0-9.:\-\[\]]+", parts.netloc) is not None
        )
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError(
            f"{PREFIX}BASE_URL must look like https://book.example.org, "
            f"without a path, not {url!r}."
        )
    return url


def _mail(get: _Reader, base_url: str) -> MailSettings:
    server, sender = get("MAIL_SERVER"), get("MAIL_SENDER")
    if server is not None and sender is None:
        raise SettingsError(
            f"{PREFIX}MAIL_SENDER is missing: "
            "with a mail server, say which address letters come from."
        )
    use_tls = get.choice("MAIL_USE_TLS", _YES_NO, default=False)
    use_ssl = get.choice("MAIL_USE_SSL", _YES_NO, default=False)
    if use_tls and use_ssl:
        raise SettingsError(
            f"{PREFIX}MAIL_USE_TLS and {PREFIX}MAIL_USE_SSL are both on: choose one "
            "(TLS for port 587, SSL for port 465)."
        )
    if sender is not None and not re.fullmatch(r"[!-?A-~]+@[^\s@<>,;:\"\\]+", sender):
        raise SettingsError(
            f"{PREFIX}MAIL_SENDER must be one plain e-mail address, not {sender!r}."
        )
    try:
        (sender or "").rpartition("@")[2].encode("idna")
    except UnicodeError as error:
        raise SettingsError(
            f"{PREFIX}MAIL_SENDER: no mail server can have the name after the @ in {sender!r}."
        ) from error
    username, password = get("MAIL_USERNAME"), get("MAIL_PASSWORD")
    if not f"{username}{password}".isascii():
        raise SettingsError(
            f"{PREFIX}MAIL_USERNAME and {PREFIX}MAIL_PASSWORD must be plain ASCII characters."
        )
    if (username is None) != (password is None):
        missing = "MAIL_PASSWORD" if password is None else "MAIL_USERNAME"
        raise SettingsError(
            f"{PREFIX}{missing} is missing: a user name and a password go together."
        )
    default_port = 465 if use_ssl else 587 if use_tls else 25
    return MailSettings(
        server=server,
        port=get.number("MAIL_PORT", default=default_port, least=1, most=65535),
        username=username,
        password=password,
        use_tls=use_tls,
        use_ssl=use_ssl,
        sender=sender or f"bookings@{_mail_domain(base_url)}",
        timeout=float(get.number("MAIL_TIMEOUT", default=20, least=1, most=600)),
    )


_YES_NO = {
    "on": True, "off": False, "true": True, "false": False,
    "yes": True, "no": False, "1": True, "0": False,
}  # fmt: skip


def _mail_domain(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    numeric = ":" in host or host.replace(".", "").isdigit()
    return "localhost.invalid" if host in LOOPBACK_NAMES or numeric else host
