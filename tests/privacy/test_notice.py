"""Visitors are told what happens to their data, before and while they give it."""

from __future__ import annotations

import pytest

from tests.support.cast import FREE, TUESDAY_9

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("coach")]


def test_the_notice_names_who_why_whom_and_where_to_complain_l2(web, coach) -> None:
    text = web.get("/privacy").text
    for words in (coach.name, coach.practice, coach.email, "contract", "Information Commissioner",
                  "e-mail", "how you heard of me", "copy", "deletion", "How long"):  # fmt: skip
        assert words in text, words


def test_the_form_leads_to_the_notice_l2(web) -> None:
    page = web.get(f"{FREE}/{TUESDAY_9}")
    assert page.link("What happens to your data").endswith("/privacy")


def test_the_form_asks_for_no_more_than_it_needs_l3(web) -> None:
    # "more" is what only machines fill in, "minutes" the length that the form was shown with, and
    # "change_time" a button.
    asked = set(web.get(f"{FREE}/{TUESDAY_9}").form().names)
    assert asked - {"more", "minutes", "change_time"} == {
        "csrf_token", "timezone", "name", "email", "phone", "topic", "interview_on", "message",
        "heard",
    }  # fmt: skip


def test_no_page_for_visitors_keeps_or_fetches_anything_l17_s58(web) -> None:
    for path in ("/", FREE, f"{FREE}/{TUESDAY_9}", "/privacy", "/time-zones"):
        page = web.get(path)
        assert "Set-Cookie" not in page.headers
        assert not page.has(
            "iframe, embed, object, [src^=http], link[href^=http]:not([rel=canonical])"
        )
