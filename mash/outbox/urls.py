from django.urls import path

from mash.outbox import views

urlpatterns = [path("notify/callback/", views.notify_callback, name="notify_callback")]
