"""Where one is signed in, and ending it elsewhere."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.selectors import sessions as selectors
from accounts.services import sessions as services
from accounts.views.attempts import reader
from mash.access import GET_POST, signed_in


@signed_in("where one is signed in, and ends it elsewhere", methods=GET_POST)
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions; posting ends all but this one."""
    user, current = reader(request), request.session.session_key or ""
    if request.method == "POST":
        services.end_all(user, but=current)
        messages.success(request, "You are signed out everywhere else.")
        return redirect("usersessions_list")
    return render(request, "usersessions/usersession_list.html", {"sessions": selectors.of(user, current=current)})
