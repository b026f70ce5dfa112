"""Agencies' systems, and a way to speak as one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts import api_keys
from accounts.api_keys import AgencySystem
from accounts.models import Organisation
from accounts.policy import API_SCOPES, Act
from tests.api.documents import a_document

REFERRALS, ASSESSMENTS = "/api/v1/referrals/", "/api/v1/assessments/"


@dataclass(frozen=True)
class Caller:
    """One agency's system with its key, over plain HTTP."""

    token: str
    actor: AgencySystem

    def send(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> HttpResponse:
        """The answer to a body (JSON unless it is bytes)."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"authorization": f"Bearer {self.token}", "content-type": "application/json", **headers}
        kind = given.pop("content-type")
        client = Client(raise_request_exception=False)
        return client.generic(method, path, data, content_type=kind, headers=given)

    def refer(self, body: Any = None, *, key: str = "k1", **headers: str) -> HttpResponse:
        """Send a referral, the contract's example unless another is given."""
        document = a_document() if body is None else body
        return self.send(REFERRALS, document, **{"idempotency-key": key, **headers})

    def follow(self, reference: str) -> HttpResponse:
        """Ask where a referral stands."""
        return Client().get(f"{REFERRALS}{reference}/", headers={"authorization": f"Bearer {self.token}"})


def caller(organisation: Organisation, *scopes: Act, name: str = "Records") -> Caller:
    """A system of this organisation with these scopes, or all."""
    row, token = api_keys.issue(organisation=organisation, name=name, scopes=frozenset(scopes) or API_SCOPES)
    return Caller(token, AgencySystem(row))


@pytest.fixture
def system(school: Organisation) -> Caller:
    """The school's records system."""
    return caller(school)


@pytest.fixture
def another_system(police: Organisation) -> Caller:
    """The police's."""
    return caller(police)


@pytest.fixture
def problem() -> Callable[[HttpResponse, int], dict[str, Any]]:
    """`problem(response, 422)`: the body, which is a problem in its whole form and sets no cookie."""

    def checked(response: HttpResponse, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        assert not response.cookies
        body: dict[str, Any] = json.loads(response.content)
        assert body["status"] == status and body["title"] and body["type"] == "about:blank"
        return body

    return checked
