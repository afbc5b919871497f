"""What the tests in a browser share: what comes before what they are about, and a close look.

Whoever is to be booked or signed in before a test begins is so over the browser's own connection:
nothing of it is drawn, and its cookies are the browser's.
"""

from __future__ import annotations

import re
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import Coach
from tests.support.cast import FREE
from tests.support.remote import TOKEN

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
# The rules of axe that look at colours, but for the one that is off: it asks for more than we do.
OF_COLOURS = ("color-contrast", "link-in-text-block")
SLOT = re.compile(r'<a class="btn slot" href="([^"]+)"')


def book(page: Page, name: str = "Ann Lee", number: int = 0) -> str:
    """Book the free time of this number for a client, and return the path of her page."""
    listed = page.request.get(f"{FREE}?tz=Europe/London").text()
    email = f"{name[:3].lower()}@client.example"
    slot = SLOT.findall(listed)[number]
    return _send(page, slot, name=name, email=email, phone="07400 123456")


def sign_in(page: Page, email: str = Coach.email, password: str = Coach.password) -> None:
    """Sign the coach in."""
    assert _send(page, "/coach/sign-in", email=email, password=password) == "/coach/"


def sign_in_by_hand(page: Page) -> None:
    """Sign the coach in as he does it himself."""
    page.goto("/coach/sign-in")
    page.get_by_label("E-mail").fill(Coach.email)
    page.get_by_label("Password").fill(Coach.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/coach/")


def _send(page: Page, path: str, **fields: str) -> str:
    token = TOKEN.search(page.request.get(path).text())
    assert token, path
    form = {**fields, "csrf_token": token[1]}
    answer = page.request.post(path, form=form, max_redirects=0)
    assert answer.status == 303, answer.text()
    return answer.headers["location"]


# ---------------------------------------------------------------------------------- a close look


def look(page: Page, *, at_colours_only: bool = False) -> list[str]:
    """Return what axe finds, and what sticks out at the side."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    which = f"runOnly: {[*OF_COLOURS]}," if at_colours_only else ""
    found = page.evaluate(f"axe.run(document, {{{which} resultTypes: ['violations']}})")
    said = [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        said.append("the page is wider than the window")
    return said


def look_at_all_sizes(page: Page) -> list[str]:
    """Return what is wrong in light and dark, on a phone and at a desk.

    What is drawn in the dark has other colours, and is the same for the rest.
    """
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            found = look(page, at_colours_only=scheme == "dark")
            wrong += [f"{page.url}, {scheme}, {name}: {said}" for said in found]
    return wrong


def inspect(page: Page, paths: list[str]) -> None:
    """Look at pages in both colours and at both widths."""
    wrong = []
    for path in paths:
        page.goto(path)
        wrong += look_at_all_sizes(page)
    assert not wrong, "\n".join(wrong)


@cache
def _axe() -> str:
    return Axe().axe_script
