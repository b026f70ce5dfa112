"""The organisations that make themselves: the public's, and the one of whoever calls from a place not on the list."""

from accounts.models import Organisation, OrganisationKind
from accounts.models.organisations import AUTOMATIC

NAMES = {
    OrganisationKind.PUBLIC: "Members of the public",
    OrganisationKind.UNLISTED: "An organisation that is not on the list",
}
assert NAMES.keys() == AUTOMATIC


def the_one(kind: OrganisationKind) -> Organisation:
    """The one organisation of this kind, made when it is first needed; two at once make one. It is known by its kind:
    whoever has its name is still somebody else."""
    known = Organisation.objects.filter(kind=kind).first()
    return known or Organisation.objects.get_or_create(kind=kind, defaults={"name": _free(NAMES[kind])})[0]


def reserved(name: str) -> bool:
    """Whether a name would be taken for one of them."""
    return _plain(name) in {_plain(own) for own in NAMES.values()}


def _free(name: str) -> str:
    taken = Organisation.objects.filter(name__istartswith=name).count()
    return f"{name} ({taken + 1})" if taken else name


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
