"""The walk with the Tab key notices what it is there for."""

import pytest
from playwright.sync_api import Page

from tests.support.keyboard import stops_on

GOOD = """<a href="#">One</a> <input type="date" aria-label="Day">
<details><summary>Two</summary><a href="#">Not yet</a></details>
<label><input type="radio" name="a">Three</label><label><input type="radio" name="a">With three</label>
<button>Four</button>"""


def test_it_counts_the_stops_of_a_page_where_all_is_well(page: Page) -> None:
    page.set_content(GOOD)
    assert stops_on(page) == 5


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('<button tabindex="1">Early</button>', "came to Early, not to One"),
        ('<button style="outline: none">Plain</button>', "Plain: nothing shows the focus"),
        ('<button style="position: absolute; left: -999px">Away</button>', "Away: covered, or not in the window"),
        ('<div style="position: fixed; inset: 0; background: white"></div>', "One: covered"),
        ('<button onfocus="document.links[0].focus()">Back</button>', "came to One, not to"),
        ('<button onkeydown="event.preventDefault()">Trap</button><button>Last</button>', "never came to Last"),
    ],
)
def test_it_notices(page: Page, wrong: str, words: str) -> None:
    page.set_content(GOOD + wrong)
    with pytest.raises(AssertionError, match=words):
        stops_on(page)
