"""Check the answers, declare, send; and the page that says that it arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import drafting, visible
from referrals.choices import ReadHow
from referrals.documents import InvalidDocument, parse
from referrals.errors import Refused
from referrals.forms.submitting import SendForm
from referrals.models import Draft, Referral
from referrals.selectors import asking, below, submissions
from referrals.services import drafts, telling
from referrals.submission import Submission
from referrals.views.submitting.drafts import posted
from referrals.views.submitting.places import linker, of_path
from referrals.views.submitting.sections import tasks
from referrals.views.submitting.summary import cards

GONE = "The list of signs has changed. “{words}” is no longer in it: look at the signs again"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something to mend before sending, and where."""

    words: str
    href: str


@allows(Act.REFER, on=visible.draft, kwarg="token", methods=GET_POST)
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything that was typed, each answer with its way back, the declaration, and Send. Sent twice, it leads to
    the one referral that was made."""
    if draft.referral is not None:
        return redirect("confirmation", draft.referral.reference)
    submission, gaps = _read(draft)
    seen = draft.saved_at.isoformat()
    form = SendForm(posted(request), initial={"seen": seen})
    if submission and form.is_valid() and (referral := _send(request, draft, submission, form)):
        return redirect("confirmation", referral.reference)
    if form.is_bound:
        form.data = {"seen": seen}  # what is on the page now is read, and declared, anew
    context = {
        "draft": draft,
        "form": form,
        "gaps": gaps,
        "cards": cards(drafting.as_typed(draft.data), link=linker(draft)),
        "picture": below.picture(submission).value if submission else "",
        "asks_what_was_done": submission is not None and asking.what_was_done(submission),
    }
    return render(request, "referrals/submit/check.html", context)


@allows(Act.REFER, on=visible.submission)
def confirmation(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The reference, what happens next and by when, and what the framework says from the referrer's own facts.

    It says what the receipt says, so the receipt counts as read; later news is read on its own page.
    """
    assert isinstance(request.user, User)
    if submissions.only_receipt(referral):
        telling.read(by=request.user, referral=referral, how=ReadHow.PRODUCT)
    context = {"referral": referral, "own": submissions.own_assessments(referral)}
    return render(request, "referrals/submit/confirmation.html", context)


def _send(request: HttpRequest, draft: Draft, submission: Submission, form: SendForm) -> Referral | None:
    assert isinstance(request.user, User)
    if form.cleaned_data["seen"] != draft.saved_at.isoformat():
        form.add_error(None, drafts.CHANGED)
        return None
    try:
        return drafts.send(by=request.user, draft=draft, submission=submission)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def _read(draft: Draft) -> tuple[Submission | None, list[Gap]]:
    """The submission, or what is missing or wrong in the order of the journey."""
    unfinished = [Gap(f"Finish “{task.title}”", task.href) for task in tasks(draft) if not task.done]
    if unfinished:
        return None, unfinished
    try:
        return parse(drafting.document(draft.data)), []
    except InvalidDocument as invalid:
        return None, list(_gaps(draft, invalid.errors))


def _gaps(draft: Draft, errors: dict[str, list[str]]) -> Iterator[Gap]:
    """Each mistake with a link to the box where it was typed."""
    link, lost = linker(draft), _lost(draft)
    for path, messages in errors.items():
        sign = lost.get(path.removesuffix(".code"))
        for message in messages:
            yield Gap(GONE.format(words=sign) if sign else message, link(*of_path(path)))


def _lost(draft: Draft) -> dict[str, str]:
    """The signs that were ticked and are no longer in the list, by their paths in the document, in words."""
    codes = {
        f"concerns.{place}.indicators.{number}": submissions.sign_parts(sign)[0]
        for place, concern in enumerate(drafting.document(draft.data)["concerns"])
        for number, sign in enumerate(concern.get("indicators", []))
    }
    words = submissions.lost_signs(codes.values())
    return {path: words[code] for path, code in codes.items() if code in words}
