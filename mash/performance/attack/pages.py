"""What a page asks for: its forms and links, as a browser would read them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TEXTS = frozenset({"textarea", "text", "search", "email", "tel", "number", "password", "url", "date", "hidden"})


@dataclass
class Field:
    """One name of a form, with the values it offers (radios, checkboxes, options) or holds."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        return self.kind in {"radio", "checkbox", "select"}


@dataclass
class Form:
    """One form: where it goes, how, and its fields by name."""

    action: str
    method: str
    encoding: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def has_file(self) -> bool:
        return any(one.kind == "file" for one in self.fields.values())


@dataclass
class Page:
    """The forms of a page, and where its links lead (path and query)."""

    forms: list[Form]
    links: list[str]


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.page = Page([], [])
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.page.links.append(self._here(given.get("href", "")))
            case "form":
                action = urlsplit(self._here(given.get("action", ""))).path
                method = given.get("method", "get").lower()
                self.page.forms.append(Form(action, method, given.get("enctype", "")))
            case "input" | "textarea" | "select" | "button":
                self._control(tag, given)
            case "option" if self.select is not None:
                self.select.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None

    def _here(self, target: str) -> str:
        """The path and query that a link leads to; nothing when it leads elsewhere."""
        parts = urlsplit(urljoin(f"http://here{self.address}", target))
        if parts.netloc != "here":
            return ""
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if not name or not self.page.forms:
            return
        kind = given.get("type", "text") if tag == "input" else given.get("type", "submit") if tag == "button" else tag
        one = self.page.forms[-1].fields.setdefault(name, Field(name, kind))
        if "value" in given:
            one.values.append(given["value"])
        if tag == "select":
            self.select = one


def read(html: str, *, address: str) -> Page:
    """The page that stands at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    reader.page.links = [link for link in reader.page.links if link.startswith("/")]
    return reader.page
