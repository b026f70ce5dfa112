"""Every address of the product."""

from django.urls import include, path, register_converter

from mash import health
from mash.access.views import held_post, stay
from mash.lib.references import ReferenceConverter

register_converter(ReferenceConverter, "ref")

handler400 = "mash.errors.bad_request"
handler403 = "mash.errors.forbidden"
handler404 = "mash.errors.not_found"
handler500 = "mash.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("held/<uuid:token>/", held_post, name="held"),
    path("stay/", stay, name="stay"),
    path("", include("mash.outbox.urls")),
    path("", include("accounts.urls")),
    path("", include("thresholds.urls")),
    path("", include("referrals.urls")),
    path("api/", include("mash.api")),
]
