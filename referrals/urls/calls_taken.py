"""A referral that the hub writes down for somebody."""

from django.urls import URLPattern, path

from referrals.views import calls_taken

urlpatterns: list[URLPattern] = [
    path("take-a-call/", calls_taken.take_a_call, name="take_a_call"),
    path("take-a-call/<ref:reference>/", calls_taken.taken_call, name="taken_call"),
]
