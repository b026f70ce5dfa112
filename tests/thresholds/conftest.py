"""Polly, Ned and Rose govern the thresholds; the two presets are published."""

import pytest

from accounts.models import Organisation, User
from accounts.policy import Role
from tests.cast import person
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors.frameworks import framework_in_force
from thresholds.services import drafts, frameworks


@pytest.fixture
def polly(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def ned(hub: Organisation) -> User:
    return person("Ned", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def rose(hub: Organisation) -> User:
    return person("Rose", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def wirral(db: None) -> Framework:
    frameworks.publish_presets()
    return framework_in_force("wirral")


@pytest.fixture
def draft(polly: User, wirral: Framework) -> FrameworkDraft:
    """The next version of the one in force here, not yet changed."""
    return drafts.start(by=polly, key=wirral.key, title=wirral.title, based_on=wirral)
