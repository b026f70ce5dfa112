"""What no authority may publish or adopt, and that what counts here takes two people where there are two."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Refused
from accounts.models import User
from mash.audit.models import Event
from tests.thresholds.frameworks import BOTH
from thresholds import presets
from thresholds.editing import floors, starting
from thresholds.editing.parts import without_rule
from thresholds.engine import framework_from_json
from thresholds.models import Adoption, Framework, FrameworkDraft
from thresholds.selectors.frameworks import framework_here, framework_in_force
from thresholds.services import adopting, drafts, frameworks, trying
from thresholds.services.frameworks import publish_draft

Document = dict[str, Any]


def with_band(place: int, **answers: str) -> Document:
    document = starting.blank("oakshire", "Oakshire")
    document["bands"][place] |= answers
    return document


def all_nowhere() -> Document:
    """What an attacker tried: every band to services open to everyone."""
    document = starting.blank("oakshire", "Oakshire")
    document["bands"] = [{**band, "route": "universal", "duty": "universal"} for band in document["bands"]]
    one = {"code": "A1", "domain": "parenting", "need": "neglect", "words": "So.", "level": 1, "source": "Us"}
    return {**document, "indicators": [one]}


def faults(document: Document) -> str:
    return "; ".join(floors.faults(framework_from_json(document, version=1)))


def test_it_lets_both_presets_through():
    assert [floors.faults(framework) for framework in BOTH] == [(), ()]


def test_it_says_of_each_band_that_leads_nowhere_what_it_needs():
    said = faults(all_nowhere())
    assert "Band 4 is Level 4: it must go to CADT, with the section 47 or the section 17 duty" in said
    assert "Band 3 is Level 3: it must go to Gateway or CADT" in said
    assert "Band 2 is Level 2: it must go to Gateway or CADT, or have the duty of early help" in said
    assert "Band 1" not in said and "Indicator" not in said


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (with_band(3, duty="early_help"), "Band 4 is Level 4"),
        (with_band(3, route="gateway"), "Band 4 is Level 4"),
        (with_band(2, duty="s17"), "Band 3 has a social worker’s duty: it must go to CADT"),
        (with_band(3, duty="s17"), ""),
        (with_band(1, route="universal"), ""),
    ],
    ids=["duty of 4", "route of 4", "duty of 3", "lesser duty of 4", "route of 2"],
)
def test_it_looks_at_where_a_band_goes_and_at_its_duty(document, said):
    found = faults(document)
    assert said in found
    assert bool(found) == bool(said)


def test_it_looks_at_a_sign_with_a_duty_of_its_own_that_goes_where_no_social_worker_looks():
    document = deepcopy(presets.read("wirral"))
    document["indicators"][4] |= {"duty": "s47", "duty_because": "So."}
    assert "Indicator D05 has a social worker’s duty: it must go to CADT" in faults(document)


def test_it_wants_danger_now_to_be_level_4_with_nothing_else_known():
    document = without_rule(presets.read("wirral"), "immediate-danger")
    assert faults(document) == floors.DANGER_STAYS
    waits = deepcopy(presets.read("wirral"))
    waits["rules"][0]["steps"][0]["when"] = {"all": [{"immediate_danger": True}, {"referrals_at_least": 1}]}
    assert faults(waits) == floors.DANGER_STAYS


@pytest.mark.django_db
class TestGoverned:
    """The same, at each door."""

    def drafted(self, by: User, document: Document) -> FrameworkDraft:
        row = drafts.start(by=by, key="oakshire", title="Oakshire")
        row = drafts.save(by=by, draft=row, seen=1, part="all", change=lambda _: document)
        return trying.preview(by=by, draft=row)

    def test_it_publishes_nothing_that_leaves_a_child_with_nobody(self, polly: User, wirral: Framework):
        row = self.drafted(polly, all_nowhere())
        with pytest.raises(Refused, match="Band 4 is Level 4: it must go to CADT"):
            publish_draft(by=polly, draft=row, seen=2, note="Agreed.")
        assert not Framework.objects.filter(key="oakshire").exists()

    def test_it_adopts_nothing_that_leaves_a_child_with_nobody(self, ned: User, wirral: Framework):
        frameworks.publish(document=all_nowhere())
        with pytest.raises(Refused, match=r"Version 1 cannot be used.*Band 4 is Level 4"):
            adopting.adopt(by=ned, key="oakshire", reason="Agreed.")
        assert not Adoption.objects.exists()

    def test_it_says_on_the_page_what_must_be_mended_first(
        self, client_for: Callable[[User], Client], polly: User, wirral: Framework
    ):
        row = self.drafted(polly, all_nowhere())
        page = client_for(polly).get(reverse("publish_framework", args=[row.pk])).content.decode()
        assert "This cannot be published yet" in page and "Band 3 is Level 3" in page

    @pytest.mark.parametrize(
        ("route", "args"), [("remove_rule", ["immediate-danger"]), ("remove_step", ["immediate-danger", 1])]
    )
    def test_it_keeps_the_rule_on_danger_now_and_says_why(
        self, client_for: Callable[[User], Client], polly: User, draft: FrameworkDraft, route: str, args: list[Any]
    ):
        client, address = client_for(polly), reverse(route, args=[draft.pk, *args])
        page = client.get(address).content.decode()
        assert "Level 4 under every framework" in page and "Take it out</button>" not in page.replace("\n", "")
        answer = client.post(address, {"seen": "1"})
        assert "Level 4 under every framework" in " ".join(answer.context["form"].errors["__all__"])
        draft.refresh_from_db()
        assert "immediate-danger" in [rule["id"] for rule in draft.document["rules"]]

    def test_it_is_adopted_by_somebody_other_than_who_published_it(self, polly: User, ned: User, wirral: Framework):
        document = {**all_nowhere(), "bands": presets.read("wirral")["bands"]}
        publish_draft(by=polly, draft=self.drafted(polly, document), seen=2, note="Agreed.")
        with pytest.raises(Refused, match="You published this, so Ned Example must adopt it"):
            adopting.adopt(by=polly, key="oakshire", reason="Agreed.")
        adopting.adopt(by=ned, key="oakshire", reason="Agreed.")
        assert framework_here().key == "oakshire"
        assert Event.objects.get(what="framework_adopted").detail["alone"] is False

    def test_the_next_version_of_what_counts_here_is_published_by_somebody_other_than_who_wrote_it(
        self, polly: User, ned: User, draft: FrameworkDraft
    ):
        row = drafts.save(by=polly, draft=draft, seen=1, part="title", change=lambda old: {**old, "title": "New"})
        row = trying.preview(by=polly, draft=row)
        with pytest.raises(Refused, match="you changed the draft last, so Ned Example must publish it"):
            publish_draft(by=polly, draft=row, seen=2, note="Agreed.")
        assert publish_draft(by=ned, draft=row, seen=2, note="Agreed.") == framework_here()

    def test_one_person_may_where_nobody_else_governs_and_the_page_and_the_trail_say_so(
        self, client_for: Callable[[User], Client], polly: User, wirral: Framework
    ):
        document = {**all_nowhere(), "bands": presets.read("wirral")["bands"]}
        made = publish_draft(by=polly, draft=self.drafted(polly, document), seen=2, note="Agreed.")
        page = client_for(polly).get(reverse("adopt_framework", args=[made.pk])).content.decode()
        assert "nobody else here governs the thresholds" in page
        adopting.adopt(by=polly, key="oakshire", reason="The board is away until May.")
        assert Event.objects.get(what="framework_adopted").detail["alone"] is True

    def test_it_adopts_a_preset_that_nobody_here_published(self, polly: User, ned: User, wirral: Framework):
        adopting.adopt(by=polly, key="wigan", reason="Agreed.")
        assert framework_here() == framework_in_force("wigan")
        with pytest.raises(Refused, match="Polly Example adopted this framework here from today"):
            adopting.adopt(by=ned, key="wigan", reason="Agreed too.")
