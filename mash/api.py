"""The API's addresses, under /api/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# Its script is a file of its own, so that nothing inline need be allowed.
documentation = SpectacularSwaggerSplitView.as_view(
    url_name="schema", template_name="api/docs.html", template_name_js="api/docs.js"
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/referrals/", include("referrals.api.urls")),
    path("v1/assessments/", include("thresholds.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", documentation, name="docs"),
]
