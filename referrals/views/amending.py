"""After sending: add something, put something right, withdraw; and the hub's answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.choices import AmendmentKind
from referrals.forms.amending import AnswerForm, CorrectForm, MoreForm, WithdrawReferralForm
from referrals.models import Amendment, Referral, Subject
from referrals.selectors import amendments as selectors
from referrals.services import amending, withdrawing
from referrals.services.amending import Change
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.views.submitting.summary import Row, cards

KEPT = "Thank you. It is kept with your referral, and the hub has been told."


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer of what was sent: the card that it is on, its question and words, and the child it is about."""

    card: str
    row: Row
    subject: Subject | None

    @property
    def words(self) -> str:
        return "\n".join(self.row.lines)

    @property
    def question(self) -> str:
        return f"{self.card}: {self.row.key}"


@allows(Act.REFER, on=visible.submission)
def amend(request: HttpRequest, referral: Referral) -> HttpResponse:
    """What was sent, each answer with the way to put it right; and the way to tell more."""
    page = reverse("correct", args=[referral.reference])
    context = {
        "referral": referral,
        "cards": cards(referral.document, link=lambda *place: f"{page}?answer={_key(*place)}"),
    }
    return render(request, "referrals/amend/amend.html", context)


@allows(Act.REFER, on=visible.submission, methods=GET_POST)
def more(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Something new, in one's own words."""
    form = MoreForm(request.POST or None, subjects=selectors.subjects(referral))
    if form.is_valid() and attempt(
        form,
        lambda: amending.add(
            by=reader(request),
            referral=referral,
            words=form.cleaned_data["words"],
            subject=form.subject(),
            danger=form.cleaned_data["danger"],
        ),
    ):
        messages.success(request, KEPT)
        return redirect("my_referral", referral.reference)
    return render(request, "referrals/amend/more.html", {"form": form, "referral": referral})


@allows(Act.REFER, on=visible.submission, methods=GET_POST)
def correct(request: HttpRequest, referral: Referral) -> HttpResponse:
    """One answer of what was sent, put right. Without an answer in the address, the page to choose one."""
    if "answer" not in request.GET:
        return redirect("amend", referral.reference)
    sent = _answers(referral).get(request.GET["answer"])
    if sent is None:
        raise Http404
    form = CorrectForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: amending.correct(by=reader(request), referral=referral, change=_change(sent, form.cleaned_data))
    ):
        messages.success(request, KEPT)
        return redirect("my_referral", referral.reference)
    return render(request, "referrals/amend/correct.html", {"form": form, "referral": referral, "sent": sent})


@allows(Act.REFER, on=visible.submission, methods=GET_POST)
def withdraw_referral(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Say first what withdrawing would do here; then, with a reason, do it."""
    ending = withdrawing.ends(referral)
    promised = request.POST.get("ending") == "yes" if request.method == "POST" else ending
    form = WithdrawReferralForm(request.POST or None)
    if form.is_valid() and attempt(
        form,
        lambda: withdrawing.withdraw(by=reader(request), referral=referral, ending=promised, **form.cleaned_data),
    ):
        messages.success(request, "Your referral is withdrawn." if promised else "The hub has been told what you wish.")
        return redirect("my_referral", referral.reference)
    return render(request, "referrals/amend/withdraw.html", {"form": form, "referral": referral, "ending": ending})


@allows(Act.READ_FILE, on=visible.amendment, kwarg="pk", methods=GET_POST)
def answer_amendment(request: HttpRequest, row: Amendment) -> HttpResponse:
    """What the referrer added, and what we tell them; perhaps nothing more than that it was read."""
    form = AnswerForm(request.POST if request.method == "POST" else None, needed=row.kind == AmendmentKind.WITHDRAWAL)
    if form.is_valid() and attempt(
        form, lambda: amending.answer(by=reader(request), amendment=row, **form.cleaned_data)
    ):
        messages.success(request, "It is written down that you have looked at this.")
        return redirect(selectors.page_of(reader(request), row))
    context = {"form": form, "one": row, "back": selectors.page_of(reader(request), row)}
    return render(request, "referrals/amend/answer.html", context)


def _key(section: str, place: int, name: str) -> str:
    return f"{section}.{place}.{name}"


def _answers(referral: Referral) -> dict[str, Sent]:
    """Each answer of what was sent, by its place in it. Of two under one place the first stands for both."""
    children = {one.position: one for one in selectors.subjects(referral)}
    found: dict[str, Sent] = {}
    for card in cards(referral.document, link=_key):
        for row in card.rows:
            section, place, _name = row.href.split(".", 2)
            subject = children.get(int(place)) if section == "children" else None
            found.setdefault(row.href, Sent(card.title, row, subject))
    return found


def _change(sent: Sent, typed: Mapping[str, str]) -> Change:
    return Change(answer=sent.question[:300], was=sent.words, subject=sent.subject, **typed)
