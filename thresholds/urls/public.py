"""Addresses under /thresholds/: for everybody."""

from django.urls import URLPattern, path

from thresholds.views import public

urlpatterns: list[URLPattern] = [
    path("", public.thresholds_here, name="thresholds_here"),
    path("<slug:key>/<int:version>/", public.thresholds_version, name="thresholds_version"),
]
