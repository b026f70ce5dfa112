"""What each kind of event is called when a person reads the trail. A test fails for a kind that has no sentence."""

from mash.audit.models import Event

SENTENCES: dict[str, str] = {}


def name(sentences: dict[str, str]) -> None:
    """Give kinds of event their sentences; an app names its own in `ready()`."""
    SENTENCES.update(sentences)


def sentence_for(event: Event) -> str:
    """The event's sentence: a reading, a list of so many, or a change."""
    kind, _, page = event.what.partition(":")
    if kind == "read":
        return f"read {page.replace('_', ' ')}"
    if kind == "list":
        return f"was shown a list of {len(event.ids)} ({page.replace('_', ' ')})"
    return SENTENCES[event.what]
