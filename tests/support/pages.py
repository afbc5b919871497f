"""A visitor with a browser who looks closely: every page fetched is inspected before the test.

`Visitor` fetches, fills in and sends; `Page` is what it got; `problems` says what is wrong with a
page that no page may get wrong, whatever it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

AS_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})  # fmt: skip
SILENT = frozenset({"script", "style", "template"})
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "i", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
})  # fmt: skip
SEND_NOTHING = frozenset({"submit", "button", "image", "reset", "file"})
NEED_NO_LABEL = frozenset({"hidden", "submit", "button", "image", "reset"})
Value = str | bool | int | None | list[str]
# What is other each time and says nothing: hidden values, and the secrets in links of bookings.
EVER_NEW = re.compile(r'((?:type="hidden" name="[^"]*" value=")|/booking/)[^"/?#]+')
_found: dict[bytes, list[str]] = {}


class Page:
    """One answer of the application; for HTML with the means to find things in it."""

    def __init__(self, response: TestResponse, url: str) -> None:
        self.url = url
        self.status = response.status_code
        self.headers = response.headers
        self.octets = response.get_data()
        # What stands in a redirect is the framework's, and nobody sees it.
        self.is_html = response.mimetype == "text/html" and not 300 <= self.status < 400
        self.html = response.get_data(as_text=True) if self.is_html else ""
        self.tree = LexborHTMLParser(self.html)
        self.json = response.get_json() if response.is_json else None

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        assert "Location" in self.headers, f"{self} is no redirect:\n{self.text}"
        return self.headers["Location"]

    @property
    def title(self) -> str:
        """The title of the window."""
        return words(self.one("title"))

    @property
    def h1(self) -> str:
        """The page's one heading of the first rank."""
        return words(self.one("h1"))

    @property
    def text(self) -> str:
        """The words between <main> and </main>, with single spaces."""
        main = self.tree.css_first("main") or self.tree.body
        return words(main) if main is not None else ""

    @property
    def errors(self) -> dict[str, str]:
        """The error shown at each field, by the field's name."""
        found = {}
        for control in self.all("[aria-invalid=true]"):
            ids = (control.attributes.get("aria-describedby") or "").split()
            described = [self.tree.css_first(f'[id="{i}"]') for i in ids]
            texts = [words(node) for node in described if node is not None]
            found[control.attributes.get("name") or ""] = " ".join(texts)
        return found

    def all(self, selector: str) -> list[LexborNode]:
        """Return every element that a CSS selector finds."""
        return self.tree.css(selector)

    def has(self, selector: str) -> bool:
        """Say whether a CSS selector finds anything."""
        return self.tree.css_first(selector) is not None

    def one(self, selector: str) -> LexborNode:
        """Return the one element that a CSS selector finds; AssertionError for none or several."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} of {selector} on {self}:\n{self.text}"
        return found[0]

    def link(self, text: str) -> str:
        """Return where the one link (or the several to one place) with this text leads."""
        places = {
            node.attributes.get("href") or "" for node in self.all("a[href]") if words(node) == text
        }
        assert len(places) == 1, (
            f"{len(places)} links {text!r} on {self}; there are "
            f"{[words(node) for node in self.all('a[href]')]}"
        )
        return urljoin(self.url, places.pop())

    def form(self, selector: str | None = None) -> Form:
        """Return the form that `selector` finds; without it the one form in <main> that posts."""
        if selector is not None:
            return Form(self, self.one(selector))
        forms = self.all("main form[method=post]") or self.all("main form")
        assert len(forms) == 1, (
            f"{len(forms)} forms on {self}; say which: {[f.attributes for f in forms]}"
        )
        return Form(self, forms[0])

    def __repr__(self) -> str:
        return f"{self.url} ({self.status})"


class Form:
    """A form as a browser sees it: what it would send, and where."""

    def __init__(self, page: Page, node: LexborNode) -> None:
        self.page = page
        self.node = node
        self.method = (node.attributes.get("method") or "get").lower()
        own = node.attributes.get("id")
        outside = page.all(f'[form="{own}"]') if own else []
        inside = [
            n for n in node.css("input, select, textarea, button") if "form" not in n.attributes
        ]
        self.controls = [
            control for control in [*inside, *outside] if "disabled" not in control.attributes
        ]

    @property
    def names(self) -> list[str]:
        """The names of its fields, each once, in their order."""
        named = (control.attributes.get("name") for control in self.controls)
        return list(dict.fromkeys(name for name in named if name))

    def choices(self, name: str) -> list[str]:
        """Return the values offered by the radio buttons, boxes or list called `name`."""
        return [value for _, value in self._choices(name)]

    def data(
        self, fields: Mapping[str, Value] | None = None, *, button: str | None = None
    ) -> tuple[str, MultiDict[str, str]]:
        """Return the address and the pairs that a browser would send once `fields` are filled in.

        `button` is the text of the button that is pressed, else the first one. A field that the
        form does not have, or a choice that it does not offer, is an AssertionError.
        """
        filled = dict(fields or {})
        unknown = filled.keys() - set(self.names)
        assert not unknown, f"no field {sorted(unknown)} on {self.page}; there are {self.names}"
        pairs: list[tuple[str, str]] = []
        pressed = self._button(button)
        for name in self.names:
            controls = [c for c in self.controls if c.attributes.get("name") == name]
            held = (
                [(name, value) for value in self._fill(name, controls, filled[name])]
                if name in filled
                else [(name, value) for control in controls for value in _holds(control)]
            )
            is_pressed = [control is pressed for control in controls]
            # It is sent where it stands: before the field that it comes before.
            own = (
                [(name, _ticked_button(pressed))] if pressed is not None and any(is_pressed) else []
            )
            pairs += [*own, *held] if is_pressed[0] else [*held, *own]
        action = (pressed.attributes.get("formaction") if pressed is not None else None) or (
            self.node.attributes.get("action") or self.page.url
        )
        # Browsers send the line breaks of the network, whatever the text area was given.
        unix = ((name, re.sub(r"\r\n|\r|\n", "\r\n", value)) for name, value in pairs)
        return urljoin(self.page.url, action), MultiDict(list(unix))

    def _choices(self, name: str) -> list[tuple[LexborNode, str]]:
        found = []
        for control in self.controls:
            if control.attributes.get("name") != name:
                continue
            if control.tag == "select":
                found += [(option, _option(option)) for option in control.css("option")]
            elif _type(control) in {"radio", "checkbox"}:
                found.append((control, _ticked(control)))
        return found

    def _fill(self, name: str, controls: list[LexborNode], value: Value) -> list[str]:
        is_box = any(_type(control) == "checkbox" for control in controls)
        if is_box and isinstance(value, bool):
            return self.choices(name) if value else []
        if value is None:
            return []
        wanted = value if isinstance(value, list) else [str(value)]
        offered = self.choices(name)
        missing = set(wanted) - set(offered) if offered else set()
        assert not missing, f"{name} does not offer {sorted(missing)}, but {offered}"
        return wanted

    def _button(self, text: str | None) -> LexborNode | None:
        buttons = [
            control
            for control in self.controls
            if (control.tag == "button" and control.attributes.get("type", "submit") == "submit")
            or (control.tag == "input" and _type(control) == "submit")
        ]
        if text is None:
            return buttons[0] if buttons else None
        named = [button for button in buttons if words(button) == text]
        assert len(named) == 1, (
            f"{len(named)} buttons {text!r} on {self.page}; there are {[words(b) for b in buttons]}"
        )
        return named[0]


class Visitor:
    """Somebody with a browser and cookies of their own. `page` is what they look at now."""

    def __init__(self, client: FlaskClient, base_url: str) -> None:
        self.client = client
        self.base_url = base_url
        self.page: Page

    def get(self, url: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Page:
        """Fetch an address; AssertionError for another status or an untidy page."""
        return self._fetch("GET", url, status=status, headers=headers)

    def post(
        self,
        url: str,
        data: Mapping[str, object] | None = None,
        *,
        status: int = 303,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send whatever the test likes, as no page of ours would."""
        headers = {"Origin": self.base_url, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        return self._fetch("POST", url, status=status, headers=headers, data=data or {})

    def submit(
        self,
        form: str | None = None,
        *,
        button: str | None = None,
        status: int | None = None,
        fields: Mapping[str, Value] | None = None,
        **more: Value,
    ) -> Page:
        """Fill in a form of the present page and press a button.

        `form` is a CSS selector, needed where the page has several; fields go by their names, in
        `fields` where a name is no Python name. Expects 303 of a form that posts, else 200.
        """
        found = self.page.form(form)
        url, pairs = found.data({**(fields or {}), **more}, button=button)
        if found.method == "post":
            return self.post(url, pairs, status=303 if status is None else status)
        query = urlencode(list(pairs.items(multi=True)))
        return self.get(
            f"{url.partition('#')[0].partition('?')[0]}?{query}",
            status=200 if status is None else status,
        )

    def follow(self, *, status: int = 200) -> Page:
        """Go where the redirect just got leads."""
        return self.get(self.page.location, status=status)

    def click(self, text: str, *, status: int = 200) -> Page:
        """Follow the link with this text."""
        return self.get(self.page.link(text), status=status)

    def _fetch(
        self,
        method: str,
        url: str,
        *,
        status: int,
        headers: Mapping[str, str] | None,
        **more: object,
    ) -> Page:
        before = self.page.url if hasattr(self, "page") else self.base_url
        url = urljoin(urljoin(self.base_url + "/", before), url)
        assert url.startswith(self.base_url), f"{url} is not ours"
        response = self.client.open(
            url,
            method=method,
            base_url=self.base_url,
            headers={"Accept": AS_BROWSER, **(headers or {})},
            **more,
        )
        self.page = Page(response, url)
        assert self.page.status == status, (
            f"{method} {url} answered {self.page.status} instead of {status}: "
            f"{self.page.headers.get('Location', '')}{self.page.text}"
        )
        untidy = problems(self.page)
        assert not untidy, f"{method} {url} is untidy:\n- " + "\n- ".join(untidy)
        return self.page


def words(node: LexborNode) -> str:
    """Return the text of an element as it is read: single spaces, and one between blocks."""
    return " ".join("".join(_pieces(node)).split())


def _pieces(node: LexborNode) -> Iterator[str]:
    child = node.first_child
    while child is not None:
        if child.is_text_node:
            yield child.text_content or ""
        elif child.is_element_node and child.tag not in SILENT:
            edge = "" if child.tag in INLINE else " "
            yield edge
            yield from _pieces(child)
            yield edge
        child = child.next


# ------------------------------------------------------------------------------- the inspection


def problems(page: Page) -> list[str]:
    """Return in words everything that is wrong with a page (or another answer) of ours."""
    found = [*_headers(page)]
    if page.is_html:
        found += _inspected(page)
    return found


def _inspected(page: Page) -> list[str]:
    """Return what is wrong with the text of a page; the same text is inspected once."""
    text = urlsplit(page.url).netloc + EVER_NEW.sub(r"\1…", page.html)
    key = sha256(text.encode()).digest()
    if key not in _found:
        looks = (_frame, _balance, _ids, _labels, _forms, _names, _strictness, _elsewhere)
        _found[key] = [said for look in looks for said in look(page)]
    return _found[key]


def _headers(page: Page) -> Iterator[str]:
    for name, wanted in (
        ("Content-Security-Policy", r"default-src 'none'"),
        ("X-Content-Type-Options", r"nosniff"),
        ("Referrer-Policy", r"no-referrer|same-origin"),
    ):
        if not re.search(wanted, page.headers.get(name, "")):
            yield f"header {name} is {page.headers.get(name)!r}"
    if "unsafe" in page.headers.get("Content-Security-Policy", ""):
        yield "the content security policy allows something unsafe"
    if page.status >= 400 and page.is_html and page.headers.get("Cache-Control") != "no-store":
        yield "an error page may be kept in a cache"


def _frame(page: Page) -> Iterator[str]:
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        yield "does not begin with <!doctype html>"
    if not page.has("html[lang]:not([lang=''])"):
        yield "does not say its language"
    if not page.has("meta[name=viewport]"):
        yield "does not fit itself to a phone's width (no viewport)"
    for selector in ("title", "h1", "main"):
        found = [node for node in page.all(selector) if not _inside(node, "svg")]
        if len(found) != 1:
            yield f"has {len(found)} <{selector}> instead of one"
        elif not words(found[0]):
            yield f"has an empty <{selector}>"
    if "{{" in page.html or "{%" in page.html:
        yield "shows a piece of its template"


class _Balance(HTMLParser):
    """Sees that every element that is opened is closed in turn: browsers would only guess."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        self.found += [f"<{tag}> says {name} twice" for name, n in names.items() if n > 1]
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
            return
        line = self.getpos()[0]
        inner = (
            f", but <{self.open[-1][0]}> of line {self.open[-1][1]} is open" if self.open else ""
        )
        self.found.append(f"</{tag}> in line {line} closes nothing{inner}")
        while any(name == tag for name, _ in self.open) and self.open.pop()[0] != tag:
            pass


def _balance(page: Page) -> Iterator[str]:
    reader = _Balance()
    reader.feed(page.html)
    reader.close()
    yield from reader.found
    yield from (f"<{tag}> in line {line} is never closed" for tag, line in reader.open)


def _ids(page: Page) -> Iterator[str]:
    ids = Counter(node.attributes["id"] for node in page.all("[id]"))
    yield from (f"the id {name!r} is there {n} times" for name, n in ids.items() if n > 1)
    for attribute in (
        "for",
        "aria-describedby",
        "aria-labelledby",
        "aria-controls",
        "form",
        "list",
    ):
        for node in page.all(f"[{attribute}]"):
            for target in (node.attributes[attribute] or "").split():
                if target not in ids:
                    yield f"<{node.tag} {attribute}={target!r}> points at nothing"
    for node in page.all('a[href^="#"]'):
        target = (node.attributes["href"] or "")[1:]
        if target and target not in ids:
            yield f"the link {words(node)!r} leads to #{target}, which is not there"


def _labels(page: Page) -> Iterator[str]:
    labels = {node.attributes["for"]: node for node in page.all("label[for]")}
    for control in page.all("input, select, textarea"):
        if _type(control) in NEED_NO_LABEL:
            continue
        label = labels.get(control.attributes.get("id") or "") or _inside(control, "label")
        said = (label is not None and words(label)) or control.attributes.get("aria-label")
        if not said and not control.attributes.get("aria-labelledby"):
            yield f"<{control.tag} name={control.attributes.get('name')!r}> has no label"


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        action = form.attributes.get("action") or ""
        if (form.attributes.get("method") or "").lower() == "post":
            tokens = form.css("input[type=hidden][name=csrf_token]")
            if len(tokens) != 1 or not tokens[0].attributes.get("value"):
                yield f"the form {action!r} has {len(tokens)} csrf_token instead of one"
        elif form.css_first("[name=csrf_token]") is not None:
            yield f"the form {action!r} sends its csrf_token in the address"


def _names(page: Page) -> Iterator[str]:
    for node in page.all("a[href], button"):
        pictures = [image.attributes.get("alt") for image in node.css("img")]
        if not (words(node) or node.attributes.get("aria-label") or any(pictures)):
            yield f"a <{node.tag}> has no words: {(node.html or '')[:80]}"
    for node in page.all("img:not([alt])"):
        yield f"the picture {node.attributes.get('src')!r} says nothing to those who cannot see it"


def _strictness(page: Page) -> Iterator[str]:
    """Look for what our own content security policy would silently not run."""
    yield from (
        f"an inline <script>: {words(node)[:60]!r}" for node in page.all("script:not([src])")
    )
    yield from (f"an inline <style>: {words(node)[:60]!r}" for node in page.all("style"))
    for node in page.all("*"):
        for name, value in node.attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"<{node.tag} {name}=…> is inline"
            if (value or "").strip().lower().startswith("javascript:"):
                yield f"<{node.tag} {name}> holds a script"


def _elsewhere(page: Page) -> Iterator[str]:
    own = urlsplit(page.url).netloc
    for node in page.all("link, script, img, iframe, source, video, audio, object, embed, use"):
        for name in ("src", "href", "data", "srcset"):
            address = node.attributes.get(name) or ""
            parts = urlsplit(urljoin(page.url, address))
            if address and (parts.netloc != own or parts.scheme not in {"http", "https"}):
                yield f"<{node.tag}> fetches {address!r} from elsewhere"


# ----------------------------------------------------------------------------------- small parts


def _inside(node: LexborNode, tag: str) -> LexborNode | None:
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent


def _type(control: LexborNode) -> str:
    return (control.attributes.get("type") or "text").lower() if control.tag == "input" else ""


def _ticked(control: LexborNode) -> str:
    value = control.attributes.get("value")
    return "on" if value is None else value


def _ticked_button(button: LexborNode) -> str:
    return button.attributes.get("value") or ""


def _option(option: LexborNode) -> str:
    value = option.attributes.get("value")
    return words(option) if value is None and "value" not in option.attributes else value or ""


def _holds(control: LexborNode) -> Iterable[str]:
    """Return what a browser would send for a control that nobody touched."""
    if control.tag == "textarea":
        return [control.text(deep=True)]
    if control.tag == "select":
        options = control.css("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in control.attributes:
            chosen = [option for option in options if "disabled" not in option.attributes][:1]
        return [_option(option) for option in chosen]
    kind = _type(control)
    if control.tag == "button" or kind in SEND_NOTHING:
        return []
    if kind in {"radio", "checkbox"}:
        return [_ticked(control)] if "checked" in control.attributes else []
    return [control.attributes.get("value") or ""]
