"""What each kind of event is called when a person reads the trail. A test fails for a kind that has no sentence."""

from mash.audit.models import Event

READ, LIST = "read", "list"
SENTENCES: dict[str, str] = {
    "call_finished": "told somebody by telephone or letter, or wrote down why not",
    "call_put_off": "tried to tell somebody, and said when to try again",
}


PAGES: dict[str, str] = {
    "audit": "the audit trail",
    "held_post": "what was typed in their browser while they were signed out",
}


def name_pages(pages: dict[str, str]) -> None:
    """Give the pages that show records or lists their names; an app names its own in `ready()`."""
    PAGES.update(pages)


def name(sentences: dict[str, str]) -> None:
    """Give kinds of event their sentences; an app names its own in `ready()`."""
    SENTENCES.update(sentences)


def kinds() -> list[tuple[str, str]]:
    """Every kind that an auditor may ask for, with its words, in the order of the words."""
    changes = sorted(SENTENCES.items(), key=lambda kind: kind[1])
    return [(READ, "opened a record"), (LIST, "was shown a list"), *changes]


def sentence_for(event: Event) -> str:
    """The event's sentence: a reading, a list of so many, or a change. A kind from an older release keeps its name."""
    kind, _, page = event.what.partition(":")
    if kind == READ and page:
        return f"opened {PAGES.get(page) or _unnamed(page)}"
    if kind == LIST and page:
        return f"was shown {PAGES.get(page) or _unnamed(page)}, with {len(event.ids) or 'nothing'} on it"
    return SENTENCES.get(event.what, event.what.replace("_", " "))


def _unnamed(page: str) -> str:
    return f"the page “{page.replace('_', ' ')}”"
