"""What people typed or pasted, made safe to store and show, and otherwise left as they wrote it."""

import unicodedata

_KEPT_CONTROLS = "\n\t"
# Embeddings, overrides and isolates turn the order of what follows around: a way to make one text read as another.
_TURNS_TEXT_AROUND = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def clean(text: str) -> str:
    """`text` in NFC, without control characters, lone surrogates and bidirectional overrides, and trimmed.

    Newlines (one form) and tabs stay; so do letters of every script, right-to-left ones included, and joined emoji.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", "".join(filter(_stays, lines))).strip()


def _stays(character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return True
    return character not in _TURNS_TEXT_AROUND and unicodedata.category(character) not in {"Cc", "Cs"}


def isolated(name: str) -> str:
    """`name` so that what is written after it stays where it was put: "Omar ليلى, 5" is not drawn as "Omar 5 ,ليلى".

    A name with right-to-left letters gets the isolates U+2068 and U+2069, which also work where no markup does: in
    titles, messages and options. Any other name stays as it is.
    """
    return f"\u2068{name}\u2069" if any(map(_right_to_left, name)) else name


def _right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL", "AN"}
