"""Every setting is read once; a missing or broken one stops the start with one sentence."""

from __future__ import annotations

import stat
import threading

import pytest

from coachcrm.kit.resources import load_config
from coachcrm.kit.web.site import LOOPBACK_NAMES

config = load_config()
GOOD_KEY = "0123456789-abcdefghijklmnop-QRSTUV"


@pytest.fixture
def load(tmp_path):
    """Read settings from `NAME=value` without the prefix."""

    def read(**values: str):
        environ = {"COACHCRM_INSTANCE": str(tmp_path / "instance")}
        environ |= {f"COACHCRM_{name}": value for name, value in values.items()}
        return config.load(environ)

    return read


def test_without_any_setting_everything_has_its_default(tmp_path) -> None:
    settings = config.load({}, port=8765, home=tmp_path)
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/coachcrm.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8765"
    assert not settings.base_url_is_set
    assert settings.trusted_proxies == 0
    assert settings.limits
    assert settings.mail.server is None
    assert settings.mail.sender == "bookings@localhost.invalid"
    assert settings.mail.timeout > 0


BROKEN = {
    "BASE_URL": [
        "book.example.org", "ftp://book.example.org", "http://", "https://book.example.org/shop",
        "https://book.example.org?a=1", "https://a b", "https://[::1", "https://x:99999",
        "https://user@book.example.org", "https://book.example.org\nX: y", "https://x:port",
    ],
    "DATABASE_URL": [
        "mysql://root@127.0.0.1/coach", "sqlite://", "sqlite:///", "sqlite:///:memory:",
        "sqlite:relative.db", "postgres://", "coach.db", "postgresql+asyncpg://a/b",
    ],
    "SECRET_KEY": [
        "changeme", "short", "a" * 64, "password" * 8, "abababababababababababababababababababab",
        f"{GOOD_KEY} changeme",
    ],
    "TRUSTED_PROXIES": ["-1", "many", "11", "1.5", "9999999999", "²"],
    "LIMITS": ["maybe", "0", "none"],
    "MAIL_PORT": ["0", "65536", "smtp", "-25"],
    "MAIL_TIMEOUT": ["0", "601", "soon", "1e3"],
    "MAIL_USE_TLS": ["perhaps", "2"],
    "MAIL_USE_SSL": ["perhaps"],
    "MAIL_SENDER": [
        "nobody", "a@b@c", "Sam <sam@practice.example>", "a b@c.example", "a@b.example,c@d.example",
        "sam@practice.example\nBcc: all@practice.example", "ré@practice.example",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BROKEN.items() for value in values]
)
def test_a_broken_setting_is_named_in_one_sentence(load, name: str, value: str) -> None:
    with pytest.raises(config.SettingsError) as told:
        load(**{name: value})
    sentence = str(told.value)
    assert f"COACHCRM_{name}" in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    if name in {"SECRET_KEY", "MAIL_PASSWORD"}:
        assert value not in sentence


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MAIL_SERVER": "mail.example"}, "MAIL_SENDER"),
        ({"MAIL_USE_TLS": "on", "MAIL_USE_SSL": "on"}, "MAIL_USE_TLS"),
        ({"MAIL_USERNAME": "sam"}, "MAIL_PASSWORD"),
        ({"MAIL_PASSWORD": "hush"}, "MAIL_USERNAME"),
    ],
)
def test_what_goes_together_is_asked_for_together(load, values, named: str) -> None:
    with pytest.raises(config.SettingsError, match=f"COACHCRM_{named}"):
        load(**values)


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_setting_is_an_unset_one(load, value: str) -> None:
    assert load(**dict.fromkeys(BROKEN, value)) == load()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_finds_the_driver_that_is_installed(load, scheme) -> None:
    settings = load(DATABASE_URL=f"{scheme}://sam:hush@db.example:5433/coach")
    assert settings.database_url == "postgresql+psycopg://sam:hush@db.example:5433/coach"


@pytest.mark.parametrize(
    ("values", "port"),
    [({}, 25), ({"MAIL_USE_TLS": "yes"}, 587), ({"MAIL_USE_SSL": "1"}, 465),
     ({"MAIL_USE_TLS": "TRUE", "MAIL_PORT": "2525"}, 2525)],
)  # fmt: skip
def test_the_mail_port_follows_the_kind_of_connection(load, values, port: int) -> None:
    assert load(**values).mail.port == port


@pytest.mark.parametrize(
    ("base_url", "sender"),
    [
        ("https://Book.Example.org", "bookings@book.example.org"),
        ("https://book.example.org:8443/", "bookings@book.example.org"),
        ("http://localhost:8000", "bookings@localhost.invalid"),
        ("http://[::1]:8000", "bookings@localhost.invalid"),
        ("http://192.0.2.7", "bookings@localhost.invalid"),
    ],
)
def test_without_a_sender_letters_come_from_the_base_urls_host(load, base_url, sender) -> None:
    settings = load(BASE_URL=base_url)
    assert settings.mail.sender == sender
    assert not settings.base_url.endswith("/")


def test_the_two_lists_of_loopback_names_agree() -> None:
    assert config.LOOPBACK_NAMES == LOOPBACK_NAMES


def test_the_key_is_made_once_for_its_owner_alone_s68(load, tmp_path) -> None:
    first = load()
    path = tmp_path / "instance" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(first.secret_keys[0]) >= 43, "32 random bytes"
    assert load().secret_keys == first.secret_keys, "the same after a restart"
    assert list(path.parent.iterdir()) == [path], "no draft is left"


def test_processes_that_start_together_agree_on_one_key_s68(load) -> None:
    keys, gate = set(), threading.Barrier(8)

    def start() -> None:
        gate.wait()
        keys.add(load().secret_keys)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1


def test_several_keys_are_a_new_one_and_those_before_it_s68(load) -> None:
    older = GOOD_KEY[::-1]
    assert load(SECRET_KEY=f"{GOOD_KEY} {older}").secret_keys == (GOOD_KEY, older)


@pytest.mark.parametrize("octets", [b"", b"\n", b"changeme\n", b"\xff\xfe\x00"])
def test_a_broken_key_file_is_not_replaced_in_silence_s68(load, tmp_path, octets: bytes) -> None:
    path = tmp_path / "instance" / "secret_key"
    path.parent.mkdir()
    path.write_bytes(octets)
    with pytest.raises(config.SettingsError, match="secret_key"):
        load()
    assert path.read_bytes() == octets


@pytest.mark.parametrize("below", ["file/inside", "file"])
def test_an_instance_folder_that_cannot_be_is_named(tmp_path, below: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(config.SettingsError, match="COACHCRM_INSTANCE"):
        config.load({"COACHCRM_INSTANCE": str(tmp_path / below)})
