"""A second person for what referrals here are weighed under.

Whoever published a version does not adopt it, nor bring it back by retiring what came after it, and the next version of
a framework in use is published by somebody other than who changed the draft last. Where nobody else governs the
thresholds one person may; the page says so, and the reason and the trail keep it.
"""

from collections.abc import Iterable

from django.utils import timezone

from accounts.errors import Refused
from accounts.models import User
from accounts.policy import GRANTS, Act
from thresholds.models import Framework, FrameworkDraft
from thresholds.selectors.frameworks import keys_here

ADOPT = "You published this, so {names} must adopt it: nobody changes alone what referrals here are weighed under"
PUBLISH = (
    "Referrals here are weighed under this framework, and you changed the draft last, so {names} must publish it: "
    "nobody changes alone what referrals here are weighed under"
)
BRING_BACK = (
    "Referrals here would be weighed under version {version}, which you published, so {{names}} must retire this one: "
    "nobody changes alone what referrals here are weighed under"
)
MOST_NAMES = 3


def others(by: User) -> list[str]:
    """The names of everybody else who governs the thresholds now."""
    roles = [role.value for role, acts in GRANTS.items() if Act.MANAGE_FRAMEWORK in acts]
    people = User.objects.filter(is_active=True, organisation__active=True, roles__overlap=roles).exclude(pk=by.pk)
    return list(people.order_by("name", "pk").values_list("name", flat=True))


def adopts_alone(by: User, versions: Iterable[Framework]) -> bool:
    """Whether `by` would adopt what they published themselves; Refused when somebody else could."""
    return any(row.by_id == by.pk for row in versions) and _alone(by, ADOPT)


def brings_back_alone(by: User, version: Framework) -> bool:
    """Whether `by` would bring back what they published themselves; Refused when somebody else could."""
    return version.by_id == by.pk and _alone(by, BRING_BACK.format(version=version.version))


def publishes_alone(by: User, draft: FrameworkDraft) -> bool:
    """Whether `by` would bring into force what they wrote themselves; Refused when somebody else could."""
    return _would_count(by, draft) and _alone(by, PUBLISH)


def publishers_instead(by: User, draft: FrameworkDraft) -> list[str]:
    """The names of those of whom one must publish this; nobody when `by` may."""
    return others(by) if _would_count(by, draft) else []


def _would_count(by: User, draft: FrameworkDraft) -> bool:
    """Whether what `by` wrote would count here as soon as they publish it."""
    return draft.by_id == by.pk and draft.key in keys_here(since=timezone.now())


def _alone(by: User, words: str) -> bool:
    names = others(by)
    if names:
        raise Refused(words.format(names=named(names)))
    return True


def named(names: list[str]) -> str:
    """One of some people, in words: "Ned", "Ned or Polly", "Ned, Polly or Rose"; nothing for nobody."""
    shown = names[:MOST_NAMES] + (["somebody else who governs the thresholds"] if len(names) > MOST_NAMES else [])
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
