from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from mash.lib.references import grouped, new_reference
from mash.outbox import words
from mash.outbox.services import delivery
from tests.outbox.conftest import Owe
from tests.outbox.post_office import PostOffice

OUTBOX = Path(settings.BASE_DIR) / "templates" / "outbox"
# What has a body of its own is held by the tests of whoever owes it.
KINDS = sorted(path.stem for path in (OUTBOX / "kinds").glob("*.txt") if not (OUTBOX / path.name).exists())


def test_it_has_a_sentence_for_every_step_of_a_referral() -> None:
    assert set(KINDS) >= {"referral_received", "decided", "accepted", "returned", "stepped", "closed"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_it_sends_the_reference_and_how_to_sign_in_and_nothing_else(
    kind: str, owe: Owe, office: PostOffice, tess: User
) -> None:
    message = owe(kind=kind, name="Zebedee Quill", phone="0151 496 0707")
    delivery.deliver(message.pk)
    [mail] = office.arrived
    sentence = (Path(settings.BASE_DIR) / f"templates/outbox/kinds/{kind}.txt").read_text().strip()
    shown = grouped(message.about)
    calls = kind in ("night_danger", "night_level_four", "night_unanswered", "sign_now", "offered_now")
    assert mail["Subject"] == f"Lantern: {'cannot wait, sign in now:' if calls else 'news about'} {shown}"
    assert mail["To"] == tess.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").split("\n\n") == [
        sentence,
        f"Reference: {shown}",
        f"To read it, sign in here:\n{settings.BASE_URL}/referrals/{message.about}/",
        "This email says nothing about any person, so that it is safe whoever opens it. Nobody reads replies to it.",
        "If a child is in danger now, call 999.",
        "Lantern, Merebrook Council\n",
    ]
    for secret in ("Zebedee", "Quill", "0707", tess.name, message.key, str(tess.organisation)):
        assert secret not in mail.as_string()


def test_it_does_not_tell_one_answer_from_another() -> None:
    sentences = {kind: (Path(settings.BASE_DIR) / f"templates/outbox/kinds/{kind}.txt").read_text() for kind in KINDS}
    assert sentences["accepted"] == sentences["returned"]


@given(st.text(), st.characters(blacklist_categories=("Lu", "Ll", "Nd"), blacklist_characters="/_-"), st.text())
def test_it_refuses_words_where_the_link_leads(before: str, odd: str, after: str) -> None:
    with pytest.raises(words.NotForAnEmail, match="path"):
        words.check(kind="decided", about=new_reference(), path=f"/{before}{odd}{after}")


@pytest.mark.parametrize(
    "path",
    ["", "referrals/", "/?child=Ada", "/Ada Byrne/", "https://elsewhere.example/", "/a\n", "/\u00e9/", "/" * 300],
)
def test_it_refuses_a_path_that_could_say_something(path: str) -> None:
    with pytest.raises(words.NotForAnEmail, match="path"):
        words.check(kind="decided", about=new_reference(), path=path)


@pytest.mark.parametrize("about", ["", "Ada Byrne", "ada@example.org", "A" * 41, "ABCD\n"])
def test_it_refuses_to_be_about_anything_but_a_reference(about: str) -> None:
    with pytest.raises(words.NotForAnEmail, match="reference"):
        words.check(kind="decided", about=about, path="/")


@pytest.mark.parametrize("kind", ["", "unheard_of", "../email", "Decided", "decided\n"])
def test_it_refuses_a_kind_that_has_no_sentence(kind: str) -> None:
    with pytest.raises(words.NotForAnEmail, match="sentence"):
        words.check(kind=kind, about=new_reference(), path="/")


@pytest.mark.django_db
def test_it_refuses_before_anything_is_written(owe: Owe) -> None:
    with pytest.raises(words.NotForAnEmail):
        owe(path="/?child=Ada")
