"""What each kind of event is called when a person reads the trail. A test fails for a kind that has no sentence."""

from mash.audit.models import Event

READ, LIST = "read", "list"
SENTENCES: dict[str, str] = {
    "call_finished": "told somebody by telephone or letter, or wrote down why not",
}


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
    page = page.replace("_", " ")
    if kind == READ and page:
        return f"opened a record (page: {page})"
    if kind == LIST and page:
        number = len(event.ids)
        return f"was shown a list of {number} (page: {page})" if number else f"was shown an empty list (page: {page})"
    return SENTENCES.get(event.what, event.what.replace("_", " "))
