"""What the first page of the thresholds says of what counts here: which, since when, and what was adopted."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Refused
from accounts.models import User
from tests.thresholds.test_floors import all_nowhere
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors import governing, public
from thresholds.selectors.frameworks import framework_here, framework_in_force
from thresholds.services import adopting, frameworks

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_for: Callable[[User], Client], polly: User) -> Client:
    return client_for(polly)


def in_two_days() -> datetime:
    return timezone.now() + timedelta(days=2)


def test_it_says_since_when_a_framework_counts_here_and_not_when_it_was_published(desk, polly, wirral):
    wigan = framework_in_force("wigan")
    assert governing.listing(polly).since == wirral.in_force_from
    made = adopting.adopt(by=polly, key="wigan", reason="Agreed.")
    assert made.begins_at > wigan.in_force_from
    listing = governing.listing(polly)
    assert (listing.here, listing.since) == (wigan, made.begins_at)
    assert next(one for one in public.versions(framework_here()) if one.here).since == made.begins_at


def test_it_counts_from_the_retirement_that_brought_an_earlier_version_back(polly, wirral):
    second, _ = frameworks.publish(document={**wirral.document, "title": "Second"})
    gone = adopting.retire(by=polly, framework=second, reason="Wrong.")
    gone.refresh_from_db()
    listing = governing.listing(polly)
    assert (listing.here, listing.since) == (wirral, gone.at)


def test_it_names_frameworks_by_title_and_what_counted_before_the_first_adoption(desk, polly, wirral, draft):
    adopting.adopt(by=polly, key="wigan", reason="Agreed.")
    page = desk.get("/frameworks/").content.decode()
    words = re.sub(r"<[^>]+>", " ", page)
    assert "wirral" not in words and "wigan" not in words
    assert "<strong>Levels 1 to 4, with 3a and 3b</strong>, from " in page, words
    assert "Before that: <strong>Levels 1 to 4</strong>" in page
    assert "Levels 1 to 4, version 1" in page


def test_it_lists_of_two_adoptions_for_one_moment_the_one_that_will_count(desk, polly, wirral):
    soon = in_two_days()
    adopting.adopt(by=polly, key="wigan", reason="Yes.", begins_at=soon)
    adopting.adopt(by=polly, key="wirral", reason="We think again.", begins_at=soon)
    listing = governing.listing(polly)
    assert [one.title for one in listing.coming] == ["Levels 1 to 4"]
    assert [(one.title, one.counts) for one in listing.adopted] == [
        ("Levels 1 to 4", True), ("Levels 1 to 4, with 3a and 3b", False)
    ]  # fmt: skip
    assert "called off" in desk.get("/frameworks/").content.decode()


def test_it_calls_a_framework_that_nobody_adopted_not_in_use_here(desk, wirral):
    page = desk.get("/frameworks/").content.decode()
    assert page.count("In force here") == 1 and page.count("Not in use here") == 1


def test_it_offers_to_adopt_only_what_is_not_adopted(desk, polly, wirral):
    wigan = framework_in_force("wigan")

    def offers(version: Framework) -> bool:
        return "Adopt it here" in desk.get(reverse("framework", args=[version.pk])).content.decode()

    assert (offers(wirral), offers(wigan)) == (False, True)
    adopting.adopt(by=polly, key="wigan", reason="Yes.", begins_at=in_two_days())
    assert (offers(wirral), offers(wigan)) == (True, True)
    with time_machine.travel(in_two_days() + timedelta(days=1)):
        assert (governing.adoptable(wirral), governing.adoptable(wigan)) == (True, False)


def test_it_says_which_version_counts_again_when_one_is_retired(desk, polly, wirral):
    second, _ = frameworks.publish(document={**wirral.document, "title": "Second"})
    address = reverse("retire_framework", args=[second.pk])
    assert "Levels 1 to 4, version 1</a>, again" in desk.get(address).content.decode()
    answer = desk.post(address, {"reason": "Wrong."}, follow=True)
    assert "weighed under Levels 1 to 4, version 1, again" in answer.content.decode()
    assert governing.instead(framework_in_force("wigan")) is None


def test_it_retires_nothing_in_favour_of_what_leaves_a_child_with_nobody(polly, wirral):
    first, _ = frameworks.publish(document={**all_nowhere(), "key": "wirral"})
    second, _ = frameworks.publish(document={**wirral.document, "title": "Mended"})
    with pytest.raises(Refused, match="leaves children with nobody"):
        adopting.retire(by=polly, framework=second, reason="Old.")
    adopting.retire(by=polly, framework=first, reason="Wrong.")
    adopting.retire(by=polly, framework=second, reason="Old.")
    assert framework_here() == wirral


def test_it_says_before_publishing_who_must_publish(desk, polly: User, ned: User, draft: FrameworkDraft):
    address = reverse("publish_framework", args=[draft.pk])
    assert "so Ned Example must publish it" in desk.get(address).content.decode()
