"""Two at once, in real threads and real transactions: one winner, and the loser is told who won."""

from collections import Counter
from functools import partial

import pytest
from django.utils import timezone

from accounts.errors import Refused, SomeoneElse
from mash.audit.models import Event
from tests.referrals.test_queue_races import at_once
from thresholds.models import Adoption, Framework, FrameworkDraft, Retirement
from thresholds.selectors.frameworks import framework_here, framework_in_force
from thresholds.services import adopting, drafts, trying
from thresholds.services.frameworks import publish_draft

pytestmark = pytest.mark.django_db(transaction=True)


def retitled(title, document):
    return {**document, "title": title}


def test_one_of_two_editors_wins_and_the_other_is_told(polly, ned, draft):
    save = partial(drafts.save, draft=draft, seen=1, part="title")
    answers = at_once(
        [
            partial(save, by=polly, change=partial(retitled, "Polly’s")),
            partial(save, by=ned, change=partial(retitled, "Ned’s")),
        ]
    )
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {FrameworkDraft: 1, SomeoneElse: 1}
    draft.refresh_from_db()
    winner = "Polly" if draft.title == "Polly’s" else "Ned"
    (told,) = [answer for answer in answers if isinstance(answer, SomeoneElse)]
    assert f"{winner} Example saved this draft" in told.message
    assert draft.revision == 2


def test_one_of_two_publishers_of_a_draft_wins_and_the_other_is_told(polly, ned, rose, draft):
    row = drafts.save(by=rose, draft=draft, seen=1, part="title", change=partial(retitled, "New"))
    trying.preview(by=polly, draft=row)
    before = Framework.objects.count()
    answers = at_once([partial(publish_draft, by=by, draft=row, seen=2, note="Agreed.") for by in (polly, ned)])
    assert Counter(type(answer) for answer in answers) == {Framework: 1, SomeoneElse: 1}
    made = Framework.objects.latest("pk")
    (told,) = [answer for answer in answers if isinstance(answer, SomeoneElse)]
    assert made.by is not None
    assert f"{made.by.name} published this draft" in told.message
    assert Framework.objects.count() == before + 1


def test_two_drafts_of_one_framework_become_two_versions(polly, ned, wirral):
    rows = []
    for by, title in ((polly, "One"), (ned, "Two")):
        row = drafts.start(by=by, key="wirral", title=wirral.title, based_on=wirral)
        row = drafts.save(by=by, draft=row, seen=1, part="title", change=partial(retitled, title))
        rows.append(trying.preview(by=by, draft=row))
    others = zip((ned, polly), rows, strict=True)
    answers = at_once([partial(publish_draft, by=by, draft=row, seen=2, note="Agreed.") for by, row in others])
    assert sorted(one.version for one in answers) == [wirral.version + 1, wirral.version + 2]


def test_it_adopts_once_however_often_the_form_is_sent(polly, wirral):
    adopt = partial(adopting.adopt, by=polly, key="wigan", reason="The board agreed.")
    answers = at_once([adopt, adopt, adopt])
    assert {answer.pk for answer in answers} == {Adoption.objects.get().pk}
    assert Event.objects.filter(what="framework_adopted").count() == 1


def test_it_tells_who_adopted_it_to_whoever_adopts_the_same_at_once(polly, ned, wirral):
    answers = at_once([partial(adopting.adopt, by=by, key="wigan", reason=by.name) for by in (polly, ned)])
    assert Counter(type(answer) for answer in answers) == {Adoption: 1, SomeoneElse: 1}
    (told,) = [answer for answer in answers if isinstance(answer, SomeoneElse)]
    assert f"{Adoption.objects.get().by.name} adopted this framework here" in told.message


def test_it_starts_one_draft_however_often_the_form_is_sent(polly, wirral):
    start = partial(drafts.start, by=polly, key="wirral", title="Next year", based_on=wirral)
    assert len({answer.pk for answer in at_once([start, start, start])}) == 1
    assert Event.objects.filter(what="framework_draft_started").count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_two_retirements_never_leave_nothing_in_force(_again, polly, ned, wirral, draft):
    row = drafts.save(by=polly, draft=draft, seen=1, part="title", change=partial(retitled, "New"))
    trying.preview(by=polly, draft=row)
    made = publish_draft(by=ned, draft=row, seen=2, note="Agreed.")
    answers = at_once(
        [
            partial(adopting.retire, by=polly, framework=wirral, reason="Old."),
            partial(adopting.retire, by=ned, framework=made, reason="Wrong."),
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Retirement: 1, Refused: 1}
    assert framework_here() in (wirral, made)


@pytest.mark.parametrize("_again", range(3))
def test_an_adoption_and_a_retirement_never_leave_nothing_in_force(_again, polly, ned, wirral):
    wigan = framework_in_force("wigan")
    answers = at_once(
        [
            partial(adopting.adopt, by=polly, key="wigan", reason="Yes."),
            partial(adopting.retire, by=ned, framework=wigan, reason="Old."),
        ]
    )
    assert Counter(type(answer) for answer in answers) in ({Adoption: 1, Refused: 1}, {Retirement: 1, Refused: 1})
    assert framework_here(at=timezone.now())
