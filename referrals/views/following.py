"""The referrer's own pages: the list of what they wrote and sent, and what became of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.access import allows
from mash.audit import events
from mash.lib.paging import Page
from referrals import drafting, visible
from referrals.choices import AmendmentKind, ReadHow, Stage
from referrals.models import Referral
from referrals.selectors import amendments, submissions
from referrals.services import telling
from referrals.views.submitting.summary import cards

PAGE_SIZE = 20


@allows(Act.REFER)
def my_referrals(request: HttpRequest) -> HttpResponse:
    """Drafts to continue, and what was sent: where each child stands, and a mark where there is news."""
    assert isinstance(request.user, User)
    before = request.GET.get("before", "")
    page = Page.of(submissions.followed(request.user), before=before, size=PAGE_SIZE)
    events.listed(by=request.user, what="my_referrals", ids=[referral.pk for referral in page.rows])
    context = {
        "whose": "Our" if submissions.sees_colleagues(request.user) else "My",
        "sent": [(referral, submissions.standings(referral)) for referral in page.rows],
        "drafts": [] if before else [(one, drafting.names(one.data)) for one in submissions.open_drafts(request.user)],
        "colleagues": [] if before else submissions.colleagues_drafts(request.user),
        "later": f"?before={page.next_before}" if page.next_before else "",
        "earlier": request.path if before else "",
    }
    return render(request, "referrals/follow/list.html", context)


@allows(Act.REFER, on=visible.submission)
def my_referral(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Where each child stands, what was written for the referrer, and what they sent. That it was read is kept.

    It is kept before the news is fetched for the page, so that nothing is marked as read and not shown.
    """
    assert isinstance(request.user, User)
    unread = submissions.unread(referral, request.user)
    telling.read(by=request.user, referral=referral, how=ReadHow.PRODUCT)
    context = {
        "referral": referral,
        "children": submissions.children(referral),
        "news": submissions.news(referral, unread=unread),
        "again": submissions.is_looked_at_again(referral),
        "late": referral.decision_due_at < timezone.now(),
        "cards": cards(referral.document),
        "mine": referral.submitted_by_id == request.user.pk,
        "added": (added := amendments.mine(referral)),
        "may_withdraw": referral.stage != Stage.WITHDRAWN
        and not any(one.kind == AmendmentKind.WITHDRAWAL for one in added),
    }
    return render(request, "referrals/follow/referral.html", context)
