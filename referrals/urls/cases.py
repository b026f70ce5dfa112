from django.urls import URLPattern, path

from referrals.views import cases

urlpatterns: list[URLPattern] = [
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/accept/", cases.accept_case, name="accept_case"),
    path("cases/<int:pk>/return/", cases.return_case, name="return_case"),
    path("cases/<int:pk>/step/", cases.step_case, name="step_case"),
    path("cases/<int:pk>/close/", cases.close_case, name="close_case"),
]
