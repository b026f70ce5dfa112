"""Below the threshold: what a draft looks like, what is offered instead, and that anybody may send all the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from referrals import below
from referrals.below import Picture
from referrals.choices import Category
from referrals.models import Consultation, Draft, LocalService, Referral
from referrals.services import drafts
from tests.cast import a_concern, a_submission
from thresholds.models import Assessment

Filled = Callable[..., Draft]
WAY = "See what may help now"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(tess: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(tess)


def get(browser: Client, draft: Draft, page: str) -> Any:
    return browser.get(f"/drafts/{draft.token}/{page}")


@pytest.mark.parametrize(
    ("levels", "looks"),
    [
        ([1], Picture.BELOW),
        ([1, 1], Picture.BELOW),
        ([1, None], Picture.UNKNOWN),
        ([None], Picture.UNKNOWN),
        ([], Picture.UNKNOWN),
        ([1, 2], Picture.NOT_BELOW),
        ([None, 4], Picture.NOT_BELOW),
    ],
)
def test_it_calls_below_only_what_has_a_level_for_every_child(levels: list[int | None], looks: Picture) -> None:
    submission = a_submission(concerns=(a_concern("D02", category="education"),))
    assert below.picture(submission, levels) == looks


@pytest.mark.parametrize("category", sorted(below.HARM))
def test_it_offers_nothing_but_the_hub_for_a_worry_that_names_harm(category: str) -> None:
    assert below.picture(a_submission(concerns=(a_concern("D02", category=category),)), [1]) == Picture.NOT_BELOW


def test_it_offers_nothing_but_the_hub_when_somebody_causes_harm() -> None:
    from referrals.submission import Adult

    worry = a_concern("D02", category="education")
    harmed = a_submission(concerns=(worry,), adults=(Adult(name="Jo", causes_harm=True),))
    named = a_submission(concerns=(a_concern("D02", category="education", who_causes_harm="Jo"),))
    danger = a_submission(concerns=(worry,), immediate_danger=True)
    assert {below.picture(one, [1]) for one in (harmed, named, danger)} == {Picture.NOT_BELOW}


def test_it_knows_something_to_do_for_every_worry_that_may_look_below() -> None:
    assert set(below.CAN_DO) == set(Category.values) - below.HARM
    assert [title for title, _lines in below.can_do(["housing", "housing"])] == ["Housing", "Whatever the worry"]


def test_it_shows_the_way_on_the_check_page_and_on_the_list_of_parts(browser: Client, filled: Filled) -> None:
    draft = filled("D02")
    for page in ("check/", ""):
        shown = words(get(browser, draft, page))
        assert WAY in shown and f"/drafts/{draft.token}/below/" in shown
    assert "Send to the hub" in words(get(browser, draft, "check/")), "never a barrier"


def test_it_says_that_a_person_reads_what_has_no_level(browser: Client, filled: Filled) -> None:
    draft = filled()
    page = words(get(browser, draft, "check/"))
    assert WAY not in page and "a person reads your words and decides" in page
    assert get(browser, draft, "below/")["Location"] == f"/drafts/{draft.token}/check/"


def test_it_says_nothing_of_it_where_the_picture_is_not_below(browser: Client, filled: Filled) -> None:
    for draft in (filled("D05"), filled("D02", category="neglect", who_causes_harm="Mum")):
        assert WAY not in words(get(browser, draft, "check/")) + words(get(browser, draft, ""))
        assert get(browser, draft, "below/").status_code == 302


def test_it_does_not_judge_what_is_not_filled_in(browser: Client, tess: User) -> None:
    draft = drafts.start(by=tess)
    assert WAY not in words(get(browser, draft, ""))
    assert get(browser, draft, "below/").status_code == 302


def test_it_offers_what_fits_and_stores_no_assessment(
    browser: Client, filled: Filled, list_service: Callable[..., LocalService]
) -> None:
    list_service(name="Near and right", districts=["MB1"])
    list_service(name="Too far", districts=["MB9"])
    list_service(name="Other worry", categories=["housing"])
    list_service(name="Too old for it", age_from=16)
    page = words(get(browser, filled("D02"), "below/"))
    assert "Near and right" in page and "Meet the parents and the child" in page
    assert not any(name in page for name in ("Too far", "Other worry", "Too old for it"))
    assert "Send it all the same" in page and "worry=education&amp;age=7&amp;postcode=MB1" in page
    assert not Assessment.objects.exists()


def test_it_sends_all_the_same(browser: Client, filled: Filled) -> None:
    draft = filled("D02")
    seen = get(browser, draft, "check/").context["form"]["seen"].value()
    browser.post(f"/drafts/{draft.token}/check/", {"seen": seen, "declaration": "yes"})
    assert Referral.objects.get().level == 1


def test_it_keeps_the_draft_when_advice_is_asked_instead(browser: Client, filled: Filled, tess: User) -> None:
    draft = filled("D02")
    page = browser.get(f"/advice/ask/?draft={draft.token}")
    form = page.context["form"]
    assert (form["category"].value(), form["age_group"].value()) == ("education", "primary")
    assert "Ada" not in words(page), "what was written may hold names"
    browser.post(
        f"/advice/ask/?draft={draft.token}",
        {"token": form["token"].value(), "category": "education", "age_group": "primary", "question": "What now?"},
    )
    row = Consultation.objects.get()
    assert row.draft == draft and Draft.objects.filter(pk=draft.pk, referral=None).exists()
    answer = browser.post(f"/advice/{row.reference}/refer/")
    assert answer["Location"] == f"/drafts/{draft.token}/", "the draft that was kept"


@pytest.mark.parametrize("query", ["?draft=nonsense", "?draft=6a2f41a3-c54c-4cb8-9d6a-0f5f2b0f7f00", ""])
def test_it_asks_without_a_draft_as_well(browser: Client, query: str) -> None:
    assert browser.get(f"/advice/ask/{query}").context["draft"] is None


def test_it_shows_nobody_elses_draft(filled: Filled, leo: User, client_for: Callable[[User], Client]) -> None:
    draft = filled("D02")
    assert client_for(leo).get(f"/advice/ask/?draft={draft.token}").context["draft"] is None
    assert client_for(leo).get(f"/drafts/{draft.token}/below/").status_code == 404
