"""One office: everybody here comes from the same network address."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Role
from tests.api.conftest import Caller, caller
from tests.cast import person
from tests.signing_in.hands import CODE, LOGIN, code, give_app, password, signed_in

OFFICE = "198.51.100.7"
SIGN_OUT = "/accounts/logout/"


def at_the_office(**more: Any) -> Client:
    """A browser that nobody has signed in with."""
    return Client(REMOTE_ADDR=OFFICE, **more)


@dataclass
class Scene:
    """A school, a teacher and her colleague, a screener with an authenticator app, and two agencies' systems."""

    tess: User
    leo: User
    amira: User
    system: Caller
    another: Caller
    kept: dict[str, Any] = field(default_factory=dict)

    def own(self, user: User) -> Client:
        """Their own browser: they signed in there yesterday."""
        client = at_the_office()
        password(client, user)
        if user == self.amira:
            client.post(CODE, {"code": code(steps=-1)})
        assert signed_in(client)
        client.post(SIGN_OUT)
        return client

    def guess(self, client: Client, email: str) -> Any:
        return client.post(LOGIN, {"login": email, "password": "wrong"})

    def gets_in(self, client: Client, user: User) -> bool:
        password(client, user)
        return signed_in(client)


def build() -> Scene:
    """Everybody."""
    hub = Organisation.objects.create(name="Merebrook Council", kind=OrganisationKind.AUTHORITY)
    school = Organisation.objects.create(name="Mill Lane Primary", kind=OrganisationKind.SCHOOL)
    amira = person("Amira", hub, Role.TRIAGE_WORKER)
    give_app(amira)
    return Scene(
        tess=person("Tess", school, Role.PRACTITIONER),
        leo=person("Leo", school, Role.SAFEGUARDING_LEAD),
        amira=amira,
        system=caller(school),
        another=caller(school, name="Another"),
    )
