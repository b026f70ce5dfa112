"""For whoever looks after an organisation's shared inbox."""

from django.urls import path

from referrals.views import acknowledging

urlpatterns = [path("got-it/<str:token>/", acknowledging.got_it, name="got_it")]
