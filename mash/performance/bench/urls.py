"""The product's addresses, and beside them the references that are measured in the same process."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import generics, pagination, serializers

from mash.access import anyone
from mash.access.rules import GET_POST, Rule
from mash.performance.bench.twice import save_again
from referrals.models import Referral, Subject

OPEN_TO_ALL = Rule(open=True, why="a benchmark's reference, on no other URLconf")


class ReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Django's own list of the same open rows, fifty to a page, open to whoever measures."""

    list_display = (
        "reference",
        "risk",
        "lane",
        "level",
        "stage",
        "organisation",
        "submitted_at",
        "decision_due_at",
        "owner",
    )
    list_select_related = ("organisation", "owner")
    list_per_page = 50
    ordering = ("risk", "decision_due_at", "id")

    def get_queryset(self, request: HttpRequest):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return super().get_queryset(request).filter(stage="received")

    def has_view_permission(self, request: HttpRequest, obj: Referral | None = None) -> bool:
        return True


class SubjectSerializer(serializers.ModelSerializer[Subject]):
    class Meta:
        model = Subject
        fields = ("given_name", "family_name", "birth_date", "state")


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    subjects = SubjectSerializer(many=True)

    class Meta:
        model = Referral
        exclude = ("document",)


class Fifty(pagination.PageNumberPagination):
    page_size = 50


class ReferenceList(generics.ListAPIView[Referral]):
    """DRF's default list of the same rows."""

    access_rule = OPEN_TO_ALL
    permission_classes = ()
    authentication_classes = ()
    pagination_class = Fifty
    serializer_class = ReferralSerializer
    queryset = (
        Referral.objects.filter(stage="received").order_by("risk", "decision_due_at", "id").prefetch_related("subjects")
    )


class ReferenceSite(admin.AdminSite):
    """The product's users have no staff flag: here everybody may look."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


site = ReferenceSite(name="admin")
site.register(Referral, ReferenceAdmin)


@anyone("a benchmark's reference")
def admin_list(request: HttpRequest) -> HttpResponse:
    return site._registry[Referral].changelist_view(request).render()  # type: ignore[attr-defined,no-any-return]


@anyone("a benchmark's reference")
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@anyone("a benchmark's reference", methods=GET_POST)
def bare_save(request: HttpRequest) -> HttpResponse:
    return HttpResponse(save_again())


urlpatterns = [
    path("bench/admin/", site.urls),
    path("bench/admin-list/", admin_list),
    path("bench/drf-list/", ReferenceList.as_view()),
    path("bench/bare/", bare),
    path("bench/save/", bare_save),
    path("", include("mash.urls")),
]
