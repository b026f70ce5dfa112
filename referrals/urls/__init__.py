"""The pages of this app, by what people come to do."""

from referrals.urls import (
    advice,
    afterwards,
    calls_taken,
    cases,
    clocks,
    inbox,
    incidents,
    loop,
    nights,
    notices,
    public,
    queue,
    referring,
    sealed,
)

urlpatterns = [
    *advice.urlpatterns,
    *referring.urlpatterns,
    *afterwards.urlpatterns,
    *calls_taken.urlpatterns,
    *notices.urlpatterns,
    *queue.urlpatterns,
    *cases.urlpatterns,
    *clocks.urlpatterns,
    *inbox.urlpatterns,
    *incidents.urlpatterns,
    *loop.urlpatterns,
    *nights.urlpatterns,
    *public.urlpatterns,
    *sealed.urlpatterns,
]
