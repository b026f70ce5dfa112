"""The practitioner's journey through the pages, as a browser sends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from referrals import drafting, keys
from referrals.choices import Category
from referrals.models import Draft, Outcome, Reading, Referral
from referrals.selectors import submissions
from referrals.services import drafts
from referrals.submission import Address
from tests.cast import a_child

CHILD = {
    "key": "aaaa1111",
    "given_name": "Ada",
    "family_name": "Byrne",
    "age_kind": "born",
    "birth_date-day": "4",
    "birth_date-month": "5",
    "birth_date-year": "2019",
    "sex": "F",
    "line1": "1 Mill Lane",
    "postcode": "ch411aa",
}
WORRY = {"key": "cccc1111", "category": "physical_abuse", "narrative": "A bruise in the shape of a hand."}
AGREEMENT = {
    "status": "not_sought",
    "not_sought_reason": "Asking could put her in danger",
    "lawful_basis": "public_task",
    "family_told": "no",
}
YOU = {"name": "Tess Example", "role": "class teacher", "phone": "0151 496 0000", "email": "tess@mill.example"}


class Journey:
    """One browser on one draft."""

    def __init__(self, client: Client, draft: Draft) -> None:
        self.client = client
        self.draft = draft

    def url(self, page: str = "") -> str:
        return f"/drafts/{self.draft.token}/{page}"

    def get(self, page: str = "") -> Any:
        return self.client.get(self.url(page))

    def post(self, page: str, answers: dict[str, Any]) -> Any:
        return self.client.post(self.url(page), answers)

    def data(self) -> dict[str, Any]:
        self.draft.refresh_from_db()
        return dict(self.draft.data)

    def fill(self) -> None:
        self.post("danger/", {"immediate_danger": "no"})
        self.post("children/add/", CHILD)
        self.post("adults/", {})
        self.post("concerns/add/", WORRY)
        self.post("concerns/cccc1111/signs/", {"signs": ["D19"]})
        self.post("agreement/", AGREEMENT)
        self.post("you/", YOU)

    def send(self, **changes: Any) -> Any:
        seen = self.get("check/").context["form"]["seen"].value()
        return self.post("check/", {"seen": seen, "declaration": "yes", **changes})


@pytest.fixture
def journey(tess: User, client_for: Callable[[User], Client]) -> Journey:
    return Journey(client_for(tess), drafts.start(by=tess))


def cards_of(journey: Journey) -> dict[str, dict[str, str]]:
    """What the check page says: each card with its questions and answers."""
    found = journey.get("check/").context["cards"]
    return {card.title: {row.key: " ".join(row.lines) for row in card.rows} for card in found}


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_says_what_cannot_be_promised_before_anybody_types(journey: Journey) -> None:
    page = journey.client.get("/referrals/new/")
    assert "We cannot keep a secret that shows a child is at risk" in words(page) and "999" in words(page)


@pytest.mark.parametrize("category", Category.values)
def test_it_shows_the_signs_that_fit_the_worry_first_and_every_other_one_after(journey: Journey, category: str) -> None:
    journey.post("concerns/add/", {**WORRY, "category": category})
    page = journey.get("concerns/cccc1111/signs/")
    groups = page.context["form"].fields["signs"].choices
    codes = [code for _, signs in groups for code, _ in signs]
    every = [one.code for domain in submissions.signs_by_need() for one in domain.indicators]
    assert sorted(codes) == sorted(every) and len(set(codes)) == len(codes)
    titles = [title for title, _ in groups]
    if category == Category.OTHER:
        assert "Other signs" not in titles
    else:
        before = titles[: titles.index("Other signs")]
        assert before and len(before) < 7
    assert "Go through the signs</h1>" in words(page)
    assert "and of anything else" not in words(page)


def test_it_shows_domestic_abuse_first_where_the_worry_is_about_that(journey: Journey) -> None:
    journey.post("concerns/add/", {**WORRY, "category": "domestic_abuse"})
    page = words(journey.get("concerns/cccc1111/signs/"))
    first = page.index('value="F06"')
    assert first < page.index("Other signs") < page.index('value="D01"')


def test_it_takes_no_fixed_abode_as_a_postcode_and_makes_no_household_of_it(journey: Journey, tess: User) -> None:
    journey.fill()
    journey.post("children/aaaa1111/", {**CHILD, "line1": "No fixed abode", "postcode": "zz99 3vz"})
    assert "ZZ99 3VZ" in words(journey.get("check/"))
    nowhere = Address(line1="No fixed abode", postcode="ZZ99 3VZ")
    home = Address(line1="No fixed abode", postcode="CH41 1AA")
    assert keys.household((a_child(address=nowhere),), otherwise="its own") == "its own"
    assert keys.household((a_child(address=home),), otherwise="its own") != "its own"


def test_it_reads_back_that_no_adult_is_known_and_leads_to_where_one_is_added(journey: Journey) -> None:
    journey.fill()
    assert cards_of(journey)["Adults"] == {"Adults": "You do not know of any adults"}
    assert f'href="{journey.url("adults/add/")}?from=check' in journey.get("check/").content.decode()
    journey.post("adults/add/", {"key": "bbbb1111", "name": "Jo Dunne", "causes_harm": "yes"})
    read = cards_of(journey)
    assert "Adults" not in read
    assert read["Jo Dunne"]["Do you think they cause the harm?"] == "Yes"


def test_it_reads_back_a_reason_only_where_one_was_asked_for(journey: Journey) -> None:
    journey.fill()
    title = "Agreement, sharing and what the family knows"
    assert cards_of(journey)[title]["Why, or what they said"] == "Asking could put her in danger"
    journey.post("agreement/", {**AGREEMENT, "status": "given"})
    assert "Why, or what they said" not in cards_of(journey)[title]


def test_it_names_what_a_link_changes_as_people_write_it(journey: Journey) -> None:
    journey.fill()
    page = words(journey.get("check/"))
    assert "NHS number (Ada Byrne)" in page and "nhs number" not in page
    assert "unique pupil number (Ada Byrne)" in page


def test_it_starts_one_draft_however_often_start_is_pressed(journey: Journey) -> None:
    token = str(uuid4())
    for _ in range(2):
        answer = journey.client.post("/referrals/new/", {"token": token})
        assert answer["Location"] == f"/drafts/{token}/danger/"
    assert Draft.objects.count() == 2


def test_it_never_opens_a_strangers_draft_by_starting_it(
    journey: Journey, pat: User, client_for: Callable[[User], Client]
) -> None:
    answer = client_for(pat).post("/referrals/new/", {"token": str(journey.draft.token)})
    assert str(journey.draft.token) not in answer["Location"]
    for page in ("", "danger/", "children/add/", "check/", "you/", "discard/"):
        assert client_for(pat).get(journey.url(page)).status_code == 404


def test_it_interrupts_for_immediate_danger_and_carries_on(journey: Journey) -> None:
    answer = journey.post("danger/", {"immediate_danger": "yes"})
    assert answer["Location"] == journey.url("danger/call/")
    assert "Call" in words(journey.get("danger/call/")) and journey.data()["immediate_danger"] is True


def test_it_takes_a_referral_from_start_to_confirmation(journey: Journey, tess: User) -> None:
    journey.fill()
    check = journey.get("check/")
    assert "1 Mill Lane" in words(check) and "CH41 1AA" in words(check) and "4 May 2019" in words(check)
    answer = journey.send()
    referral = Referral.objects.get()
    assert answer["Location"] == f"/referrals/{referral.reference}/confirmation/"
    assert (referral.level, referral.lane, referral.submitted_by) == (4, "cadt", tess)
    assert referral.document["children"][0]["given_name"] == "Ada"
    for _ in range(2):
        page = journey.client.get(answer["Location"])
        assert "We have your referral" in words(page) and "Level 4" in words(page)
    assert Reading.objects.filter(user=tess).count() == 1, "the receipt was on the page"


def test_it_makes_one_referral_of_a_form_that_is_sent_twice(journey: Journey) -> None:
    journey.fill()
    seen = journey.get("check/").context["form"]["seen"].value()
    places = {journey.post("check/", {"seen": seen, "declaration": "yes"})["Location"] for _ in range(3)}
    assert len(places) == 1 and Referral.objects.count() == 1
    assert journey.get("check/")["Location"] in places


def test_it_sends_nothing_without_the_declaration(journey: Journey) -> None:
    journey.fill()
    page = journey.send(declaration="")
    assert page.status_code == 200 and "Tick the box" in words(page) and not Referral.objects.exists()


def test_it_sends_nothing_that_another_tab_changed_since_it_was_read(journey: Journey) -> None:
    journey.fill()
    seen = journey.get("check/").context["form"]["seen"].value()
    journey.post("children/add/", CHILD | {"key": "bbbb2222", "given_name": "Bo"})
    page = journey.post("check/", {"seen": seen, "declaration": "yes"})
    assert "changed in another tab" in words(page) and not Referral.objects.exists()
    assert page.context["form"]["declaration"].value() is not True
    journey.send()
    assert Referral.objects.get().subjects.count() == 2


def test_it_says_what_is_missing_with_links_and_lets_nothing_half_done_through(journey: Journey) -> None:
    journey.post("danger/", {"immediate_danger": "no"})
    page = journey.post("check/", {"declaration": "yes"})
    assert [gap.href for gap in page.context["gaps"]] == [
        journey.url(f"{part}/") for part in ("children", "adults", "concerns", "agreement", "you")
    ]
    assert not Referral.objects.exists()


def test_it_links_each_mistake_of_the_document_to_its_own_box(journey: Journey) -> None:
    journey.fill()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    drafts.put(draft=journey.draft, kind="children", item={"id": "aaaa1111", "birth_date": tomorrow})
    drafts.put(draft=journey.draft, kind="concerns", item={"id": "cccc1111", "indicators": [{"code": "Z99"}]})
    found = {gap.href for gap in journey.get("check/").context["gaps"]}
    assert journey.url("children/aaaa1111/?from=check#id_birth_date-day") in found
    assert any(href.startswith(journey.url("concerns/cccc1111/signs/")) for href in found)
    assert "Send to the hub" not in words(journey.get("check/"))


def test_it_comes_back_to_the_answers_after_a_change(journey: Journey) -> None:
    journey.fill()
    answer = journey.post("children/aaaa1111/?from=check", CHILD | {"given_name": "Adah"})
    assert answer["Location"] == journey.url("check/")
    assert "Adah Byrne" in words(journey.get("check/"))


def test_it_keeps_what_two_tabs_add_to_one_list(journey: Journey) -> None:
    stale = Draft.objects.get(pk=journey.draft.pk)
    journey.post("children/add/", CHILD)
    drafts.put(draft=stale, kind="children", item={"id": "bbbb2222", "given_name": "Bo"})
    drafts.save(draft=stale, changes={"immediate_danger": False})
    assert [child["given_name"] for child in journey.data()["children"]] == ["Ada", "Bo"]


def test_it_merges_two_tabs_by_section(journey: Journey) -> None:
    journey.fill()
    journey.post("you/", YOU | {"phone": "0151 496 0009"})
    journey.post("agreement/", AGREEMENT | {"family_told": "yes"})
    data = journey.data()
    assert (data["referrer"]["phone"], data["consent"]["family_told"]) == ("0151 496 0009", "yes")


@pytest.mark.parametrize("place", ["", "children/add/", "you/", "danger/"])
def test_it_says_that_a_draft_was_sent_and_leads_to_it(journey: Journey, place: str) -> None:
    journey.fill()
    journey.send()
    answer = journey.post(place, CHILD) if place else journey.get(place)
    assert answer.status_code == 409
    assert f"/referrals/{Referral.objects.get().reference}/" in words(answer)


def test_it_refuses_a_page_that_another_tab_outran_by_sending(journey: Journey) -> None:
    journey.fill()
    stale = Draft.objects.get(pk=journey.draft.pk)
    journey.send()
    from referrals.errors import AlreadySent

    with pytest.raises(AlreadySent):
        drafts.save(draft=stale, changes={"immediate_danger": True})


def test_it_erases_a_draft_that_is_thrown_away_but_never_a_sent_one(journey: Journey) -> None:
    journey.fill()
    assert "Ada Byrne" in words(journey.get("discard/"))
    journey.post("discard/", {})
    assert not Draft.objects.exists() and journey.get().status_code == 404


def test_it_asks_again_about_a_worry_whose_children_are_gone(journey: Journey) -> None:
    journey.fill()
    journey.post("children/add/", CHILD | {"key": "bbbb2222", "given_name": "Bo"})
    journey.post("concerns/cccc1111/", WORRY | {"about": ["bbbb2222"]})
    journey.post("children/bbbb2222/remove/", {})
    assert list(drafting.unfinished(journey.data())) == ["concerns"]
    assert "The children it was about have been removed" in words(journey.get("concerns/"))


def test_it_asks_how_serious_only_where_that_matters(journey: Journey) -> None:
    journey.fill()
    plain = journey.post("concerns/cccc1111/signs/", {"signs": ["D05"]})
    assert plain["Location"] == journey.url("concerns/")
    graded = journey.post("concerns/cccc1111/signs/", {"signs": ["D05", "D32"]})
    assert graded["Location"] == journey.url("concerns/cccc1111/degree/")
    journey.post("concerns/cccc1111/degree/", {"severity-D32": "severe", "duration-D32": "months"})
    journey.post("concerns/cccc1111/", WORRY | {"narrative": "More words."})
    assert journey.data()["concerns"][0]["indicators"] == [
        {"code": "D05"},
        {"code": "D32", "severity": "severe", "duration": "months"},
    ]
    check = words(journey.get("check/"))
    assert "They are excluded, with no education in place and nobody arranging any. It has gone on for months." in check
    assert "severe" not in check
    journey.send()
    sent = words(journey.client.get(f"/referrals/{Referral.objects.get().reference}/"))
    assert "with no education in place" in sent and "severe" not in sent


@pytest.mark.parametrize(("chosen", "shown"), [("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")])
def test_it_reads_back_what_was_chosen_about_who_causes_the_harm(journey: Journey, chosen: str, shown: str) -> None:
    journey.fill()
    journey.post("adults/add/", {"key": "bbbb1111", "name": "Jo Byrne", "causes_harm": chosen})
    cards = journey.get("check/").context["cards"]
    assert {row.value for card in cards for row in card.rows if row.what == "do you think they cause the harm?"} == {
        shown
    }
    journey.send()
    assert Referral.objects.get().document["adults"][0]["causes_harm"] is (chosen == "yes")


def test_it_fills_in_the_referrer_from_the_account(journey: Journey) -> None:
    page = words(journey.get("you/"))
    assert "Tess Example" in page and "0151 496 0001" in page and "tess@mill.example" in page


def test_it_owes_the_receipt_when_it_confirms(journey: Journey) -> None:
    journey.fill()
    journey.send()
    assert Outcome.objects.get().kind == "referral_received"
