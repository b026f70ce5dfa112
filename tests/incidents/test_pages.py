"""The pages of an incident, for whoever may see them."""

import re

import pytest

from mash.audit.models import Event
from referrals.models import IncidentReferral, NotTheSame
from referrals.services import queue, restricting
from tests.incidents.test_grouping import group

pytestmark = pytest.mark.django_db


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_screen_of_a_referral_offers_the_others_and_groups_nothing(three, amira, client_for):
    page = html(client_for(amira).get(f"/queue/{three[0].reference}/"))
    assert "May be the same incident" in page and "Wombat Constabulary" in page and "Numbat Hospital" in page
    assert "wombat-narrative" not in page
    assert not IncidentReferral.objects.exists()


def test_one_compares_and_says_that_they_are_the_same(three, amira, client_for):
    client = client_for(amira)
    address = f"/queue/{three[0].reference}/incident/same/"
    page = html(client.get(address, {"reference": three[1].reference, "answer": "same"}))
    assert "quokka-narrative" in page and "wombat-narrative" in page
    assert "The same child: " in page, "what the two have in common is offered as the reason"
    refused = html(client.post(address, {"reference": three[1].reference, "answer": "same", "reason": ""}))
    assert "Say how you know" in refused and "wombat-narrative" in refused
    given = {"reference": three[1].reference, "answer": "same", "reason": "The same night."}
    after = html(client.post(address, given, follow=True))
    assert "The same incident: 1 other told us" in after
    assert set(Event.objects.filter(what="list:incident").values_list("ids", flat=True)[:1][0]) == {
        three[0].pk,
        three[1].pk,
    }


def test_or_that_they_are_not(three, amira, client_for):
    client = client_for(amira)
    given = {"reference": three[1].reference, "answer": "not_same", "reason": "Another night."}
    client.post(f"/queue/{three[0].reference}/incident/same/", given)
    assert NotTheSame.objects.get().reason == "Another night."
    page = html(client.get(f"/queue/{three[0].reference}/"))
    assert f"incident/same/?reference={three[2].reference}" in page
    assert f"incident/same/?reference={three[1].reference}" not in page


@pytest.mark.parametrize("reference", ["", "nonsense", "0000000000000000", "itself", "restricted"])
def test_it_finds_no_other_where_there_is_none_to_see(three, amira, ben, client_for, reference):
    restricting.restrict(by=ben, referral=three[1], restricted=True, reason="Staff family.")
    asked = {"itself": three[0].reference, "restricted": three[1].reference}.get(reference, reference)
    page = html(client_for(amira).get(f"/queue/{three[0].reference}/incident/same/", {"reference": asked}))
    assert "There is a problem" in page and "wombat" not in page.lower()


def test_the_hub_reads_each_agencys_words_and_loop_apart(three, ben, client_for):
    group(ben, *three)
    page = html(client_for(ben).get(f"/queue/{three[1].reference}/incident/"))
    for word in ("quokka", "wombat", "numbat"):
        assert page.count(f"{word}-narrative") == 1 and page.count(f"{word}-childs-words") == 1
    assert page.count("Not read yet") == 3
    assert "The same night." in page


def test_it_is_taken_and_handed_over_together(three, amira, ben, client_for):
    group(amira, *three)
    client = client_for(amira)
    page = html(client.post(f"/queue/{three[0].reference}/incident/take/", follow=True))
    assert "Hand over the 3 on one desk together" in page
    given = {"to": str(ben.pk), "reason": "End of shift."}
    after = html(client.post(f"/queue/{three[0].reference}/incident/hand-over/", given, follow=True))
    assert "Ben Example has all of it now" in after
    again = html(client.post(f"/queue/{three[0].reference}/incident/take/", follow=True))
    assert "Nothing of this incident waits now" in again


def test_it_is_taken_out_on_a_page_of_its_own(three, amira, client_for):
    group(amira, *three)
    client = client_for(amira)
    assert "Say why it is not the same" in html(
        client.post(f"/queue/{three[2].reference}/incident/leave/", {"reason": " "})
    )
    client.post(f"/queue/{three[2].reference}/incident/leave/", {"reason": "Another Ada."})
    page = html(client.get(f"/queue/{three[0].reference}/incident/"))
    assert "Taken out again" in page and "Another Ada." in page


def test_it_looks_like_no_group_to_who_sees_no_other(three, amira, ben, client_for):
    restricting.restrict(by=ben, referral=three[1], restricted=True, reason="Staff family.")
    client, texts = client_for(amira), []
    for linked in (False, True):
        if linked:
            group(ben, three[0], three[1])
        leave = html(client.post(f"/queue/{three[0].reference}/incident/leave/", {"reason": "A guess."}))
        assert "This referral is in no group now" in leave
        texts.append(html(client.get(f"/queue/{three[0].reference}/incident/")))
    plain, other = (one.partition("<main")[2].partition("</main>")[0] for one in texts)
    assert "This referral stands by itself" in plain and "take it out" not in plain
    assert without_token(plain) == without_token(other)


def without_token(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_a_service_reads_only_what_is_its_own(three, agencies, amira, gita, cleo, client_for):
    """Gateway sees what lies in its lane or has come to it; the incident shows it no more than that."""
    from tests.incidents.conftest import tells

    mild = tells(agencies[1], "D05")
    group(amira, three[0], mild)
    seen = html(client_for(gita).get(f"/queue/{mild.reference}/incident/"))
    assert "quokka" not in seen.lower() and "This referral stands by itself" in seen
    assert "incident/same/" not in seen
    assert client_for(gita).get(f"/queue/{three[0].reference}/incident/").status_code == 404
    queue.claim(by=amira, referral=mild)
    assert client_for(gita).get(f"/queue/{mild.reference}/incident/same/").status_code == 403
    assert "quokka-narrative" in html(client_for(cleo).get(f"/queue/{three[0].reference}/incident/"))
