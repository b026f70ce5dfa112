"""What nobody should send: odd words, near misses of a right answer, and plain rubbish."""

from urllib.parse import quote_plus

from hypothesis import strategies as st

from mash.performance.attack.pages import Field, Form

HUGE = ("x" * 60_000, "9" * 5_000, "é" * 20_000, "\n" * 3_000, "[" * 5_000)
ODD = (
    *("", " ", "\t", "0", "-1", "1e309", "NaN", "9" * 40, "2019-02-30", "0000-00-00", "31", "99999999999999999999"),
    *("\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202eevil", "\u200b", "ليلى", "🧒" * 20, "٣", "½", "Ⅷ", "\ufeff"),
    *("' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "../../etc/passwd", "//evil.example", "null"),
    *(
        '{"id": "\\ud800"}',
        '"\\u0000"',
        "[]",
        "{}",
        "true",
        "None",
        "on",
        "javascript:alert(1)",
        "a@b",
        "=1+1",
        "http://[",
        "\r\nSet-Cookie: a=b",
    ),
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
ODD_TEXT = st.one_of(st.sampled_from(ODD), ANY_TEXT, st.integers().map(str), st.sampled_from(HUGE))
NARRATIVES = st.sampled_from(["A bruise on the upper arm.", "He said he is hungry.", "ok", "Mum was shouting.\nAgain."])
Pairs = list[tuple[str, str]]


def right(one: Field) -> st.SearchStrategy[list[str]]:
    """What a person might answer there: none, one or more values."""
    if one.kind in {"hidden", "submit"}:
        return st.sampled_from(one.values or [""]).map(lambda value: [value])
    if one.kind == "checkbox":
        return st.lists(st.sampled_from(one.values or ["on"]), unique=True, max_size=4)
    if one.is_choice:
        return st.sampled_from(one.values or [""]).map(lambda value: [value])
    return _typed(one.name.lower(), one.kind).map(lambda value: [value])


def _typed(name: str, kind: str) -> st.SearchStrategy[str]:
    ending = name.replace("-", "_").rpartition("_")[2]
    known = {
        "day": st.integers(1, 28).map(str),
        "month": st.integers(1, 12).map(str),
        "year": st.integers(1985, 2030).map(str),
        "email": st.sampled_from(["r.teacher@school.example", "new.person@lighthouse.example"]),
        "phone": st.sampled_from(["0151 496 0000", "07700 900123"]),
        "postcode": st.sampled_from(["CH41 1AA", "ch411aa"]),
        "number": st.sampled_from(["9434765919", "12"]),
        "upn": st.just("P207000016049"),
        "age": st.integers(0, 18).map(str),
        "score": st.integers(0, 24).map(str),
        "password": st.just("a long pass phrase"),
        "name": st.sampled_from(["Ada Byrne", "Jo", "Not known"]),
    }
    parts = {"0": "day", "1": "month", "2": "year"}
    ending = parts.get(ending, ending)
    return known.get(ending, known.get(kind, NARRATIVES))


@st.composite
def answers(draw: st.DrawFn, form: Form) -> Pairs:
    """The form filled in rightly, with up to three answers made odd, doubled or left out; now and then all rubbish."""
    names = [one.name for one in form.fields.values() if one.kind != "file"]
    if draw(st.integers(0, 9)) == 0:
        return draw(rubbish(names))
    given = {name: draw(right(form.fields[name])) for name in names}
    for name in draw(st.lists(st.sampled_from(names), max_size=3)) if names else []:
        given[name] = draw(st.one_of(st.just([]), st.lists(ODD_TEXT, min_size=1, max_size=3)))
    return [(name, value) for name, values in given.items() for value in values]


def rubbish(names: list[str]) -> st.SearchStrategy[Pairs]:
    """Names of the form and others, with anything at all."""
    some_name = st.one_of(st.sampled_from(names), ANY_TEXT) if names else ANY_TEXT
    return st.lists(st.tuples(some_name, ODD_TEXT), max_size=8)


def urlencoded(pairs: Pairs) -> bytes:
    """As a browser sends it; half a character is sent as the bytes it has."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


BOUNDARY = "attack-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(pairs: Pairs, files: dict[str, tuple[str, bytes]]) -> bytes:
    """The same with files, by name: what the file is called and what is in it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{_header(name)}"\r\n\r\n'.encode()
        + value.encode("utf-8", "surrogatepass")
        for name, value in pairs
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{_header(name)}"; filename="{_header(called)}"\r\n'
        "Content-Type: text/csv\r\n\r\n".encode()
        + content
        for name, (called, content) in files.items()
    ]
    return b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def _header(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode()
    return "".join(letter for letter in clean if letter not in '"\r\n\\')
