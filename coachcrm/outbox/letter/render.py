"""The words of a letter, from its folder of three templates: subject, text and HTML."""

import re
from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says; text and HTML say the same."""

    subject: str
    text: str
    html: str


def render(folder: str, **facts: object) -> Words:
    """Fill the templates in `mail/<folder>/`; the HTML escapes what it is given (S28)."""
    get = current_app.jinja_env.get_template
    subject, text, html = (
        get(f"mail/{folder}/{name}").render(facts)
        for name in ("subject.txt", "body.txt", "body.html")
    )
    text = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"
    return Words(" ".join(subject.split()), text, html)
