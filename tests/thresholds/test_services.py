"""Frameworks are published once and assessments are kept for ever, both by the database's own rules."""

from copy import deepcopy
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from thresholds import engine, presets
from thresholds.engine import BadFramework, Facts, Sign, Tools, UnknownIndicator, facts_from_json
from thresholds.models import Assessment, Framework
from thresholds.selectors.frameworks import UnknownFramework, framework_in_force, parsed
from thresholds.selectors.indicators import indicators_for_form
from thresholds.services import assessments, frameworks

pytestmark = pytest.mark.django_db

FACTS = Facts(
    indicators=frozenset({Sign("D40", "moderate"), Sign("P15", duration="months")}),
    child_age_months=14,
    referrals_last_12_months=3,
    tools=Tools(dash=11, neglect_grade=3),
    consent="refused",
)


@pytest.fixture
def wirral() -> Framework:
    frameworks.publish_presets()
    return framework_in_force("wirral")


def new_words() -> dict:
    document = deepcopy(presets.read("wirral"))
    document["indicators"][0]["words"] = "The child is doing well."
    return document


def test_it_publishes_the_presets_once():
    frameworks.publish_presets()
    before = Framework.objects.count()
    assert frameworks.publish_presets() == []
    assert Framework.objects.count() == before
    assert {framework_in_force(key).key for key in presets.KEYS} == {"wirral", "wigan"}


def test_it_publishes_by_command():
    said = StringIO()
    call_command("load_frameworks", stdout=said, database="default")
    call_command("load_frameworks", stdout=said, database="default")
    assert said.getvalue().splitlines()[-1] == "nothing new"


def test_it_makes_a_changed_document_the_next_version(wirral):
    made, new = frameworks.publish(document=new_words())
    assert (new, made.version) == (True, wirral.version + 1)
    assert framework_in_force("wirral") == made
    assert parsed(made).indicator("D01").words == "The child is doing well."
    assert parsed(wirral).indicator("D01").words != "The child is doing well."


def test_it_makes_a_document_that_comes_back_a_new_version_too(wirral):
    frameworks.publish(document=new_words())
    made, new = frameworks.publish(document=presets.read("wirral"))
    assert (new, made.version, made.sha) == (True, wirral.version + 2, wirral.sha)


def test_it_waits_for_the_day_a_version_comes_into_force(wirral):
    later = timezone.now() + timedelta(days=30)
    made, _ = frameworks.publish(document=new_words(), in_force_from=later)
    assert framework_in_force("wirral") == wirral
    assert framework_in_force("wirral", at=later) == made


def test_it_does_not_care_for_the_order_of_keys(wirral):
    assert frameworks.publish(document=dict(reversed(presets.read("wirral").items()))) == (wirral, False)


def test_it_refuses_to_publish_what_the_engine_cannot_trust():
    with pytest.raises(BadFramework):
        frameworks.publish(document={**presets.read("wirral"), "bands": []})


def test_it_knows_no_framework_that_was_not_published():
    with pytest.raises(UnknownFramework):
        framework_in_force("atlantis")


def test_it_finds_the_framework_with_one_small_query_and_parses_once(wirral, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert parsed(framework_in_force("wirral")) is parsed(wirral)


def test_it_keeps_the_answer_with_its_facts_version_and_reasons(wirral):
    made = assessments.record(facts=FACTS, framework=wirral, kind=Assessment.Kind.SUBMITTER)
    stored = Assessment.objects.get(pk=made.pk)
    assert (stored.level, stored.band, stored.route, stored.duty) == (4, "4", "cadt", "s47")
    assert stored.framework == wirral
    assert stored.kind == "submitter"
    assert facts_from_json(stored.facts) == FACTS
    assert [reason["rule"] for reason in stored.reasons] == [
        "D40", "P15", "neglect-lasting", "repeat-referrals", "dash", "neglect-grade", "agreement-refused",
    ]  # fmt: skip
    assert set(stored.reasons[0]) == {"rule", "level", "because"}
    assert stored.answer()["reasons"] == stored.reasons
    assert made.assessed_at == stored.assessed_at


def test_it_keeps_that_there_is_no_level_yet(wirral):
    made = assessments.record(facts=Facts(), framework=wirral, kind="hub")
    assert made.answer() == {
        "level": None, "band": None, "route": "undetermined", "duty": "undetermined", "reasons": [],
    }  # fmt: skip


def test_it_keeps_many_in_one_statement(wirral, django_assert_num_queries):
    items = [assessments.Asked(Facts(referrals_last_12_months=n), wirral, "hub") for n in range(50)]
    parsed(wirral)
    with django_assert_num_queries(1):
        made = assessments.record_many(items=items)
    assert [one.facts["referrals_last_12_months"] for one in made] == list(range(50))
    assert Assessment.objects.filter(pk__in=[one.pk for one in made]).count() == 50


def test_it_keeps_nothing_for_an_unknown_indicator(wirral):
    good = assessments.Asked(FACTS, wirral, "hub")
    bad = assessments.Asked(Facts(indicators=frozenset({Sign("D99")})), wirral, "hub")
    with pytest.raises(UnknownIndicator):
        assessments.record_many(items=[good, bad])
    assert not Assessment.objects.exists()


def test_it_explains_an_assessment_under_its_own_version_for_ever(wirral):
    made = assessments.record(facts=FACTS, framework=wirral, kind="hub")
    document = presets.read("wirral")
    document["rules"] = []
    frameworks.publish(document=document)
    again = assessments.explain(Assessment.objects.get(pk=made.pk))
    assert assessments.reasons(again) == made.reasons
    assert (again.level, again.band, again.route, again.duty) == (made.level, made.band, made.route, made.duty)
    assert engine.assess(FACTS, parsed(framework_in_force("wirral"))).level == 3


@pytest.mark.parametrize("table", ["thresholds_framework", "thresholds_assessment"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_it_lets_nobody_change_or_erase_what_was_written(table, statement, wirral):
    column = "title" if table == "thresholds_framework" else "reasons"
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": None},
        {"band": ""},
        {"level": 5},
        {"level": 0},
        {"route": "undetermined"},
        {"duty": "undetermined"},
        {"route": "bus"},
        {"kind": "guess"},
        {"level": None, "band": "", "route": "undetermined"},
    ],
    ids=str,
)
def test_it_stores_no_answer_that_contradicts_itself(wrong, wirral):
    right = {"kind": "hub", "level": 3, "band": "3", "route": "gateway", "duty": "early_help"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(framework=wirral, facts={}, reasons=[], **{**right, **wrong})


def test_it_shows_indicators_by_domain_and_need_mild_first(wirral):
    groups = indicators_for_form(wirral)
    assert [group.key for group in groups] == ["child_development", "parenting", "family_environment"]
    for group in groups:
        assert [one.level for one in group.indicators if not one.grades] == sorted(
            one.level for one in group.indicators if not one.grades
        )
        assert sorted(one.code for need in group.needs for one in need.indicators) == sorted(
            one.code for one in group.indicators
        )
    assert sum(len(group.indicators) for group in groups) == len(parsed(wirral).indicators)
