"""Notices handed in many at once, and the hub's tray of them."""

from django.urls import URLPattern, path

from referrals.views import notices

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.new_notices, name="new_notices"),
    path("notices/template.csv", notices.notices_template, name="notices_template"),
    path("notices/check/<uuid:token>/", notices.check_notices, name="check_notices"),
    path("notices/<int:pk>/", notices.notice_batch, name="notice_batch"),
    path("notices/<int:pk>/refused.csv", notices.refused_notices, name="refused_notices"),
]
