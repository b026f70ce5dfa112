"""Every page of the thresholds."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("frameworks/", include("thresholds.urls.governing")),
    path("thresholds/", include("thresholds.urls.public")),
]
