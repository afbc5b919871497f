"""The coach's pages on a phone: nothing runs out at the side, and the focus is always in sight."""

from __future__ import annotations

import pytest

from tests.support.browsing import WIDTHS, book, sign_in

WIDTH, HEIGHT = WIDTHS["phone"]
# Where what has the focus ends, and where the lowest bar that lies over the page begins.
HIDDEN = """() => {
  const focused = document.activeElement;
  if (focused === document.body || focused.closest(".menu-bar, .held")) return false;
  const bars = [...document.querySelectorAll(".menu-bar, .held")]
    .map((bar) => bar.getBoundingClientRect())
    .filter((box) => box.height);
  const lies = focused.getBoundingClientRect();
  return bars.some((box) => box.top > 0 && lies.top >= box.top && lies.bottom <= box.bottom + 1);
}"""


@pytest.fixture
def phone(coach, new_context, server):
    """Somebody has booked, and the coach is signed in on a phone."""
    size = {"width": WIDTH, "height": HEIGHT}
    context = new_context(viewport=size, is_mobile=True, has_touch=True)
    page = context.new_page()
    book(page)
    sign_in(page)
    return page


@pytest.mark.engines("sqlite")
def test_no_page_about_a_meeting_is_wider_than_the_phone(phone) -> None:
    for path in ("/coach/bookings/1", "/coach/bookings/1/call", "/coach/bookings/1/wrap-up"):
        phone.goto(path)
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert (path, wide) == (path, WIDTH)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("path", ["/coach/bookings/1/wrap-up", "/coach/availability"])
def test_what_has_the_focus_is_never_behind_the_bar(phone, path: str) -> None:
    phone.goto(path)
    hidden = []
    for _ in range(45):
        phone.keyboard.press("Tab")
        if phone.evaluate(HIDDEN):
            hidden.append(phone.evaluate("document.activeElement.outerHTML"))
    assert hidden == []
