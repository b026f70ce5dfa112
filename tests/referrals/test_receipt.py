"""The receipt: a tagged PDF of what was sent, that names nobody in its metadata and prints whatever was typed."""

import io
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from mash.audit.models import Event
from mash.lib.text import clean
from referrals import receipts
from referrals.models import Referral
from referrals.receipts import Receipt
from referrals.receipts.glyphs import NOT_PRINTED, covered, goes_leftwards, printable
from referrals.services import submitting
from referrals.views.submitting.summary import Card, Row
from tests.cast import a_child, a_concern, a_submission

ClientFor = Callable[[User], Client]
FONTS = Path(settings.BASE_DIR) / "static" / "build" / "fonts"


def read(content: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def fetched(client: Client, referral: Referral) -> tuple[pypdf.PdfReader, str]:
    response = client.get(f"/referrals/{referral.reference}/receipt/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == f'attachment; filename="{referral.reference}.pdf"'
    return read(response.content)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def of(*lines: str) -> Receipt:
    rows = [Row("What you have seen or heard", list(lines))]
    return Receipt(title="T", footer="F", opening=[], sections=[], sent="Sent", cards=[Card(lines[0], rows)])


def test_it_says_of_an_allegation_that_the_officer_has_it_and_to_tell_nobody(tess: User, client_for: ClientFor):
    concern = a_concern("D19", category="allegation_against_worker")
    made = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    flat = squeezed(fetched(client_for(tess), made)[1])
    assert (
        squeezed("The officer who deals with worries about people who work with children reads what you sent") in flat
    )
    assert squeezed("Do not tell the person about the worry") in flat
    assert squeezed("A person at the hub reads what you sent") not in flat


def test_it_says_what_was_sent_what_happens_next_and_how_to_add(referral: Referral, tess: User, client_for: ClientFor):
    _, text = fetched(client_for(tess), referral)
    flat = " ".join(text.split())
    for words in (
        "Receipt for referral",
        "What happens next",
        "They decide for each child by",
        "Add or correct something",
        "Ada Byrne",
        "A bruise on the upper arm, in the shape of a hand.",
        "1 Mill Lane",
        "4 May 2019",
    ):
        assert words in flat, words


def test_it_is_tagged_english_and_names_nobody_in_its_metadata(referral: Referral, tess: User, client_for: ClientFor):
    reader, _ = fetched(client_for(tess), referral)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    about = dict(reader.metadata or {})
    assert about["/Title"].startswith("Receipt for referral")
    assert set(about) <= {"/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert about["/Creator"].startswith("Typst")
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    for name in ("Tess", "Ada", "Byrne", "Mill Lane", tess.email):
        assert name not in f"{about}{xmp}"


def test_it_is_offered_after_sending_and_on_the_referrers_page(referral: Referral, tess: User, client_for: ClientFor):
    for page in (f"/referrals/{referral.reference}/", f"/referrals/{referral.reference}/confirmation/"):
        assert f"/referrals/{referral.reference}/receipt/" in client_for(tess).get(page).content.decode()


def test_it_is_ones_own_and_each_reading_is_kept(referral, tess, pat, amira, client_for):
    fetched(client_for(tess), referral)
    assert Event.objects.filter(what="read:receipt", about_id=referral.pk, actor_id=tess.pk).count() == 1
    for user in (pat, amira):
        assert client_for(user).get(f"/referrals/{referral.reference}/receipt/").status_code == 404


def test_it_prints_markup_as_the_words_that_were_typed(tess: User, client_for: ClientFor):
    nasty = '#let x = 1 *bold* _it_ $a$ <ref> @x \\ // "q" #read("/etc/passwd") [x](y) `raw` = Heading'
    made = submitting.submit(by=tess, submission=a_submission(concerns=(a_concern("D19", narrative=nasty),)))
    _, text = fetched(client_for(tess), made)
    assert squeezed(nasty) in squeezed(text)


def test_it_takes_twenty_children_long_names_and_every_script(tess: User, client_for: ClientFor):
    children = tuple(a_child(given_name=f"Child{n}", family_name="Byrne") for n in range(18))
    odd = (a_child(given_name="x" * 200), a_child(given_name="ليلى", family_name="عبد الله"))
    concern = a_concern("D19", narrative="😀 said 王芳 and ليلى.\n\n" + "word " * 3000)
    sent = a_submission(children=(*children, *odd), concerns=(concern,))
    reader, text = fetched(client_for(tess), submitting.submit(by=tess, submission=sent))
    assert len(reader.pages) > 5
    assert squeezed("Child17 Byrne") in squeezed(text)
    assert "x" * 200 in squeezed(text)
    assert "[grinning face]" in text
    assert NOT_PRINTED in text
    assert "characters that cannot be put on this paper" in " ".join(text.split())


def test_it_breaks_a_name_of_4000_characters_inside_the_page():
    reader, text = read(receipts.pdf(of("n" * 4000)))
    assert squeezed(text).count("n") >= 8000
    wide = float(reader.pages[0].mediabox.width)
    ends: list[float] = []
    reader.pages[0].extract_text(visitor_text=lambda words, _cm, tm, _font, size: ends.append(tm[4]) if words else None)
    assert max(ends) < wide


def test_it_writes_arabic_from_right_to_left():
    assert goes_leftwards("ليلى is 5")
    assert goes_leftwards("5 שלום")
    assert not goes_leftwards("Omar ليلى")
    assert not goes_leftwards("12")
    _, text = read(receipts.pdf(of("ليلى")))
    assert {unicodedata.normalize("NFKC", one) for one in text} & set("ليلى")


def test_it_has_a_heading_even_where_a_name_is_only_marks():
    _, text = read(receipts.pdf(of("\u200f", "seen")))
    assert "Not given" in text


def test_it_knows_what_its_fonts_can_print():
    have = covered(FONTS)
    assert set("Aé–’ł£ليلى") <= have
    assert not set("😀王") & have
    assert printable("👨‍👩‍👧 ok", have) == "[man][woman][girl] ok"
    assert printable("王芳 Li", have) == f"{NOT_PRINTED} Li"
    assert printable("a\u2068b\u2069\u00adc", have) == "abc"


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.text(max_size=60).map(clean))
def test_it_makes_a_valid_document_of_any_text(text: str):
    assert receipts.pdf(of(text or "-")).startswith(b"%PDF-")


def test_it_finds_the_same_words_in_the_json_it_is_given(referral: Referral):
    """What people typed is data: it stands in one JSON string and nowhere in the template."""
    template = (Path(receipts.__file__).parent / "receipt.typ").read_text(encoding="utf-8")
    assert "eval(" not in template
    made: Any = json.loads(json.dumps(receipts._data(of("#x"), covered(FONTS))))
    assert made["cards"][0]["rows"][0]["lines"] == [{"text": "#x", "rtl": False}]


@pytest.mark.parametrize("name", ["atkinson-regular", "atkinson-bold", "naskh-regular", "naskh-bold"])
def test_it_has_its_fonts_beside_the_style_sheet(name: str):
    assert (FONTS / f"{name}.ttf").exists()
