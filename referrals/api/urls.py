"""Addresses under /api/v1/referrals/."""

from django.urls import path

from referrals.api.notices import NoticeBatch
from referrals.api.views import Referrals, ReferralStatus

urlpatterns = [
    path("", Referrals.as_view(), name="api_referrals"),
    path("batch/", NoticeBatch.as_view(), name="api_notices"),
    path("<ref:reference>/", ReferralStatus.as_view(), name="api_referral"),
]
