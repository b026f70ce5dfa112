"""The pages of this app, by what people come to do."""

from referrals.urls import cases, loop, queue, referring

urlpatterns = [*referring.urlpatterns, *queue.urlpatterns, *cases.urlpatterns, *loop.urlpatterns]
