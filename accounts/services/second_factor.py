"""The second factor: codes that work once, what is written down when it changes, and a manager's way to reset it."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts import visible
from accounts.errors import Refused
from accounts.models import User
from accounts.policy import Act
from accounts.services import browsers, rights, sessions, sign_in
from mash.access import second_factor
from mash.audit import events

Type = Authenticator.Type


@transaction.atomic
def spend_code(*, user: User, code: str) -> Authenticator | None:
    """The authenticator whose code this is, and the code is spent: it never works again. None for any other code.

    Of an app's codes (RFC 6238) one is taken that is newer than the last one taken, at most one step of 30 seconds off
    the clock; of the recovery codes, one that was not used yet.
    """
    for row in Authenticator.objects.select_for_update().filter(user=user).exclude(type=Type.WEBAUTHN):
        if _takes(row, code):
            return row
    return None


@transaction.atomic
def record(*, by: User, what: str) -> None:
    """Write down that `by` changed how they sign in (`second_factor_added`, `..._removed`, `recovery_codes_made`),
    and tell them by email, in case it was somebody else."""
    events.record(by=by, what=what, about=by)
    sign_in.tell(user=by, kind=what)


@transaction.atomic
def reset(*, by: User, person: User, reason: str) -> User:
    """Take away every second factor of `person`, who has lost theirs: they set up another when they next sign in.

    For the partnership administrator, with a reason, and never for oneself. All their sessions end, no browser of
    theirs is known any longer, and they are told by email. Their password stays: it is asked for as before.
    """
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    rights.require(by, Act.MANAGE_PEOPLE)
    if person.pk == by.pk:
        raise Refused("Somebody else must reset your second factor")
    if not reason.strip():
        raise Refused("Enter why you are resetting it", field="reason")
    row = visible.people(by).select_for_update(of=("self",)).get(pk=person.pk)
    Authenticator.objects.filter(user=row).delete()
    sessions.end_all(row)
    browsers.forget(user=row)
    events.record(by=by, what="second_factor_reset", about=row, detail={"reason": reason.strip()})
    sign_in.tell(user=row, kind="second_factor_reset")
    return row


def may_remove(row: Authenticator) -> bool:
    """Whether an authenticator may go: not the last one, where one must be shown."""
    user: User = row.user
    if not user.must_show_second_factor or row.type not in second_factor.FACTORS:
        return True
    others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS).exclude(pk=row.pk)
    return bool(others.exists())


def recovery_codes_left(user: User) -> int:
    """How many recovery codes of `user` were not used yet."""
    row = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row is not None else 0


def _takes(row: Authenticator, code: str) -> bool:
    if row.type == Type.RECOVERY_CODES:
        return bool(row.wrap().validate_code(code))
    step = _step_of(decrypt(row.data["secret"]), code)
    if step is None or step <= row.data.get("spent", -1):
        return False
    row.data["spent"] = step
    row.save(update_fields=["data"])
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The step of the clock whose code this is."""
    steps = [step for step in yield_hotp_counters_from_time() if _is_code(secret, step, code)]
    return max(steps, default=None)


def _is_code(secret: str, step: int, code: str) -> bool:
    return bool(compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))))
