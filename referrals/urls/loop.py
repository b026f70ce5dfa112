from django.urls import URLPattern, path

from referrals.views import loop, messages_owed

urlpatterns: list[URLPattern] = [
    path("owed/", loop.owed, name="owed"),
    path("owed/calls/<int:pk>/", loop.call, name="call"),
    path("owed/messages/<int:pk>/", messages_owed.message, name="message"),
    path("owed/messages/<int:pk>/resend/", messages_owed.resend, name="resend"),
]
