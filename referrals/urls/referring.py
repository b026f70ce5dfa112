"""Raising a concern, and following what became of it."""

from django.urls import URLPattern, path

from referrals.views import (
    following,
    submitting,
    submitting_lists,
    submitting_more,
    submitting_sending,
    submitting_typed,
)

DRAFT = "drafts/<uuid:token>/"


def _list(kind: str) -> list[URLPattern]:
    """The pages of a list of a draft: what is on it, add, change, more, remove."""
    words, at = {"kind": kind}, f"{DRAFT}{kind}/"
    return [
        path(at, submitting_lists.overview, words, name=f"draft_{kind}"),
        path(f"{at}add/", submitting_lists.add, words, name=f"draft_{kind}_add"),
        path(f"{at}<slug:item>/", submitting_lists.change, words, name=f"draft_{kind}_change"),
        path(f"{at}<slug:item>/more/", submitting_more.more, words, name=f"draft_{kind}_more"),
        path(f"{at}<slug:item>/remove/", submitting_lists.remove, words, name=f"draft_{kind}_remove"),
    ]


urlpatterns: list[URLPattern] = [
    path("referrals/", following.my_referrals, name="my_referrals"),
    path("referrals/new/", submitting.start, name="new_referral"),
    path("referrals/<ref:reference>/", following.my_referral, name="my_referral"),
    path("referrals/<ref:reference>/confirmation/", submitting_sending.confirmation, name="confirmation"),
    path(DRAFT, submitting.task_list, name="draft_tasks"),
    path(f"{DRAFT}danger/", submitting.danger, name="draft_danger"),
    path(f"{DRAFT}danger/call/", submitting.call_999, name="draft_call_999"),
    *_list("children"),
    *_list("adults"),
    *_list("concerns"),
    path(f"{DRAFT}concerns/<slug:item>/signs/", submitting_lists.signs, name="draft_concerns_signs"),
    path(f"{DRAFT}concerns/<slug:item>/degree/", submitting_lists.degree, name="draft_concerns_degree"),
    path(f"{DRAFT}wider/", submitting_more.wider, name="draft_wider"),
    *(
        path(f"{DRAFT}tools/{key.replace('_', '-')}/", submitting_more.tool, {"key": key}, name=f"draft_tool_{key}")
        for key in ("domestic_abuse", "exploitation", "neglect")
    ),
    path(f"{DRAFT}agreement/", submitting.agreement, name="draft_agreement"),
    path(f"{DRAFT}you/", submitting.you, name="draft_you"),
    path(f"{DRAFT}check/", submitting_sending.check, name="draft_check"),
    path(f"{DRAFT}typed/", submitting_typed.draft_typed, name="draft_typed"),
    path(f"{DRAFT}discard/", submitting.discard, name="draft_discard"),
]
