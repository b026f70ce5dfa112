"""Every page on which the thresholds are governed: it opens, keeps what was typed, and says what is wrong where."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import person
from thresholds.models import Framework, FrameworkDraft
from thresholds.services import drafts, trying

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def page(client_for: Browser, polly: User) -> Client:
    return client_for(polly)


def shown(client: Client, name: str, *args: object) -> dict:
    """What the form of a page holds, as a browser would send it back."""
    form = client.get(reverse(name, args=args)).context["form"]
    found: dict = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            value = "yes" if value else "no"
        found[bound.html_name] = "" if value is None else value
    return found


@pytest.mark.parametrize(
    "name",
    [
        "framework_draft", "draft_about", "draft_services", "draft_bands", "draft_areas", "draft_indicators",
        "add_indicator", "draft_rules", "add_rule", "compare_draft", "preview_draft", "publish_framework",
        "discard_draft",
    ],
)  # fmt: skip
def test_it_opens_every_page_of_a_draft(page: Client, draft: FrameworkDraft, name: str) -> None:
    assert page.get(reverse(name, args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(
    "name", ["framework", "start_from", "compare_framework", "adopt_framework", "retire_framework"]
)
def test_it_opens_every_page_of_a_version(page: Client, wirral: Framework, name: str) -> None:
    assert page.get(reverse(name, args=[wirral.pk])).status_code == 200
