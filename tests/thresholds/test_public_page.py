"""The page that everybody may read: what is in force, what was, and nothing that is not theirs to see."""

import re
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from thresholds import presets
from thresholds.models import Framework
from thresholds.selectors import public
from thresholds.selectors.frameworks import framework_in_force
from thresholds.services import adopting, frameworks

pytestmark = pytest.mark.django_db


@pytest.fixture
def wirral() -> Framework:
    frameworks.publish_presets()
    return framework_in_force("wirral")


def changed(key: str = "wirral", **with_: object) -> dict:
    return {**deepcopy(presets.read(key)), **with_}


def words(client: Client, path: str = "/thresholds/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_it_shows_somebody_without_an_account_each_band_sign_and_rule_with_its_source(
    client: Client, wirral: Framework
):
    page = client.get("/thresholds/").content.decode()
    document = wirral.document
    for one in (*document["indicators"], *document["rules"]):
        assert escape(one["source"]) in page
    for one in document["indicators"]:
        assert escape(one["words"]) in page
    for band in document["bands"]:
        assert band["title"] in page
    assert f"{len(document['indicators'])} signs" in page
    assert f"version {wirral.version}" in page
    assert client.cookies == {}


def test_it_shows_no_key_of_the_document_and_no_code(client: Client, wirral: Framework):
    text = words(client)
    assert not re.search(r"[{}]|_", text)
    assert not re.search(r"\b[DPF]\d\d\b", text)


def test_it_calls_the_services_by_the_authoritys_names_and_the_bands_by_its_codes(client: Client, polly: User):
    frameworks.publish(document=changed("wigan", services={"gateway": "Family First", "cadt": "The Front Team"}))
    adopting.adopt(by=polly, key="wigan", reason="Agreed by the partnership")
    text = words(client)
    assert "Level 3b A child in need Goes to The Front Team ." in text
    assert "Family First" in text
    assert "CADT" not in text


def test_it_keeps_an_earlier_version_readable_as_it_was(client: Client, wirral: Framework):
    frameworks.publish(document=changed(title="The new one", rules=[]))
    assert "The new one, version 2" in words(client)
    old = words(client, "/thresholds/wirral/1/")
    assert "this is not the version by which worries are weighed now" in old
    assert "Referred again and again" in old
    assert "Referred again and again" not in words(client)
    assert "each sign counts by itself" in words(client)
    assert '<a class="govuk-link" href="/thresholds/wirral/1/">' in client.get("/thresholds/").content.decode()


def test_it_says_where_each_version_stands(client: Client, wirral: Framework, polly: User):
    second, _ = frameworks.publish(document=changed(title="Second"))
    adopting.retire(by=polly, framework=second, reason="A secret reason")
    third, _ = frameworks.publish(document=changed(title="Third"))
    frameworks.publish(document=changed(title="Fourth"), in_force_from=timezone.now() + timedelta(days=40))
    states = {one.framework.title: one.state for one in public.versions(public.here())}
    assert states["Third"].startswith("In force since")
    assert states["Fourth"].startswith("From ")
    assert (states["Second"], states[wirral.title]) == ("Taken out of use", "An earlier version")
    assert public.here() == third
    assert "A secret reason" not in client.get("/thresholds/wirral/2/").content.decode()


@pytest.mark.parametrize(
    "path", ["/thresholds/wirral/9/", "/thresholds/wigan/1/", "/thresholds/nobody/1/", f"/thresholds/wirral/{10**20}/"]
)
def test_it_has_no_page_for_a_version_that_never_counted_here(client: Client, wirral: Framework, path: str):
    assert client.get(path).status_code == 404


def test_it_says_so_while_nothing_is_in_force(client: Client, settings: Any):
    settings.FRAMEWORK = "atlantis"
    assert "No thresholds are in force yet" in words(client)


def test_it_costs_the_same_few_queries_for_many_versions_and_draws_a_version_once(client: Client, wirral: Framework):
    client.get("/thresholds/")
    with CaptureQueriesContext(connection) as few:
        client.get("/thresholds/")
    for number in range(20):
        frameworks.publish(document=changed(title=f"Version of day {number}"))
    client.get("/thresholds/")
    with CaptureQueriesContext(connection) as many:
        client.get("/thresholds/")
    assert len(many) == len(few) <= 5
    assert not any('"document"' in query["sql"] for query in many.captured_queries)


def test_it_can_only_be_read(client: Client, wirral: Framework):
    assert client.post("/thresholds/").status_code == 405


def test_it_lists_how_serious_a_sign_can_be_from_mild_to_severe(client: Client, wirral: Framework):
    text = words(client)
    found = [
        text.index(said)
        for said in (
            "Mild, Level 2: It is about their",
            "Moderate, Level 3: It is a significant worry",
            "Severe, Level 4: It is a serious worry about",
        )
    ]
    assert found == sorted(found)
