"""Thresholds change while somebody is still writing: they are told which sign is gone, and lose nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from accounts.models import Organisation, User
from referrals.errors import Refused
from referrals.models import Referral
from referrals.services import submitting
from tests.api.conftest import caller
from tests.api.documents import a_document
from tests.cast import a_submission
from tests.referrals.test_submitting import Journey, journey
from thresholds import presets
from thresholds.selectors.frameworks import framework_here, parsed
from thresholds.services import frameworks

__all__ = ["journey"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def words(db: None) -> str:
    """What the sign that will go says."""
    frameworks.publish_presets()
    return parsed(framework_here()).indicator("D19").words


def change_the_list() -> None:
    """A next version without D19."""
    document: dict[str, Any] = deepcopy(presets.read("wirral"))
    document["indicators"] = [one for one in document["indicators"] if one["code"] != "D19"]
    document["placements"].pop("D19", None)
    frameworks.publish(document=document)


def test_it_says_on_the_check_page_which_sign_is_gone_and_leads_to_the_signs(words: str, journey: Journey) -> None:
    journey.fill()
    change_the_list()
    page = journey.get("check/")
    (gap,) = page.context["gaps"]
    assert gap.words == f"The list of signs has changed. “{words}” is no longer in it: look at the signs again"
    assert "/concerns/cccc1111/signs/" in gap.href
    assert words in page.content.decode()
    answer = journey.post("check/", {"seen": journey.draft.saved_at.isoformat(), "declared": "yes"})
    assert answer.status_code == 200
    assert not Referral.objects.exists()


def test_it_names_the_lost_sign_where_signs_are_ticked_until_others_are(words: str, journey: Journey) -> None:
    journey.fill()
    change_the_list()
    page = journey.get("concerns/cccc1111/signs/").content.decode()
    assert "They are no longer in it" in page and words in page
    assert journey.data()["concerns"][0]["indicators"] == [{"code": "D19"}]
    opened = journey.get("concerns/cccc1111/signs/").context["form"]["opened"].value()
    assert journey.post("concerns/cccc1111/signs/", {"signs": ["D05"], "opened": opened}).status_code == 302
    concern = journey.data()["concerns"][0]
    assert [sign["code"] for sign in concern["indicators"]] == ["D05"]
    assert concern["narrative"] == "A bruise in the shape of a hand."
    assert "They are no longer in it" not in journey.get("concerns/cccc1111/signs/").content.decode()
    assert journey.get("check/").context["gaps"] == []


def test_it_says_so_when_the_page_was_open_while_the_list_changed(words: str, journey: Journey) -> None:
    journey.fill()
    change_the_list()
    answer = journey.post("concerns/cccc1111/signs/", {"signs": ["D19", "D05"]})
    assert answer.status_code == 200
    assert "one that you ticked is no longer in it" in answer.content.decode()
    assert answer.context["form"]["signs"].value() == ["D19", "D05"]
    assert [sign["code"] for sign in journey.data()["concerns"][0]["indicators"]] == ["D19"]


def test_it_refuses_kindly_when_the_list_changes_between_reading_and_storing(words: str, tess: User) -> None:
    change_the_list()
    with pytest.raises(Refused, match="no longer in it"):
        submitting.submit(by=tess, submission=a_submission("D19"))
    assert not Referral.objects.exists()


def test_it_names_the_field_to_an_agencys_system(words: str, school: Organisation) -> None:
    change_the_list()
    answer = caller(school).refer(a_document())
    assert answer.status_code == 422
    assert "concerns.0.indicators.0" in answer.json()["errors"]
