"""Signing in, the first page, and the audit trail."""

from django.urls import include, path, re_path

from accounts.views import oidc
from accounts.views.audit import audit
from accounts.views.home import home
from accounts.views.reset_second_factor import reset_second_factor
from accounts.views.sessions import sessions
from accounts.views.set_password import set_password_by_link

urlpatterns = [
    path("accounts/second-factor/", include("accounts.second_factor_urls")),
    path("accounts/sessions/", sessions, name="usersessions_list"),
    path("people/<int:pk>/second-factor/", reset_second_factor, name="reset_second_factor"),
    path("accounts/oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
    # The library's own address for it.
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        set_password_by_link,
        name="account_reset_password_from_key",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("audit/", audit, name="audit"),
    path("", include("accounts.letting_in_urls")),
    path("", home, name="home"),
]
