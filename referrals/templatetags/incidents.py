"""The same incident on the screen of a referral, and what is new on the page of a case."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context

from referrals.models import Case, Referral
from referrals.selectors import incidents, open_cases
from referrals.selectors.cases import Row

register = template.Library()


@register.inclusion_tag("referrals/incidents/_card.html", takes_context=True)
def same_incident(context: Context, referral: Referral) -> dict[str, Any]:
    """Who else told us of it, and what may be the same."""
    user = context["user"]
    return {"referral": referral, "same": incidents.same(user, referral), "user": user}


@register.inclusion_tag("referrals/incidents/_new_for_case.html", takes_context=True)
def new_for_case(context: Context, case: Case) -> dict[str, Any]:
    """New information, until the worker and a manager have read it."""
    user = context["user"]
    return {"case": case, "new": open_cases.of_case(user, case), "csrf_token": context.get("csrf_token"), "user": user}


@register.simple_tag
def with_new_information(rows: Iterable[Row]) -> set[int]:
    """The keys of those cases of a list that have something new to read, in one go for the whole list."""
    return open_cases.with_unread([row.case for row in rows])
