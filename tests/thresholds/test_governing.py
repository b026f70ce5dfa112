"""Drafts, publishing, adopting and retiring: who may, in which order, and that something is always in force here."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.errors import NotNow, Refused, SomeoneElse
from accounts.models import Organisation, User
from accounts.policy import Act, Role, grants
from mash.audit.models import Event
from tests.cast import person
from thresholds import presets
from thresholds.engine import BadFramework, Facts, Sign
from thresholds.models import Adoption, Framework, FrameworkDraft, Retirement
from thresholds.selectors.frameworks import UnknownFramework, framework_here, framework_in_force
from thresholds.services import adopting, assessments, drafts, frameworks, trying
from thresholds.services.frameworks import publish_draft

pytestmark = pytest.mark.django_db


def retitled(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "title": "New title"}


def saved(by: User, draft: FrameworkDraft) -> FrameworkDraft:
    return drafts.save(by=by, draft=draft, seen=draft.revision, part="title", change=retitled)


def ready(by: User, draft: FrameworkDraft) -> FrameworkDraft:
    """Changed, and tried since."""
    return trying.preview(by=by, draft=saved(by, draft))


def published(by: User, draft: FrameworkDraft, *, writer: User | None = None, **more: Any) -> Framework:
    row = ready(writer or by, draft)
    return publish_draft(by=by, draft=row, seen=row.revision, note="Agreed.", **more)


def another(by: User, key: str = "oakshire") -> FrameworkDraft:
    """A framework of its own, with one indicator."""
    row = drafts.start(by=by, key=key, title="Oakshire")

    def with_one(document: dict[str, Any]) -> dict[str, Any]:
        one = {"code": "A1", "domain": "parenting", "need": "neglect", "words": "So.", "level": 2, "source": "Us"}
        return {**document, "indicators": [one]}

    return drafts.save(by=by, draft=row, seen=1, part="indicator A1", change=with_one)


def test_it_starts_from_nothing_with_four_bands_and_the_rule_on_danger_now(polly):
    draft = drafts.start(by=polly, key="oakshire", title="Oakshire")
    assert [band["code"] for band in draft.document["bands"]] == ["1", "2", "3", "4"]
    assert [rule["id"] for rule in draft.document["rules"]] == ["immediate-danger"]
    assert (draft.revision, draft.state, draft.document["indicators"]) == (1, "open", [])


def test_it_starts_from_a_version_as_that_one_is(polly, wirral, draft):
    assert draft.document == wirral.document
    assert draft.based_on == wirral


@pytest.mark.parametrize("base", [None, "wigan"])
def test_it_keeps_the_short_name_of_one_framework_from_another(polly, wirral, base):
    based_on = framework_in_force(base) if base else None
    with pytest.raises(Refused) as refused:
        drafts.start(by=polly, key="wirral", title="Mine", based_on=based_on)
    assert refused.value.field == "key"


def test_it_counts_savings_and_says_who_saved_what(polly, ned, draft):
    row = saved(ned, draft)
    assert (row.revision, row.title, row.by, row.saved) == (2, "New title", ned, "title")
    event = Event.objects.filter(what="framework_draft_saved").get()
    assert event.detail == {"part": "title", "revision": 2}


def test_it_is_no_new_revision_when_nothing_differs(polly, draft):
    assert drafts.save(by=polly, draft=draft, seen=1, part="title", change=lambda old: old).revision == 1
    assert not Event.objects.filter(what="framework_draft_saved").exists()


def test_it_tells_the_second_editor_who_was_first_and_keeps_the_first_ones_work(polly, ned, draft):
    saved(ned, draft)
    with pytest.raises(SomeoneElse, match=r"Ned Example saved this draft today at .*: title"):
        drafts.save(by=polly, draft=draft, seen=1, part="bands", change=lambda old: {**old, "title": "Mine"})
    draft.refresh_from_db()
    assert (draft.title, draft.revision) == ("New title", 2)


def test_it_stores_nothing_that_the_engine_would_refuse(polly, draft):
    with pytest.raises(BadFramework):
        drafts.save(by=polly, draft=draft, seen=1, part="bands", change=lambda old: {**old, "bands": []})
    draft.refresh_from_db()
    assert draft.revision == 1
    assert draft.document["bands"]


def test_it_publishes_what_was_tried_and_never_changes_it(polly, ned, wirral, draft):
    made = published(ned, draft, writer=polly)
    assert (made.version, made.title, made.by, made.note) == (wirral.version + 1, "New title", ned, "Agreed.")
    assert framework_here() == made
    draft.refresh_from_db()
    assert (draft.state, draft.published) == ("published", made)
    with pytest.raises(SomeoneElse, match="Ned Example published this draft"):
        drafts.save(by=ned, draft=draft, seen=2, part="title", change=retitled)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Framework.objects.filter(pk=made.pk).update(note="Other.")
    event = Event.objects.get(what="framework_published")
    assert event.detail["draft"] == draft.pk


def test_it_publishes_nothing_that_was_not_tried_since_it_was_saved(polly, draft):
    row = saved(polly, draft)
    with pytest.raises(NotNow, match="Try it on the last referrals first"):
        publish_draft(by=polly, draft=row, seen=2, note="Agreed.")
    row = trying.preview(by=polly, draft=row)
    row = drafts.save(by=polly, draft=row, seen=2, part="title", change=lambda old: {**old, "title": "Newer"})
    with pytest.raises(NotNow):
        publish_draft(by=polly, draft=row, seen=3, note="Agreed.")
    with pytest.raises(IntegrityError), transaction.atomic():
        FrameworkDraft.objects.filter(pk=row.pk).update(state="published", published=row.based_on)


def test_it_refuses_what_says_the_same_or_has_no_indicator_or_no_reason_or_is_past(polly, draft):
    same = trying.preview(by=polly, draft=draft)
    with pytest.raises(Refused, match="says the same as version"):
        publish_draft(by=polly, draft=same, seen=1, note="Agreed.")
    empty = trying.preview(by=polly, draft=drafts.start(by=polly, key="oakshire", title="Oakshire"))
    with pytest.raises(NotNow, match="at least one indicator"):
        publish_draft(by=polly, draft=empty, seen=1, note="Agreed.")
    row = ready(polly, draft)
    with pytest.raises(Refused, match="Say why"):
        publish_draft(by=polly, draft=row, seen=2, note="")
    with pytest.raises(Refused, match="not from a time that has passed"):
        publish_draft(by=polly, draft=row, seen=2, note="Yes.", in_force_from=timezone.now() - timedelta(minutes=1))


def test_it_never_overrules_an_authoritys_own_version_with_a_preset(polly, wirral, draft):
    made = published(polly, draft)
    assert frameworks.publish_presets() == []
    assert framework_here() == made


def test_it_adopts_from_a_moment_on_and_referrals_from_before_keep_theirs(polly, wirral):
    facts = Facts(indicators=frozenset({Sign("P15")}))
    old = assessments.record(facts=facts, framework=framework_here(), kind="hub")
    later = timezone.now() + timedelta(days=1)
    adopting.adopt(by=polly, key="wigan", reason="The board agreed.", begins_at=later)
    assert framework_here() == wirral
    assert framework_here(at=later).key == "wigan"
    again = assessments.explain(old)
    assert assessments.reasons(again) == old.reasons
    assert Event.objects.get(what="framework_adopted").detail["key"] == "wigan"


def test_it_adopts_nothing_of_which_no_version_is_in_force_by_then(polly, wirral):
    begins = timezone.now() + timedelta(days=9)
    published(polly, another(polly), in_force_from=begins)
    with pytest.raises(Refused, match="No version of this framework is in force by then"):
        adopting.adopt(by=polly, key="oakshire", reason="Yes.")
    adopting.adopt(by=polly, key="oakshire", reason="Yes.", begins_at=begins)
    assert framework_here(at=begins).key == "oakshire"
    with pytest.raises(Refused, match="Every version of this framework is retired"):
        adopting.adopt(by=polly, key="atlantis", reason="Yes.")
    with pytest.raises(Refused, match="not at a time that has passed"):
        adopting.adopt(by=polly, key="wigan", reason="Yes.", begins_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="Say why"):
        adopting.adopt(by=polly, key="wigan", reason="")


def test_it_never_retires_the_last_version_in_force_here(polly, wirral, draft):
    with pytest.raises(Refused, match="nothing would be in force here now"):
        adopting.retire(by=polly, framework=wirral, reason="Old.")
    made = published(polly, draft)
    adopting.retire(by=polly, framework=wirral, reason="Old.")
    assert framework_here() == made
    with pytest.raises(Refused, match="nothing would be in force here now"):
        adopting.retire(by=polly, framework=made, reason="Old.")
    with pytest.raises(SomeoneElse, match="Polly Example retired this version"):
        adopting.retire(by=polly, framework=wirral, reason="Old.")


def test_it_never_retires_what_will_be_the_last_one_here_on_a_day_to_come(polly, wirral):
    soon = timezone.now() + timedelta(days=2)
    adopting.adopt(by=polly, key="wigan", reason="Yes.", begins_at=soon)
    with pytest.raises(Refused, match="nothing would be in force here from"):
        adopting.retire(by=polly, framework=framework_in_force("wigan"), reason="Old.")
    adopting.adopt(by=polly, key="wirral", reason="We think again.", begins_at=soon)
    adopting.retire(by=polly, framework=framework_in_force("wigan"), reason="Old.")
    assert framework_here(at=soon) == wirral


def test_nobody_brings_back_alone_what_they_published(polly, ned, wirral):
    """Published before it counted here, so that nobody else ever looked at it."""
    first = trying.preview(by=polly, draft=another(polly))
    quiet = publish_draft(by=polly, draft=first, seen=first.revision, note="Ready.")
    loud = published(polly, drafts.start(by=polly, key="oakshire", title="Oakshire", based_on=quiet))
    adopting.adopt(by=ned, key="oakshire", reason="Agreed.")
    with pytest.raises(Refused, match=r"version 1, which you published, so Ned Example must retire this one"):
        adopting.retire(by=polly, framework=loud, reason="Old.")
    adopting.retire(by=ned, framework=loud, reason="Old.")
    assert framework_here() == quiet


def test_it_falls_back_on_nothing_that_is_not_yet_in_force(polly, wirral, draft):
    """A next version that begins tomorrow does not let today's go."""
    published(polly, draft, in_force_from=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused, match="nothing would be in force here now"):
        adopting.retire(by=polly, framework=wirral, reason="Old.")


def test_it_explains_what_was_weighed_under_a_retired_version(polly, wirral, draft):
    made = assessments.record(facts=Facts(indicators=frozenset({Sign("P15")})), framework=wirral, kind="hub")
    published(polly, draft)
    adopting.retire(by=polly, framework=wirral, reason="Old.")
    made.refresh_from_db()
    assert assessments.reasons(assessments.explain(made)) == made.reasons
    with pytest.raises(UnknownFramework):
        framework_in_force("wirral", at=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize("role", [role for role in Role if not grants([role], Act.MANAGE_FRAMEWORK)], ids=str)
def test_it_is_for_whoever_governs_the_thresholds_alone(hub: Organisation, wirral, draft, role):
    by = person("Nobody", hub, role)
    for act in (
        lambda: drafts.start(by=by, key="mine", title="Mine"),
        lambda: saved(by, draft),
        lambda: drafts.discard(by=by, draft=draft, seen=1),
        lambda: trying.preview(by=by, draft=draft),
        lambda: publish_draft(by=by, draft=draft, seen=1, note="Yes."),
        lambda: adopting.adopt(by=by, key="wigan", reason="Yes."),
        lambda: adopting.retire(by=by, framework=wirral, reason="Yes."),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Adoption.objects.exists()
    assert not Retirement.objects.exists()


@pytest.mark.parametrize("table", ["thresholds_adoption", "thresholds_retirement"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = ''", "DELETE FROM {}"])
def test_it_keeps_adoptions_and_retirements_as_they_were_written(table, statement, db):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_it_throws_a_draft_away_for_good(polly, ned, draft):
    drafts.discard(by=ned, draft=draft, seen=1)
    with pytest.raises(NotNow, match="Ned Example threw this draft away"):
        saved(polly, draft)


def test_it_ships_presets_that_name_their_services():
    assert all(presets.read(key)["services"]["gateway"] == "Gateway" for key in presets.KEYS)
