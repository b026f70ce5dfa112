"""The thresholds for everybody: the version in force, and every version that was."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from mash.access import anyone
from thresholds.models import Framework
from thresholds.selectors import public
from thresholds.selectors.frameworks import framework_of


@anyone("how worries are weighed here is for everybody to read; it names no child")
def thresholds_here(request: HttpRequest) -> HttpResponse:
    """The version in force here."""
    framework = public.here()
    return _page(request, framework, framework) if framework else render(request, "thresholds/public/none.html")


@anyone("earlier versions stay readable, since what was weighed under them still counts; they name no child")
def thresholds_version(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version that is, was or will be in force here."""
    framework = public.version(key, version)
    if framework is None:
        raise Http404
    return _page(request, framework, public.here())


def _page(request: HttpRequest, framework: Framework, present: Framework | None) -> HttpResponse:
    versions = public.versions(present)
    this = next(one for one in versions if one.framework.pk == framework.pk)
    context = {"this": this, "versions": versions, "reading": public.reading(framework)}
    return render(request, "thresholds/public/page.html", {**context, "body": _body(framework.pk, framework.sha)})


@lru_cache(maxsize=16)
def _body(pk: int, sha: str) -> str:
    """What never changes of a version, drawn once in each process."""
    framework = framework_of(pk, sha)
    return render_to_string("thresholds/public/_body.html", {"reading": public.reading(framework)})
