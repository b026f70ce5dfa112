"""After sending: add, put right, withdraw, keep the receipt; and what the hub answers. Taking a draft over."""

from django.urls import URLPattern, path

from referrals.views import amending, receipt
from referrals.views.submitting import taking_over, worker

REFERRAL = "referrals/<ref:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{REFERRAL}amend/", amending.amend, name="amend"),
    path(f"{REFERRAL}more/", amending.more, name="more"),
    path(f"{REFERRAL}correct/", amending.correct, name="correct"),
    path(f"{REFERRAL}withdraw/", amending.withdraw_referral, name="withdraw_referral"),
    path(f"{REFERRAL}receipt/", receipt.receipt, name="receipt"),
    path("queue/added/<int:pk>/", amending.answer_amendment, name="answer_amendment"),
    path("drafts/<uuid:token>/take-over/", taking_over.take_over_draft, name="take_over_draft"),
    path("drafts/<uuid:token>/worker/", worker.worker, name="draft_worker"),
]
