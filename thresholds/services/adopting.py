"""Which framework referrals here are weighed under, from when; and taking a version out of force.

Whatever is done, at every moment from now on one version is in force here.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import Refused, SomeoneElse
from accounts.models import User
from accounts.policy import Act
from accounts.services import rights
from mash.audit import events
from mash.govuk.moments import when_words
from thresholds.editing import floors
from thresholds.models import Adoption, Framework, Retirement
from thresholds.selectors.frameworks import UnknownFramework, adoption_at, framework_of, in_force_here, key_at, parsed
from thresholds.services import locks, seconding

WHY = "Say why, for whoever asks later"
PAST = "This can begin now or later, not at a time that has passed"
NOT_YET = "No version of this framework is in force by then: the first begins {when}"
NO_VERSION = "Every version of this framework is retired, so nothing could be weighed under it"
LAST = "Without this version, nothing would be in force here {when}. Publish or adopt another one first"
ADOPTED = "{name} adopted this framework here from {when}: there is nothing more to adopt"
IN_USE = "Referrals here are weighed under this framework already: there is nothing to adopt"
UNFIT = "Without this version an earlier one would count here that leaves children with nobody. {fault}"
TWICE = "{name} retired this version {when}"


@transaction.atomic
def adopt(*, by: User, key: str, reason: str, begins_at: datetime | None = None) -> Adoption:
    """Weigh referrals here under the framework with this key from a moment on (now, when none is given).

    Refuses a moment at which no version of it is in force, what would leave a child with nobody (see `floors`), and
    what one person published while another could adopt it (see `seconding`). A form sent twice adopts once.
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    locks.one_at_a_time(locks.HERE)
    now = timezone.now()
    begins = begins_at or now
    if not reason:
        raise Refused(WHY, field="reason")
    if begins < now:
        raise Refused(PAST, field="day")
    done = adoption_at(begins)
    if done and (done.key, done.by, done.reason) == (key, by, reason):
        return done
    if key_at(begins) == key:
        raise SomeoneElse(_said(done, now))
    versions = _counting(key, begins, now)
    alone = seconding.adopts_alone(by, versions)
    made = Adoption.objects.create(key=key, begins_at=begins, reason=reason, by=by)
    detail = {"key": key, "from": begins.isoformat(), "reason": reason, "alone": alone}
    events.record(by=by, what="framework_adopted", about=made, detail=detail)
    return made


def _said(done: Adoption | None, now: datetime) -> str:
    return ADOPTED.format(name=done.by.name, when=when_words(done.begins_at, now=now)) if done else IN_USE


def _counting(key: str, begins: datetime, now: datetime) -> list[Framework]:
    """The versions of this framework that would count from that moment on, the first one first, each fit to."""
    standing = list(Framework.objects.filter(key=key, retirement=None).order_by("in_force_from", "version"))
    if not standing:
        raise Refused(NO_VERSION)
    if standing[0].in_force_from > begins:
        raise Refused(NOT_YET.format(when=when_words(standing[0].in_force_from, now=now)), field="day")
    started = [row for row in standing if row.in_force_from <= begins]
    counting = [started[-1], *standing[len(started) :]]
    for row in counting:
        faults = floors.faults(parsed(row))
        if faults:
            raise Refused(f"Version {row.version} cannot be used. {'. '.join(faults)}")
    return counting


@transaction.atomic
def retire(*, by: User, framework: Framework, reason: str) -> Retirement:
    """Take a version out of force, now and for ever. What was weighed under it still explains itself.

    Refuses when at any moment from now on nothing would be in force here, and what would bring back a version that the
    same person published, while another could retire this (see `seconding`); a second time tells who was first.
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    locks.one_at_a_time(locks.HERE)
    if not reason:
        raise Refused(WHY, field="reason")
    _check_once(framework)
    back = _brought_back(framework)
    alone = any(seconding.brings_back_alone(by, one) for one in back)
    made = _retired(by, framework, reason)
    detail = {"key": framework.key, "version": framework.version, "reason": reason, "alone": alone}
    events.record(by=by, what="framework_retired", about=framework, detail=detail)
    return made


def _retired(by: User, framework: Framework, reason: str) -> Retirement:
    try:
        with transaction.atomic():
            return Retirement.objects.create(framework=framework, reason=reason, by=by)
    except IntegrityError:
        raise SomeoneElse("Somebody has retired this version already") from None


def _check_once(framework: Framework) -> None:
    done = Retirement.objects.filter(framework=framework).select_related("by").first()
    if done:
        raise SomeoneElse(TWICE.format(name=done.by.name, when=when_words(done.at, now=timezone.now())))


def _brought_back(framework: Framework) -> list[Framework]:
    """The versions that would count here in place of this one, now or later; Refused when one may not, or none would.

    Asks at each moment at which what is in force here changes to another framework; between them it can only grow."""
    now = timezone.now()
    coming = Adoption.objects.filter(begins_at__gt=now).values_list("begins_at", flat=True)
    found = []
    for moment in [now, *sorted(set(coming))]:
        try:
            before, after = in_force_here(at=moment), in_force_here(at=moment, but=framework.pk)
        except UnknownFramework:
            when = "now" if moment == now else f"from {when_words(moment, now=now)}"
            raise Refused(LAST.format(when=when)) from None
        if after != before:
            found.append(_fit(framework_of(*after)))
    return found


def _fit(version: Framework) -> Framework:
    if faults := floors.faults(parsed(version)):
        raise Refused(UNFIT.format(fault=faults[0]))
    return version
