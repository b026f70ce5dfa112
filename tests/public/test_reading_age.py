"""The words of the public pages, for a reader of nine to eleven."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from tests.public.posts import code_in, filled, path, post
from tests.support.reading import grade, sentences, syllables

AGE_9, AGE_11 = 4.0, 6.0


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Every public page as somebody sees it, mistakes included."""
    for address in ("/tell-us/", "/tell-us/me/", "/come-back/"):
        yield address, client.get(address).content.decode()
    for me in (False, True):
        for identity in ("open", "withheld", "anonymous"):
            address = path(identity, me=me)
            typed = filled(client, identity, me=me, danger="yes", story="S", home="S")
            yield address, client.get(address).content.decode()
            yield f"{address} empty", client.post(address).content.decode()
            yield f"{address} check", client.post(address, typed).content.decode()
            receipt = post(client, identity, typed, me=me).content.decode()
            yield f"{address} receipt", receipt
    code = code_in(receipt)
    client.post("/come-back/", {"code": code})
    client.post("/come-back/news/", {"story": "More"})
    yield "news", client.get("/come-back/news/?added").content.decode()
    yield "left", client.post("/come-back/leave/").content.decode()


@pytest.mark.django_db
def test_it_is_written_for_readers_of_nine_to_eleven(
    client: Client, record_property: Callable[[str, object], None]
) -> None:
    read = {name: sentences(page) for name, page in pages(client)}
    grades = {name: grade(texts) for name, texts in read.items()}
    together = grade(sorted({text for texts in read.values() for text in texts}))
    easiest, hardest = min(grades.values()), max(grades.values())
    record_property(
        "figure",
        f"reading: {len(grades)} public pages, Flesch-Kincaid {together:.1f}, from {easiest:.1f} to {hardest:.1f}",
    )
    assert {name: one for name, one in grades.items() if not AGE_9 <= one <= AGE_11} == {}
    assert AGE_9 <= together <= AGE_11


def test_it_can_tell_hard_words_from_plain_ones() -> None:
    hard = ["The multidisciplinary safeguarding partnership will undertake a proportionate statutory assessment."]
    assert grade(hard) > 12
    assert grade(["The cat sat on the mat. It was fat."]) < 2
    assert [syllables(word) for word in ("child", "family", "safeguarding", "merebrook")] == [1, 3, 3, 3]
