"""Anything at all is typed into the pages that may be skipped: it is taken or refused in words, and nothing breaks."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals import drafting
from referrals.documents import parse
from referrals.forms.submitting import AdultMoreForm, ChildMoreForm, ConcernMoreForm, WiderForm
from referrals.forms.submitting.tools import DomesticAbuseForm, ExploitationForm, NeglectForm
from referrals.services import drafts
from tests.referrals.test_long_form import REACH, WHEN
from tests.referrals.test_submitting import Journey, journey
from tests.referrals.test_submitting_two_tabs import ADULT

__all__ = ["journey"]

MORE = "children/aaaa1111/more/"
PAGES: dict[str, Any] = {
    MORE: ChildMoreForm,
    REACH: AdultMoreForm,
    WHEN: ConcernMoreForm,
    "wider/": WiderForm,
    "tools/domestic-abuse/": DomesticAbuseForm,
    "tools/exploitation/": ExploitationForm,
    "tools/neglect/": NeglectForm,
}
ODD = [
    "",
    " ",
    "\x00",
    "\u202eabc",
    "ليلى",
    "🧒🏽",
    "٣",
    "-1",
    "27",
    "1e9",
    "9" * 40,
    "x" * 300,
    "\n" * 30,
    "yes",
    "no",
]
RIGHT = ["dash", "dara", "none", "high", "low", "3", "NONE", "MOB", "WBRI", "child", "not_known", "jo@byrne.example"]
WORD = st.sampled_from(ODD + RIGHT) | st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize("page", PAGES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_it_takes_anything_or_says_what_is_wrong(page: str, data: st.DataObject, journey: Journey) -> None:
    if "children" not in journey.data():
        journey.fill()
        journey.post("adults/add/", ADULT)
    names = st.sampled_from([*PAGES[page].base_fields, "opened", "key", "csrfmiddlewaretoken", "from"])
    answers = data.draw(st.dictionaries(names, WORD | st.lists(WORD, max_size=3), max_size=6))
    before = journey.data()
    answer = journey.post(page, answers)
    assert answer.status_code in (200, 302)
    if answer.status_code == 200:
        assert answer.context["form"].errors and journey.data() == before
    parse(drafting.document(journey.data()))
    assert journey.get("check/").status_code == 200


@pytest.mark.parametrize(
    "held",
    [{}, {"dash": None}, {"dara": "", "domestic_abuse_asked": True}, {"neglect_grade": 5}, {"dash_grade": "high"}],
)
def test_it_opens_a_tool_whatever_was_saved_of_it(journey: Journey, held: dict[str, Any]) -> None:
    drafts.fill(draft=journey.draft, section="tools", answers=held)
    for page in ("tools/domestic-abuse/", "tools/exploitation/", "tools/neglect/", "", "check/"):
        assert journey.get(page).status_code == 200
