"""The API's addresses, under /api/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from mash.api_page import docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/referrals/", include("referrals.api.urls")),
    path("v1/assessments/", include("thresholds.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
