"""What every page knows: the product's name, whose it is, and the reader's own navigation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mash.govuk import navigation

TELEPHONE = "0151 496 0100"


def product(request: HttpRequest) -> dict[str, Any]:
    """`product.name`, `product.authority`, `product.telephone` and `navigation` (worked out only if it is printed)."""
    return {"product": names(), "navigation": SimpleLazyObject(lambda: navigation.links(request))}


def names() -> dict[str, str]:
    """The names alone: they need neither a person nor a database."""
    return {
        "name": settings.PRODUCT_NAME,
        "authority": settings.AUTHORITY_NAME,
        "telephone": getattr(settings, "FRONT_DOOR_TELEPHONE", TELEPHONE),
    }
