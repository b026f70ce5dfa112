"""Who lives and works in Merebrook. All of it is invented; telephone numbers are from the range kept for stories."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password, make_password
from django.utils import timezone

from accounts import api_keys
from accounts.api_keys import AgencySystem
from accounts.models import ApiKey, Organisation, OrganisationKind, Team, TeamKind, User
from accounts.policy import API_SCOPES, Role

HUB, SCHOOL, HIGH = "Merebrook Council", "Mill Lane Primary School", "Merebrook High School"
POLICE, GP, CHARITY = "Merebrook Police", "Harbour GP practice", "Lighthouse Families"
KEY_NAME = "Demo school system"

ORGANISATIONS = {
    HUB: (OrganisationKind.AUTHORITY, "merebrook.example", "0151 496 0100"),
    SCHOOL: (OrganisationKind.SCHOOL, "mill-lane.example", "0151 496 0111"),
    HIGH: (OrganisationKind.SCHOOL, "merebrook-high.example", "0151 496 0122"),
    POLICE: (OrganisationKind.POLICE, "merebrook-police.example", "0151 496 0133"),
    GP: (OrganisationKind.GP, "harbour-gp.example", "0151 496 0144"),
    CHARITY: (OrganisationKind.CHARITY, "lighthouse.example", "0151 496 0155"),
}
# When somebody answers.
HOURS = {
    HUB: "Day and night",
    SCHOOL: "Monday to Friday, 8:00 to 17:00, closed in the school holidays",
    HIGH: "Monday to Friday, 8:00 to 17:00, closed in the school holidays",
    POLICE: "Day and night",
    GP: "Monday to Friday, 8:00 to 18:30",
    CHARITY: "Monday to Thursday, 9:30 to 16:00",
}
TEAMS = {
    "Front door": TeamKind.TRIAGE,
    "Gateway": TeamKind.GATEWAY,
    "CADT": TeamKind.CADT,
    "Conferencing": TeamKind.CONFERENCING,
    "Out of hours": TeamKind.OUT_OF_HOURS,
}


@dataclass(frozen=True, slots=True)
class Character:
    name: str
    role: Role
    organisation: str
    team: str = ""
    registered: bool = False

    @property
    def key(self) -> str:
        """What the story calls them: the first name, in lower case."""
        return self.name.partition(" ")[0].lower()

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{ORGANISATIONS[self.organisation][1]}"


ACCOUNTS = (
    Character("Tess Harper", Role.PRACTITIONER, SCHOOL),
    Character("Leo Marsh", Role.SAFEGUARDING_LEAD, SCHOOL),
    Character("Amira Sands", Role.TRIAGE_WORKER, HUB, "Front door"),
    Character("Ben Oakley", Role.TRIAGE_MANAGER, HUB, "Front door", registered=True),
    Character("Gita Brook", Role.GATEWAY_WORKER, HUB, "Gateway"),
    Character("Gus Bellamy", Role.GATEWAY_MANAGER, HUB, "Gateway", registered=True),
    Character("Cleo Finch", Role.CADT_WORKER, HUB, "CADT", registered=True),
    Character("Carl Stone", Role.CADT_MANAGER, HUB, "CADT", registered=True),
    Character("Connie Dale", Role.CONFERENCE_CHAIR, HUB, "Conferencing", registered=True),
    Character("Col Webber", Role.CONFERENCE_ADMINISTRATOR, HUB, "Conferencing"),
    Character("Lara Quill", Role.LADO, HUB, registered=True),
    Character("Polly Reed", Role.PARTNERSHIP_ADMINISTRATOR, HUB),
    Character("Ana Frost", Role.ANALYST, HUB),
    Character("Otto Penn", Role.AUDITOR, HUB),
)
"""One for each role: these are the accounts that the contract names."""
OTHERS = (
    Character("Hana Weir", Role.SAFEGUARDING_LEAD, HIGH),
    Character("Nadia Moon", Role.TRIAGE_WORKER, HUB, "Out of hours"),
    Character("Omar Hale", Role.TRIAGE_WORKER, HUB, "Out of hours", registered=True),
    Character("Pat Lowe", Role.PRACTITIONER, POLICE),
    Character("Gil Moss", Role.PRACTITIONER, GP),
    Character("Chi Evans", Role.PRACTITIONER, CHARITY),
)
Cast = dict[str, User]


def settle(*, passphrase: str) -> Cast:
    """Everybody by first name, each with the passphrase; who is there already stays as they are."""
    organisations = {name: _organisation(name) for name in ORGANISATIONS}
    teams = {name: Team.objects.get_or_create(name=name, defaults={"kind": kind})[0] for name, kind in TEAMS.items()}
    people = {one.key: _user(one, organisations, teams) for one in (*ACCOUNTS, *OTHERS)}
    _let_in(people, passphrase)
    return people


def second_factors(people: Cast) -> dict[str, str]:
    """The key of an authenticator app for everybody who must show one, by address; whoever has one keeps it."""
    return {user.email: _app_key(user) for user in people.values() if user.must_show_second_factor}


def school_system(token: str) -> tuple[AgencySystem, str]:
    """The demo school's key with all scopes: the one that `token` is, or else a new one in its place."""
    known = api_keys.find(token)
    if known is not None and known.organisation.name == SCHOOL:
        return AgencySystem(known), token
    school = Organisation.objects.get(name=SCHOOL)
    ApiKey.objects.filter(organisation=school, name=KEY_NAME, revoked_at=None).update(revoked_at=timezone.now())
    row, text = api_keys.issue(organisation=school, name=KEY_NAME, scopes=API_SCOPES)
    return AgencySystem(row), text


def _organisation(name: str) -> Organisation:
    kind, domain, phone = ORGANISATIONS[name]
    start = {"kind": kind, "phone": phone, "shared_inbox": f"safeguarding@{domain}", "hours": HOURS[name]}
    return Organisation.objects.get_or_create(name=name, defaults=start)[0]


def _user(one: Character, organisations: dict[str, Organisation], teams: dict[str, Team]) -> User:
    start = {
        "name": one.name,
        "organisation": organisations[one.organisation],
        "team": teams.get(one.team),
        "roles": [one.role],
        "social_work_registration": "SW100200" if one.registered else "",
        "password": UNUSABLE_PASSWORD_PREFIX,
    }
    return User.objects.get_or_create(email=one.email, defaults=start)[0]


def _let_in(people: Cast, passphrase: str) -> None:
    """They share one digest, so that trying it costs the same for one account and for all."""
    good = {digest for digest in {user.password for user in people.values()} if check_password(passphrase, digest)}
    out = [user.pk for user in people.values() if user.password not in good or not user.is_active]
    if out:
        User.objects.filter(pk__in=out).update(password=make_password(passphrase), is_active=True)


def _app_key(user: User) -> str:
    """The key of their authenticator app; a new one when it cannot be read any more."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    try:
        if row is not None:
            return str(decrypt(row.data["secret"]))
    except InvalidToken:
        row.delete()
    key = str(generate_totp_secret())
    TOTP.activate(user, key)
    return key
