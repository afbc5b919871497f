"""A wheel built from the source serves the same page, from an environment of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import Coach
from tests.support.processes import ROOT, whole_environment
from tests.support.server import Server

# Where tests run side by side, one process makes the wheel and tries all of it.
pytestmark = pytest.mark.xdist_group("wheel")
SITE = Path("lib") / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive, and the wheel from that, as for a release."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def clean_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in an environment that holds what the wheel asks for and nothing else.

    What it asks for is linked from the environment of the tests, so that nothing is fetched.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", wheel], check=True, capture_output=True)
    ours = next(Distribution.discover(name="coachcrm", path=[str(folder / SITE)]))
    for needed in _needed(ours):
        for path in {Path(file.parts[0]) for file in needed.files or () if file.parts[0] != ".."}:
            link = folder / SITE / path
            if path.name != "__pycache__" and not link.exists():
                link.symlink_to(str(needed.locate_file(path)))
    return python


def _needed(wanted: Distribution) -> Iterator[Distribution]:
    """Yield what a distribution needs, without its extras, and what that needs in turn."""
    seen = set()
    waiting = [(wanted, frozenset({""}))]
    while waiting:
        present, extras = waiting.pop()
        for line in present.requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            asked = marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
            key = (requirement.name.lower(), frozenset(requirement.extras))
            if asked and key not in seen:
                seen.add(key)
                found = distribution(requirement.name)
                yield found
                waiting.append((found, frozenset({"", *requirement.extras})))


def test_nothing_but_the_package_can_be_imported(clean_python: Path, tmp_path: Path) -> None:
    look = (
        "import coachcrm, importlib.util as u; print(coachcrm.__file__); "
        "names = 'config', 'templates', 'migrations', 'tests', 'bench'; "
        "print([name for name in names if u.find_spec(name)])"
    )
    done = subprocess.run(
        [clean_python, "-c", look],
        cwd=tmp_path,
        env=whole_environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    where, found = done.stdout.splitlines()
    assert Path(where).is_relative_to(clean_python.parents[1])
    assert found == "[]"


@pytest.mark.engines("sqlite")
def test_the_wheel_serves_the_same_page(
    clean_python: Path,
    environment: dict[str, str],
    coach: Coach,
    server: Server,
    tmp_path: Path,
) -> None:
    elsewhere = tmp_path / "somewhere" / "else"
    elsewhere.mkdir(parents=True)
    command = [str(clean_python.with_name("coachcrm"))]
    installed = Server(environment=environment, cwd=elsewhere, command=command)
    try:
        page, style = _page_and_style(installed.url)
        assert coach.practice in page
        assert (page, style) == _page_and_style(server.url, instead=installed.url)
        assert installed.stop() == 0
    finally:
        installed.kill()


def _page_and_style(url: str, *, instead: str = "") -> tuple[str, str]:
    """Return the first page and its style; the address in its head is written as `instead`."""
    page = _fetch(url + "/")
    style = re.search(r'href="([^"]+\.css)"', page)
    assert style is not None
    return page.replace(url, instead or url), _fetch(url + style[1])


def _fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
        return answer.read().decode()
