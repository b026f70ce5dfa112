"""Whoever sees to it that messages go reads what each is about, and never the key by which we call it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import User
from mash.outbox import words
from mash.outbox.services import messages
from referrals.models import Referral
from referrals.selectors import loop, message_history

ALL = sorted(path.stem for path in (Path(settings.BASE_DIR) / "templates/outbox/kinds").glob("*.txt"))


def test_it_has_plain_words_for_every_kind_of_message_and_for_no_other():
    assert set(loop.KINDS) == set(ALL)
    assert all("_" not in words and words[0].isupper() for words in loop.KINDS.values())


@pytest.mark.django_db
def test_it_never_prints_a_key_of_ours(referral: Referral, ben: User, client_for):
    with transaction.atomic():
        for kind in ALL:
            messages.owe(messages.Owed(key=kind, kind=kind, about=referral.reference, to=None, email="a@b.example"))
    page = client_for(ben).get("/owed/").content.decode()
    assert not [kind for kind in ALL if "_" in kind and kind in page]
    assert all(loop.plain(kind) in page for kind in ALL)


@pytest.mark.django_db
def test_it_says_news_of_a_kind_that_is_gone(referral: Referral, ben: User):
    with transaction.atomic():
        row = messages.owe(
            messages.Owed(key="k", kind="decided", about=referral.reference, to=None, email="a@b.example")
        )
    row.kind = "once_there_was"
    assert message_history.page(ben, row).what == "News"


@pytest.mark.django_db
def test_it_sends_nobody_to_a_page_that_is_not_theirs(referral: Referral, tess: User):
    """What an agency's system sent is in nobody's own account, whoever's address it gave."""
    owed = {"kind": "decided", "about": referral.reference, "email": tess.email, "organisation_id": None}
    with transaction.atomic():
        by_system, own = (
            messages.owe(messages.Owed(key="a", to=None, **owed)),
            messages.owe(messages.Owed(key="b", to=tess, **owed)),
        )
    said = words.of(by_system).body
    assert "To read it, sign in here" not in said and "safeguarding lead can read it" in said
    assert "telephone us with the reference" in said
    assert "To read it, sign in here" in words.of(own).body and "lead" not in words.of(own).body
