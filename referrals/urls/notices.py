"""Notices handed in many at once, and the hub's tray of them."""

from django.urls import URLPattern, path

from referrals.views import notices, screening

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.new_notices, name="new_notices"),
    path("notices/template.csv", notices.notices_template, name="notices_template"),
    path("notices/check/<uuid:token>/", notices.check_notices, name="check_notices"),
    path("notices/<int:pk>/", notices.notice_batch, name="notice_batch"),
    path("notices/<int:pk>/refused.csv", notices.refused_notices, name="refused_notices"),
    path("queue/notices/", screening.notice_tray, name="notice_tray"),
    path("queue/notices/screen/", screening.screen_notices, name="screen_notices"),
    path("queue/rereads/", screening.rereads, name="rereads"),
    path("queue/rereads/<int:pk>/", screening.reread, name="reread"),
]
