"""Anything at all is sent: it is refused in plain words or taken, and nothing breaks or stays half done."""

import copy
import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash.access import limits
from mash.outbox.models import Message
from referrals import documents
from referrals.documents import InvalidDocument
from referrals.models import IdempotencyRecord, Referral
from referrals.submission import to_document
from tests.api.conftest import ASSESSMENTS, Caller
from tests.api.documents import CONTRACT, EVERYTHING, a_document
from tests.api.test_assessments import CONTRACT as QUESTION

pytestmark = pytest.mark.django_db
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many calls in a minute are over every limit; the limits have tests of their own."""
    monkeypatch.setattr(limits, "spend", lambda _limit, _key: True)


ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 7.0, 10**300, -(10**300), 1e308, 2**63, 25, 12),
    *(
        "",
        " ",
        "D19",
        "0",
        "F",
        "2019-02-30",
        "0000-00-00",
        "given",
        "physical_abuse",
        "-0",
        "1e9",
        "9" * 50,
        "x" * 300,
    ),
    *("\x00", "\ud800", "\u202e", "\u200b", "ليلى", "🧒", "٣"),
    *([], {}, [[]], [{}], {"a": {}}, [None], [True], ["D19", 3], {"code": "D19"}, {"code": None}, {"": ""}),
]
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT, st.sampled_from(ODD))
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=12
)
RICH = a_document(
    adults=[{"name": "Q", "causes_harm": True, "parental_responsibility": "yes", "phone": "07700 900123"}],
    tools={"dash": 3, "dara": "standard", "neglect_grade": 2, "exploitation": "low"},
    concerns__0__about=[0],
    concerns__0__indicators=[{"code": "D19", "severity": "mild", "duration": "once"}, "D05"],
    framework="wirral",
)


NUMBERS = itertools.count()


def places(document: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys, however deep."""
    pairs = list(document.items()) if isinstance(document, dict) else list(enumerate(document))
    inner = [place for _, value in pairs if isinstance(value, dict | list) for place in places(value)]
    return [(document, key) for key, _ in pairs] + inner


@st.composite
def bent(draw: Any, document: dict[str, Any]) -> dict[str, Any]:
    """A document that was right, with one to four things in it made odd or taken away."""
    found = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        where = places(found)
        if not where:
            break
        container, key = draw(st.sampled_from(where))
        if isinstance(container, dict) and draw(st.booleans()):
            del container[key]
        else:
            container[key] = copy.deepcopy(draw(ANYTHING))  # the next bend must not bend the odd things themselves
    return found


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(finite(inner) for inner in value.values())
    if isinstance(value, list):
        return all(finite(inner) for inner in value)
    return not isinstance(value, float) or math.isfinite(value)


@MANY
@given(document=ANYTHING | bent(RICH) | bent(EVERYTHING))
def test_it_reads_anything_or_says_what_is_wrong(document: Any) -> None:
    try:
        submission = documents.parse(document)
    except InvalidDocument as invalid:
        plainly_refused(invalid)
    else:
        stored = to_document(submission)
        json.dumps(stored, ensure_ascii=False, allow_nan=False).encode()
        assert documents.parse(stored) == submission, "what is stored reads back as it was"


def plainly_refused(invalid: InvalidDocument) -> None:
    assert invalid.errors
    assert all(path and sentences and all(sentences) for path, sentences in invalid.errors.items())
    json.dumps(invalid.errors, ensure_ascii=False).encode()


@MANY
@given(document=ANYTHING | bent(RICH) | bent(EVERYTHING) | bent(CONTRACT))
def test_it_never_fails_at_a_referral(system: Caller, document: Any) -> None:
    before = Referral.objects.count()
    response = system.refer(json.dumps(document).encode(), key=str(next(NUMBERS)))
    made = Referral.objects.count() - before
    assert response.status_code in ({201, 422} if finite(document) else {400}), response.content
    assert made == (response.status_code == 201)
    assert Referral.objects.count() == Message.objects.count() == IdempotencyRecord.objects.count()


@MANY
@given(document=ANYTHING | bent(QUESTION))
def test_it_never_fails_at_an_assessment(system: Caller, document: Any) -> None:
    response = system.send(ASSESSMENTS, json.dumps(document).encode())
    assert response.status_code in ({200, 422} if finite(document) else {400}), response.content


@MANY
@given(body=st.binary(max_size=200) | st.text(max_size=60).map(lambda text: ('{"children":' + text).encode()))
def test_it_never_fails_at_bytes(system: Caller, body: bytes) -> None:
    assert system.refer(body).status_code in {400, 422}
    assert not Referral.objects.exists()


@MANY
@given(
    headers=st.dictionaries(
        st.sampled_from(["authorization", "idempotency-key", "content-type", "accept", "content-length"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
        max_size=4,
    ),
    reference=st.text(st.characters(codec="utf-8"), max_size=24),
)
def test_it_never_fails_at_a_header_or_an_address(system: Caller, headers: dict[str, str], reference: str) -> None:
    headers.pop("content-length", None)
    assert system.refer(a_document(), **headers).status_code < 500
    address = "".join(f"%{byte:02X}" for byte in reference.encode())
    assert system.follow(address).status_code < 500
