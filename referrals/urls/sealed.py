from django.urls import path

from referrals.views import sealed

urlpatterns = [
    path("queue/<ref:reference>/identity/", sealed.withheld_identity, name="withheld_identity"),
    path("queue/<ref:reference>/identity/let/", sealed.let_see_identity, name="let_see_identity"),
    path("queue/<ref:reference>/identity/close/", sealed.close_identity, name="close_identity"),
]
