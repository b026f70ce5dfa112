"""The one screen of a referral: what it shows at a glance, and the decision beside the file."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from referrals.choices import Way
from referrals.drafted import draft
from referrals.models import Decision, Referral
from referrals.services import cases, decisions, queue, submitting
from referrals.submission import Adult, Consent
from tests.cast import a_child, a_submission
from tests.queue.homes import judged, send

ClientFor = Callable[[User], Client]
WHOLE = {
    "adults": (Adult(name="Jo", relationship="mother"), Adult(name="Mark", relationship="father", causes_harm=True)),
    "consent": Consent(status="given", family_told="yes"),
}


def read(client: Client, referral: Referral, page: str = "") -> str:
    response = client.get(f"/queue/{referral.reference}/{page}")
    assert response.status_code == 200
    return response.content.decode()


def glance(html: str) -> str:
    """The words of the head of the file, without markup."""
    found = re.search(r'<dl class="app-glance__list">(.*?)</dl>', html, re.S)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())


def ticked(html: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
    return [found.group(1) for box in boxes if "checked" in box and (found := re.search(r'value="([^"]*)"', box))]


def test_only_whoever_has_it_finds_the_form(
    client_for: ClientFor, referral: Referral, amira: User, ben: User, cleo: User
) -> None:
    form = f'action="/queue/{referral.reference}/decide/"'
    assert form not in read(client_for(amira), referral)
    queue.claim(by=amira, referral=referral)
    assert form in read(client_for(amira), referral)
    assert form not in read(client_for(ben), referral) + read(client_for(cleo), referral)


def test_it_fills_in_what_is_known_and_never_the_way(client_for: ClientFor, tess: User, amira: User) -> None:
    child = a_child(school="Mill Lane Primary")
    sent = submitting.submit(by=tess, submission=a_submission("D05", children=(child,), **WHOLE))
    queue.claim(by=amira, referral=sent)
    for page in ("", "decide/"):
        html = read(client_for(amira), sent, page)
        assert (ticked(html, "way"), ticked(html, "level"), ticked(html, "agreement")) == ([], ["2"], ["given"])
        assert "The framework advises Level 2 and Gateway." in html


def test_it_fills_in_no_level_when_the_framework_gives_none_or_several(
    client_for: ClientFor, tess: User, amira: User, siblings: Referral
) -> None:
    unknown = send(tess, home=9)
    for one in (unknown, siblings):
        queue.claim(by=amira, referral=one)
        assert ticked(read(client_for(amira), one), "level") == []
    html = read(client_for(amira), siblings)
    ada, bo = siblings.subjects.all()
    assert (ticked(html, f"level_{ada.pk}"), ticked(html, f"level_{bo.pk}")) == (["4"], ["2"])
    assert ticked(html, f"way_{ada.pk}") == ticked(html, f"way_{bo.pk}") == []


def test_it_says_who_what_how_bad_why_and_what_is_not_known(
    client_for: ClientFor, siblings: Referral, amira: User
) -> None:
    queue.claim(by=amira, referral=siblings)
    words = glance(read(client_for(amira), siblings))
    for part in ("Physical abuse, Education", "from Mill Lane Primary", "Why Level 4", "Ada Byrne, Level 4"):
        assert part in words
    for part in ("Bo Byrne, Level 2", "no parent or carer is named", "No other referral that you may see"):
        assert part in words
    assert "1 message on the way." in words and "You decide by the end of" in words


def test_it_shows_what_was_before_and_who_has_an_open_case(
    client_for: ClientFor, tess: User, amira: User, ben: User, gita: User
) -> None:
    first = send(tess, "D05", home=1)
    queue.claim(by=ben, referral=first)
    decisions.decide(
        by=ben, subject=first.subjects.get(), judgement=judged(way=Way.GATEWAY, level=2, agreement="given")
    )
    case = first.subjects.get().cases.get()
    again = send(tess, "D05", home=1)
    assert "Ada Byrne in Gateway , nobody named yet" in glance(read(client_for(amira), again))
    cases.accept(by=gita, case=case)
    words = glance(read(client_for(amira), again))
    assert "1 other referral." in words and "Open now: Ada Byrne in Gateway , with Gita Example ." in words
    Referral.objects.filter(pk=first.pk).update(restricted=True)
    hidden = glance(read(client_for(amira), again))
    assert "No other referral that you may see" in hidden and "Gita" not in hidden
    assert "Gita Example" in glance(read(client_for(ben), again))


def test_it_says_what_comes_next_at_every_stage(
    client_for: ClientFor, referral: Referral, amira: User, ben: User, cleo: User, carl: User
) -> None:
    client = client_for(ben)
    assert "Somebody takes it, and decides by" in glance(read(client, referral))
    queue.claim(by=amira, referral=referral)
    assert "Amira Example decides by" in glance(read(client, referral))
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=judged())
    assert "Ada Byrne: Waits for a registered social worker to sign." in glance(read(client, referral))
    decisions.countersign(by=ben, decision=decision, agrees=True)
    assert "Ada Byrne: CADT accepts, or sends it back." in glance(read(client, referral))
    case = referral.subjects.get().cases.get()
    cases.accept(by=cleo, case=case)
    assert "Cleo Example in CADT works with the family." in glance(read(client, referral))
    cases.close(by=carl, case=case, reason="needs_met", words="Done.", note="All is well")
    assert "Ada Byrne: nothing more is planned here." in glance(read(client, referral))


def sent_form(referral: Referral, **changes: Any) -> dict[str, Any]:
    return {
        "children": str(referral.subjects.get().pk),
        "way": "gateway",
        "level": "2",
        "words_gateway": draft(Way.GATEWAY, 2, "not_sought"),
        "agreement": "given",
        "seen": "yes",
        **changes,
    }


@pytest.fixture
def mine(tess: User, ben: User) -> Referral:
    sent = send(tess, "D05", home=1)
    queue.claim(by=ben, referral=sent)
    return sent


def test_what_is_refused_comes_back_on_the_same_screen(client_for: ClientFor, mine: Referral, ben: User) -> None:
    sent = sent_form(mine, way="advice", words_advice="Dear Tess, we have read it all.")
    html = client_for(ben).post(f"/queue/{mine.reference}/decide/", sent).content.decode()
    assert "<title>Error: Decide for Ada Byrne" in html and "The framework advises Gateway. Say why" in html
    assert "Dear Tess, we have read it all." in html and ticked(html, "way") == ["advice"]
    for part in ("A bruise on the upper arm", "What has happened", "Agreement and sharing"):
        assert part in html, "the file is still there"


def test_enter_on_an_answer_decides_nothing(client_for: ClientFor, mine: Referral, ben: User) -> None:
    html = client_for(ben).post(f"/queue/{mine.reference}/decide/", sent_form(mine, then="enter")).content.decode()
    assert "Nothing is decided yet. Press “Decide” when you are sure" in html and ticked(html, "way") == ["gateway"]
    assert html.index('value="enter"') < html.index('value="next"'), "the first button is the one that Enter presses"
    assert not Decision.objects.exists()


def test_words_that_nobody_changed_follow_the_decision(client_for: ClientFor, mine: Referral, ben: User) -> None:
    """The page was opened when nobody had asked the family; then somebody did."""
    client_for(ben).post(f"/queue/{mine.reference}/decide/", sent_form(mine, level="3"))
    assert Decision.objects.get().words == draft(Way.GATEWAY, 3, "given")


def test_words_that_somebody_changed_are_sent_as_they_are(client_for: ClientFor, mine: Referral, ben: User) -> None:
    words = draft(Way.GATEWAY, 2, "not_sought") + "\n\nRing me, Ben."
    client_for(ben).post(f"/queue/{mine.reference}/decide/", sent_form(mine, level="3", words_gateway=words))
    assert Decision.objects.get().words == words


def test_an_emptied_box_is_not_filled_again(client_for: ClientFor, mine: Referral, ben: User) -> None:
    html = client_for(ben).post(f"/queue/{mine.reference}/decide/", sent_form(mine, words_gateway="")).content.decode()
    assert "Write what the referrer will be told" in html and not Decision.objects.exists()


def test_it_costs_the_same_for_one_child_and_for_eight_on_ones_own_desk(
    client_for: ClientFor, tess: User, amira: User
) -> None:
    client, prices = client_for(amira), []
    for number in (1, 8):
        home = replace(a_child().address, line1=f"{number} Elm Road")
        children = tuple(a_child(given_name=f"C{number}{n}", address=home) for n in range(number))
        sent = submitting.submit(by=tess, submission=a_submission(children=children))
        queue.claim(by=amira, referral=sent)
        read(client, sent)
        with CaptureQueriesContext(connection) as caught:
            read(client, sent)
        prices.append(len(caught))
    assert prices[0] == prices[1] <= 45
