"""The page that sends again what was typed before the session ended."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from mash.access import held, idle
from mash.access.rules import GET_POST, signed_in


@signed_in("what one typed oneself before the session ended")
def held_post(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show "we kept what you typed" with one button; sending happens on POST to the page it was meant for."""
    row = held.find(token, user_id=request.user.pk)
    if row is None:
        raise Http404
    return render(request, "access/held.html", {"path": row.path, "fields": held.fields(row)})


@signed_in("says how long one stays signed in; posting stays", methods=GET_POST)
def stay(request: HttpRequest) -> HttpResponse:
    """Asked by the page's own warning. Looking (with `X-Automatic`) keeps nobody signed in; posting does."""
    return JsonResponse({"seconds": idle.left(request)})
