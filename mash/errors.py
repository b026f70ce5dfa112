"""The pages for when something is wrong, and the same as problem+json for the API."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from mash.govuk.context import names

# If even the page of last resort cannot be made.
LAST_WORDS = (
    "<!DOCTYPE html><html lang='en-GB'><title>Sorry, something went wrong</title><h1>Sorry, something went wrong</h1>"
    "<p>Go back and try again in a few minutes. If a child is in danger now, call 999.</p></html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent could not be read."""
    return _answer(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: yours to see, not yours to do."""
    return _answer(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours to see; the page does not say which."""
    return _answer(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs no session, no person and no database."""
    if _is_api(request):
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR)
    context = {"product": names(), "request_id": request.headers.get("X-Request-ID", "")}
    try:
        page: str = render_to_string("500.html", context)
    except Exception:  # noqa: BLE001 - whatever is broken, people get a page
        page = LAST_WORDS
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a stale form; when it came from our own page, what was typed is offered to be sent again."""
    kept = _typed(request) if _same_site(request) and request.user.is_authenticated else []
    context = {"path": request.get_full_path(), "kept": kept}
    return render(request, "csrf.html", context, status=HTTPStatus.FORBIDDEN)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, unless it was to an account page: passwords are never put back on a page."""
    if request.path.startswith("/accounts/"):
        return []
    every = ((name, value) for name, values in request.POST.lists() for value in values)
    return [(name, str(value)) for name, value in every if name != "csrfmiddlewaretoken"]


def _same_site(request: HttpRequest) -> bool:
    """Whether the browser says the form was on our own page; another site cannot make it say so."""
    sent_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(sent_from)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def _answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if _is_api(request):
        return _problem(status)
    return render(request, f"{status.value}.html", status=status)


def _problem(status: HTTPStatus) -> JsonResponse:
    body = {"type": "about:blank", "title": status.phrase, "status": status.value}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
