"""Lists of texts and of words in a document, and the answers that several of its parts share."""

from collections.abc import Sequence

from mash.lib.reading import SHORT, Part

ANSWERS = ("yes", "no", "not_known")


def texts(part: Part, name: str, *, most: int, longest: int = SHORT) -> tuple[str, ...]:
    """The texts of a list, made clean, without those that say nothing."""
    rows = _rows(part, name, most)
    found = (rows.text(place, most=longest) for place in rows.fields)
    return tuple(text for text in found if text)


def several(part: Part, name: str, words: Sequence[str], *, alone: str) -> tuple[str, ...]:
    """Some of a few words, each once; the word `alone` goes with no other."""
    rows = _rows(part, name, 2 * len(words))
    found = tuple(dict.fromkeys(word for place in rows.fields if (word := rows.word(place, words))))
    if alone in found and len(found) > 1:
        part.wrong(name, f"“{alone}” cannot be given together with others.")
    return found


def _rows(part: Part, name: str, most: int) -> Part:
    """A list as an object whose fields are its places, so that a mistake is named by its place."""
    items = part.items(name, most=most)
    return Part({str(place): item for place, item in enumerate(items)}, part.notes, part.at(name))
