"""Sign-in for agencies' systems: `Authorization: Bearer <key>`."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey, Organisation, User
from accounts.policy import API_SCOPES, Act

LABEL = "mash"
LIFETIME = timedelta(days=365)
USED_RESOLUTION = timedelta(minutes=1)
# Where a request keeps the key that was found; no header of a caller's has such a name.
FOUND = "lantern.api_key"


@dataclass(frozen=True, slots=True)
class AgencySystem:
    """Whoever holds a valid key: acts for its organisation, within the key's scopes."""

    key: ApiKey
    is_authenticated: bool = True
    is_active: bool = True
    pk: None = None
    actor_kind: str = "api_key"

    def may(self, act: Act | str) -> bool:
        """Whether the key's scopes hold `act`."""
        return act in API_SCOPES and act in self.key.scopes

    @property
    def organisation(self) -> Organisation:
        return self.key.organisation

    @property
    def organisation_id(self) -> int:
        return self.key.organisation_id

    @property
    def actor_id(self) -> int:
        return self.key.pk

    @property
    def actor_label(self) -> str:
        return f"{self.key.organisation} / {self.key.name}"


def issue(
    *,
    organisation: Organisation,
    name: str,
    scopes: frozenset[Act],
    by: User | None = None,
    lifetime: timedelta = LIFETIME,
    page: UUID | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; answers the row and the key itself, which nobody can be shown again.

    People issue keys by `accounts.services.keys.issue`, which asks whether they may.
    """
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(scopes & API_SCOPES),
        expires_at=timezone.now() + lifetime,
        issued_by=by,
        page=page,
    )
    return row, f"{LABEL}_{prefix}_{secret}"


def find(text: str) -> ApiKey | None:
    """The live key that `text` is, compared in constant time; None for anything else."""
    label, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if label != LABEL or not secret or "\0" in text:
        return None
    now = timezone.now()
    rows = ApiKey.objects.select_related("organisation").filter(
        prefix=prefix, revoked_at=None, expires_at__gt=now, organisation__active=True
    )
    row = rows.first()
    matches = hmac.compare_digest(row.digest if row else "", _digest(secret))
    return row if matches else None


def offered(request: HttpRequest | Request) -> bool:
    """Whether the caller shows a key at all."""
    return bool(_words(request)) and _words(request)[0].lower() == b"bearer"


def given(request: HttpRequest | Request) -> ApiKey | None:
    """The live key of a request that offers one; looked up once, for the counting and for the view."""
    if FOUND not in request.META:
        words = _words(request)
        request.META[FOUND] = find(words[1].decode("latin-1")) if len(words) == 2 else None
    found: ApiKey | None = request.META[FOUND]
    return found


def _words(request: HttpRequest | Request) -> list[bytes]:
    return get_authorization_header(request).split()  # type: ignore[arg-type]


def note_use(row: ApiKey) -> None:
    """Remember that a key was used, to the minute, so that a busy key does not write a row at every call.

    Another request that is writing the same is not waited for: the note would be the same.
    """
    now = timezone.now()
    if row.last_used_at is not None and row.last_used_at >= now - USED_RESOLUTION:
        return
    stale = ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - USED_RESOLUTION), pk=row.pk)
    with transaction.atomic():
        free = stale.select_for_update(skip_locked=True, no_key=True).values("pk")
        ApiKey.objects.filter(pk__in=free).update(last_used_at=now)


def _digest(secret: str) -> str:
    # The secret is 256 random bits: a plain digest cannot be guessed back, and costs a caller nothing.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKeyAuthentication(BaseAuthentication):
    """DRF's door: no key and a wrong key are both 401."""

    def authenticate(self, request: Request) -> tuple[AgencySystem, ApiKey] | None:
        if not offered(request):
            return None
        key = given(request)
        if key is None:
            raise AuthenticationFailed("That key is not valid.")
        note_use(key)
        return AgencySystem(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
