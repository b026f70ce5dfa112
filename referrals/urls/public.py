"""For everybody without an account."""

from django.urls import path

from referrals.views import public, public_returning

ME = {"me": True}
urlpatterns = [
    path("tell-us/", public.tell_us, name="tell_us"),
    path("tell-us/me/", public.tell_us, ME, name="tell_us_me"),
    path("tell-us/me/<slug:identity>/", public.tell_us_form, ME, name="tell_us_me_form"),
    path("tell-us/me/<slug:identity>/send/", public.tell_us_send, ME, name="tell_us_me_send"),
    path("tell-us/<slug:identity>/", public.tell_us_form, name="tell_us_form"),
    path("tell-us/<slug:identity>/send/", public.tell_us_send, name="tell_us_send"),
    path("come-back/", public_returning.come_back, name="come_back"),
    path("come-back/news/", public_returning.came_back, name="came_back"),
    path("come-back/leave/", public_returning.leave, name="leave_news"),
]
