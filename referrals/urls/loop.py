from django.urls import URLPattern, path

from referrals.views import loop

urlpatterns: list[URLPattern] = [
    path("owed/", loop.owed, name="owed"),
    path("owed/calls/<int:pk>/", loop.call, name="call"),
]
