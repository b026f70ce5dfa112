"""Opening any page of any draft and saving it as it is changes nothing; what one page changes, it alone changes."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mash.govuk.forms import GovukForm
from tests.thresholds.generated import documents
from thresholds import presets
from thresholds.editing import parts
from thresholds.editing.comparing import compare
from thresholds.editing.wording import in_words
from thresholds.engine import framework_from_json
from thresholds.forms.about import AboutForm, AreasForm, ServicesForm
from thresholds.forms.bands import BandsForm
from thresholds.forms.indicators import IndicatorForm
from thresholds.forms.rules import SourceForm, StepForm
from thresholds.models import FrameworkDraft

often = settings(deadline=None, max_examples=30)
Document = dict[str, Any]
PRESETS = [presets.read(key) for key in presets.KEYS]


def posted(form: GovukForm) -> dict[str, Any]:
    """What a browser sends when nothing on the page is touched."""
    found = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in found.items()}


def opened(form: type[Any], document: Document, **more: Any) -> Any:
    """The form as sent back untouched; it must have no mistakes."""
    draft = FrameworkDraft(document=deepcopy(document), revision=3)
    sent = form(posted(form(draft=draft, **more)), draft=draft, **more)
    assert sent.is_valid(), sent.errors
    assert sent.revision() == 3
    return sent


def saved(document: Document) -> list[Document]:
    """What the draft holds after each page was saved untouched."""
    found = [opened(form, document).changed(document) for form in (AboutForm, ServicesForm, AreasForm)]
    bands = opened(BandsForm, document)
    found.append(parts.with_bands(document, bands.bands(), bands.was))
    for item in document["indicators"]:
        form = opened(IndicatorForm, document, item=item)
        found.append(parts.with_indicator(document, item["code"], form.answers(), form.placement()))
    for rule in document["rules"]:
        source = opened(SourceForm, document, rule=rule).cleaned_data["source"]
        found.append(parts.with_rule(document, rule["id"], {"source": source}))
        for place, step in enumerate(rule["steps"]):
            form = opened(StepForm, document, step=step)
            found.append(parts.with_step(document, rule["id"], place, form.answers()))
    return found


@often
@example(document=PRESETS[0])
@example(document=PRESETS[1])
@given(document=documents())
def test_it_changes_nothing_when_a_page_is_saved_as_it_was_opened(document):
    before = json.dumps(document, sort_keys=True)
    for after in saved(document):
        assert json.dumps(after, sort_keys=True) == before
    assert compare(document, json.loads(before)) == ()


@often
@given(document=documents(), data=st.data())
def test_it_shows_any_change_when_two_documents_are_compared(document, data):
    """Take one thing out, or change its words: comparing names it, and only it, from both sides."""
    part = data.draw(st.sampled_from(["indicators", "rules"]))
    if not document[part]:
        return
    other = deepcopy(document)
    place = data.draw(st.integers(0, len(document[part]) - 1))
    if data.draw(st.booleans()):
        del other[part][place]
        expected = {"Removed", "Added"}
    else:
        other[part][place]["source"] = "Another source"
        expected = {"Changed"}
    found = [
        change for one, two in ((document, other), (other, document)) for s in compare(one, two) for change in s.changes
    ]
    assert {change.what for change in found} == expected
    assert len(found) == 2 and found[0].name == found[1].name


@often
@given(document=documents())
def test_it_says_every_condition_in_words(document):
    for item in (*(step for rule in document["rules"] for step in rule["steps"]), *document["notes"]):
        words = in_words(item["when"], document)
        assert words and "not understood" not in words and "something called" not in words and "None" not in words


@often
@given(document=documents(), data=st.data())
def test_it_keeps_a_condition_whole_while_the_rest_of_its_step_changes(document, data):
    steps = [(rule["id"], place, step) for rule in document["rules"] for place, step in enumerate(rule["steps"])]
    if not steps:
        return
    rule, place, step = data.draw(st.sampled_from(steps))
    draft = FrameworkDraft(document=document, revision=3)
    page = posted(StepForm(draft=draft, step=step)) | {"because": "For another reason."}
    form = StepForm(page, draft=draft, step=step)
    assert form.is_valid(), form.errors
    after = parts.with_step(document, rule, place, form.answers())
    framework_from_json(after, version=1)
    (changed,) = compare(document, after)
    assert [line.label for line in changed.changes[0].lines] == [f"Step {place + 1}"]
    held = next(one for one in after["rules"] if one["id"] == rule)["steps"][place]
    assert held == {**step, "because": "For another reason."}
