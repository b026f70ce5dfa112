"""Signing in, the first page, and the audit trail."""

from django.urls import include, path

from accounts.views.audit import audit
from accounts.views.home import home

urlpatterns = [
    path("accounts/second-factor/", include("accounts.second_factor_urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("audit/", audit, name="audit"),
    path("", home, name="home"),
]
