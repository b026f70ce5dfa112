"""Come back with a receipt code: read what may be told, and add what is new."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mash.access import GET_POST, callers, limits
from mash.access.limit import Limit
from referrals import codes
from referrals.forms.public import CodeForm, MoreForm
from referrals.models import Receipt
from referrals.selectors import public as selectors
from referrals.services import public_returning
from referrals.views.publicly import page, public, too_many

COOKIE, PATH = "came_back", "/come-back/"
WRONG = Limit(
    name="public_wrong_codes",
    most=10,
    per=timedelta(minutes=10),
    says="Too many codes did not fit. Look at your code again. The right code works at once, and you can call us.",
    counts="receipt codes that did not fit, from one address; the right one always opens",
)
MORE = Limit(
    name="public_more",
    most=10,
    per=timedelta(hours=1),
    says="You have added to this many times in the last hour, so we have not kept this last one. Please call us now.",
    counts="what is added with one receipt code",
)
NOT_OURS = "We do not know this code. Check each letter and number"


@public("the public may come back with a receipt code", methods=GET_POST)
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code. The right one opens always; wrong ones are counted."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return page(request, "come_back.html", {"form": form})
    receipt = selectors.receipt(codes.digest(form.cleaned_data["code"])) if form.is_valid() else None
    if receipt is not None:
        return _open(receipt)
    if not limits.spend(WRONG, callers.address(request)):
        return too_many(request, WRONG, again=request.path)
    if form.is_valid():
        form.add_error("code", NOT_OURS)
    return page(request, "come_back.html", {"form": form})


@public("whoever has the receipt code may read what may be told, and add to it", methods=GET_POST)
def came_back(request: HttpRequest) -> HttpResponseBase:
    """What may be told, for half an hour after the code was shown; and a box for what is new."""
    receipt = _receipt(request)
    if receipt is None:
        return redirect("come_back")
    form = MoreForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not limits.spend(MORE, str(receipt.pk)):
            return too_many(request, MORE, words=form.cleaned_data["story"])
        public_returning.add(receipt=receipt, words=form.cleaned_data["story"], danger=form.cleaned_data["danger"])
        return redirect(f"{request.path}?added")
    may = selectors.may_be_told(receipt.referral)
    added = "added" in request.GET and not form.is_bound
    return page(request, "news.html", {"form": form, "may": may, "added": added, "exit": reverse("leave_news")})


@public("whoever came back may close what they opened", methods=GET_POST)
def leave(request: HttpRequest) -> HttpResponse:
    """Close it: the code is needed to open it again. “Exit this page” comes as a plain link, and goes on at once."""
    public_returning.leave(secret=_secret(request))
    response = page(request, "left.html") if request.method == "POST" else redirect(settings.EXIT_ADDRESS)
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


def _open(receipt: Receipt) -> HttpResponse:
    """A signed cookie that ends with the browser, holds no reference and is worth half an hour."""
    secret = public_returning.came_back(receipt=receipt)
    response = redirect("came_back")
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(COOKIE, secret, salt=COOKIE, path=PATH, httponly=True, samesite="Strict", secure=secure)
    return response


def _receipt(request: HttpRequest) -> Receipt | None:
    secret = _secret(request)
    return selectors.opened(secret) if secret else None


def _secret(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=selectors.OPEN_FOR))
