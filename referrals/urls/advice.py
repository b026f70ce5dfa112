"""Advice without a referral, the directory of local services, and what may help below the threshold."""

from django.urls import URLPattern, path

from referrals.views import advising, below, consultations, directory

urlpatterns: list[URLPattern] = [
    path("drafts/<uuid:token>/below/", below.below, name="draft_below"),
    path("advice/", consultations.my_advice, name="my_advice"),
    path("advice/ask/", consultations.ask_advice, name="ask_advice"),
    path("advice/waiting/", advising.advice_waiting, name="advice_waiting"),
    path("advice/waiting/<ref:reference>/", advising.question, name="question"),
    path("advice/waiting/<ref:reference>/take/", advising.take_question, name="take_question"),
    path("advice/waiting/<ref:reference>/close/", advising.close_question, name="close_question"),
    path("advice/<ref:reference>/", consultations.my_question, name="my_question"),
    path("advice/<ref:reference>/refer/", consultations.begin_referral, name="begin_referral"),
    path("advice/<ref:reference>/done/", consultations.finish_question, name="finish_question"),
    path("local-help/", directory.local_help, name="local_help"),
    path("local-services/", directory.local_services, name="local_services"),
    path("local-services/add/", directory.add_service, name="add_service"),
    path("local-services/<int:pk>/", directory.change_service, name="change_service"),
    path("local-services/<int:pk>/check/", directory.check_service, name="check_service"),
    path("local-services/<int:pk>/retire/", directory.retire_service, name="retire_service"),
    path("local-services/<int:pk>/bring-back/", directory.bring_back_service, name="bring_back_service"),
]
