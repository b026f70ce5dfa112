"""Our words for the referrer: they fit the decision, and say nothing that it does not make true."""

import pytest

from referrals import drafted
from referrals.choices import Agreement, Identity, Way
from referrals.models import Referral

AGREED = "The family has agreed to this."


@pytest.mark.parametrize("way", [Way.CADT, Way.GATEWAY])
def test_it_says_what_the_family_said_and_nothing_else(way: Way) -> None:
    given, refused, not_asked = (drafted.draft(way, 3, agreement) for agreement in Agreement.values)
    assert AGREED in given and AGREED not in refused + not_asked
    assert "The family has not agreed so far." in refused
    assert "Nobody has asked the family yet." in not_asked


def test_it_promises_neither_that_somebody_speaks_with_the_family_nor_that_nobody_does() -> None:
    """A brother or a sister may go another way by the same decision, and one call reads it all out."""
    every = [
        drafted.draft(way, level, agreed) for way in Way for level in drafted.LEVELS for agreed in Agreement.values
    ]
    for promise in ("contact", "talk with", "ask them", "with the family", "with them", "works with"):
        assert not [words for words in every if promise in words], promise
    for way in (Way.ADVICE, Way.NO_FURTHER_ACTION):
        assert "will not do more for this child" in drafted.draft(way)


def test_it_leaves_it_to_us_to_ask_a_family_whom_nobody_has_asked() -> None:
    assert "Please leave that to us." in drafted.draft(Way.GATEWAY, 2, Agreement.NOT_SOUGHT)


def test_it_tells_of_no_case_that_another_agencys_words_have_led_to() -> None:
    for level in drafted.LEVELS:
        words = drafted.draft(Way.OPEN_CASE, level)
        assert "already" not in words and "CADT" not in words and "Gateway" not in words


def test_it_fits_the_level() -> None:
    assert "without delay" in drafted.draft(Way.CADT, 4) and "without delay" not in drafted.draft(Way.CADT, 3)
    assert "several agencies" in drafted.draft(Way.GATEWAY, 3)
    assert "several agencies" not in drafted.draft(Way.GATEWAY, 2)
    assert drafted.draft(Way.ADVICE, 1) != drafted.draft(Way.ADVICE, 2)


@pytest.mark.parametrize("agreement", Agreement.values)
def test_it_says_nothing_of_agreement_where_none_is_needed(agreement: str) -> None:
    for way, level in ((Way.CADT, 4), (Way.ADVICE, 1), (Way.NO_FURTHER_ACTION, 1)):
        assert drafted.draft(way, level, agreement) == drafted.draft(way, level)


@pytest.mark.parametrize("way", Way.values)
def test_it_knows_its_own_words_however_a_browser_breaks_the_lines(way: str) -> None:
    for level in (None, 1, 2, 3, 4):
        for agreement in ("", *Agreement.values):
            words = drafted.draft(way, level, agreement)
            assert not drafted.edited(words.replace("\n", "\r\n") + " ", way)
            assert drafted.edited(f"{words} Please ring us.", way)


@pytest.mark.parametrize("identity", [Identity.PUBLIC_OPEN, Identity.PUBLIC_WITHHELD, Identity.ANONYMOUS])
def test_it_tells_a_member_of_the_public_nothing_of_the_family(identity: str) -> None:
    neighbour = Referral(referrer_identity=identity)
    for way in Way.values:
        for agreement in Agreement.values:
            assert drafted.fitting(neighbour, way, 3, agreement) == drafted.draft(way)
        assert len(drafted.table(neighbour, way)["texts"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("way", Way.values)
def test_its_table_leads_from_every_answer_to_the_words_that_would_be_sent(way: str) -> None:
    teacher = Referral(referrer_identity=Identity.PROFESSIONAL)
    table = drafted.table(teacher, way)
    texts, which = table["texts"], table["which"]
    assert isinstance(texts, list) and isinstance(which, dict) and len(set(texts)) == len(texts)
    for level in (1, 2, 3, 4):
        for agreement in Agreement.values:
            assert texts[which[f"{level}|{agreement}"]] == drafted.draft(way, level, agreement)
