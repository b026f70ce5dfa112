"""Time limits, ratings, and clocks that stand still."""

from django.urls import URLPattern, path

from referrals.views import clocks, limits

urlpatterns: list[URLPattern] = [
    path("queue/running-out/", clocks.time_warnings, name="time_warnings"),
    path("time-limits/", limits.time_limits, name="time_limits"),
    path("time-limits/<slug:key>/", limits.change_limit, name="change_limit"),
    path("queue/<ref:reference>/rating/", clocks.change_rating, name="change_rating"),
    path("queue/<ref:reference>/gathered/", clocks.information_gathered, name="information_gathered"),
    path("queue/<ref:reference>/pause/", clocks.pause_clock, name="pause_clock"),
    path("queue/<ref:reference>/resume/", clocks.resume_clock, name="resume_clock"),
    path("cases/<int:pk>/clocks/<slug:key>/pause/", clocks.pause_case_clock, name="pause_case_clock"),
    path("cases/<int:pk>/clocks/<slug:key>/resume/", clocks.resume_case_clock, name="resume_case_clock"),
]
