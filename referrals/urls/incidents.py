"""Referrals about one incident, and what is new for an open case."""

from django.urls import URLPattern, path

from referrals.views import incidents

REFERRAL = "queue/<ref:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{REFERRAL}incident/", incidents.incident, name="incident"),
    path(f"{REFERRAL}incident/same/", incidents.judge_incident, name="judge_incident"),
    path(f"{REFERRAL}incident/leave/", incidents.leave_incident, name="leave_incident"),
    path(f"{REFERRAL}incident/take/", incidents.claim_incident, name="claim_incident"),
    path(f"{REFERRAL}incident/hand-over/", incidents.hand_over_incident, name="hand_over_incident"),
    path(f"{REFERRAL}carry/", incidents.carry_decision, name="carry_decision"),
    path("cases/<int:pk>/read/", incidents.read_new_information, name="read_new_information"),
]
