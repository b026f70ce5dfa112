"""Why a referral stands at its level, in words that need no training."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policy import Act
from mash.access import allows
from referrals import visible
from referrals.models import Referral
from referrals.selectors.why import why


@allows(Act.READ_FILE, on=visible.referral)
def why_level(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Child by child: each reason with its rule, source and facts, what was struck out, what would change it."""
    return render(request, "referrals/why/why.html", {"referral": referral, "why": why(referral)})
