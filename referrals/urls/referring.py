"""Raising a concern, and following what became of it."""

from django.urls import URLPattern, path

from referrals.views import following
from referrals.views.submitting import lists, more, sections, sending, typed

DRAFT = "drafts/<uuid:token>/"


def _list(kind: str) -> list[URLPattern]:
    """The pages of a list of a draft: what is on it, add, change, more, remove."""
    words, at = {"kind": kind}, f"{DRAFT}{kind}/"
    return [
        path(at, lists.overview, words, name=f"draft_{kind}"),
        path(f"{at}add/", lists.add, words, name=f"draft_{kind}_add"),
        path(f"{at}<slug:item>/", lists.change, words, name=f"draft_{kind}_change"),
        path(f"{at}<slug:item>/more/", more.more, words, name=f"draft_{kind}_more"),
        path(f"{at}<slug:item>/remove/", lists.remove, words, name=f"draft_{kind}_remove"),
    ]


urlpatterns: list[URLPattern] = [
    path("referrals/", following.my_referrals, name="my_referrals"),
    path("referrals/new/", sections.start, name="new_referral"),
    path("referrals/<ref:reference>/", following.my_referral, name="my_referral"),
    path("referrals/<ref:reference>/confirmation/", sending.confirmation, name="confirmation"),
    path(DRAFT, sections.task_list, name="draft_tasks"),
    path(f"{DRAFT}danger/", sections.danger, name="draft_danger"),
    path(f"{DRAFT}danger/call/", sections.call_999, name="draft_call_999"),
    *_list("children"),
    *_list("adults"),
    *_list("concerns"),
    path(f"{DRAFT}concerns/<slug:item>/signs/", lists.signs, name="draft_concerns_signs"),
    path(f"{DRAFT}concerns/<slug:item>/degree/", lists.degree, name="draft_concerns_degree"),
    path(f"{DRAFT}wider/", more.wider, name="draft_wider"),
    *(
        path(f"{DRAFT}tools/{key.replace('_', '-')}/", more.tool, {"key": key}, name=f"draft_tool_{key}")
        for key in ("domestic_abuse", "exploitation", "neglect")
    ),
    path(f"{DRAFT}agreement/", sections.agreement, name="draft_agreement"),
    path(f"{DRAFT}you/", sections.you, name="draft_you"),
    path(f"{DRAFT}check/", sending.check, name="draft_check"),
    path(f"{DRAFT}typed/", typed.draft_typed, name="draft_typed"),
    path(f"{DRAFT}discard/", sections.discard, name="draft_discard"),
]
