from django.urls import URLPattern, path

from referrals.views import case_work, cases

urlpatterns: list[URLPattern] = [
    path("cases/", cases.cases, name="cases"),
    path("cases/loads/", case_work.caseloads_page, name="caseloads"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/accept/", cases.accept_case, name="accept_case"),
    path("cases/<int:pk>/return/", cases.return_case, name="return_case"),
    path("cases/<int:pk>/step/", cases.step_case, name="step_case"),
    path("cases/<int:pk>/close/", cases.close_case, name="close_case"),
    path("cases/<int:pk>/take-in/", case_work.take_in_case, name="take_in_case"),
    path("cases/<int:pk>/allocate/", case_work.allocate_case, name="allocate_case"),
    path("cases/<int:pk>/look-again/", case_work.look_again, name="look_again"),
    path("cases/<int:pk>/agreement/", case_work.case_agreement, name="case_agreement"),
    path("cases/<int:pk>/transfer/", case_work.transfer_case, name="transfer_case"),
    path("cases/<int:pk>/transfer/receipt/", case_work.transfer_receipt, name="transfer_receipt"),
    path("cases/<int:pk>/transfer/stop/", case_work.stop_transfer, name="stop_transfer"),
    path("cases/<int:pk>/assessment/", case_work.finish_assessment, name="finish_assessment"),
]
