"""The person who signs in."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from accounts import policy
from accounts.models.organisations import Organisation, Team
from accounts.policy import Act, Role


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is kept in lower case, so that it signs in however it is typed."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """With the organisation at hand: whether it is active is asked of every act."""
        return super().get_queryset().select_related("organisation")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """One user; without a password the account waits for its first sign-in by email."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account: one organisation, some roles, perhaps a team and a social work registration."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField("full name", max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="members")
    roles = ArrayField(models.CharField(max_length=40, choices=Role.choices), default=list, blank=True)
    # What somebody who was let go had been: who may let them in again depends on it.
    roles_before = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    social_work_registration = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_email_is_lower_case", condition=models.Q(email=Lower("email"))),
            models.CheckConstraint(
                name="user_roles_are_known", condition=models.Q(roles__contained_by=list(Role.values))
            ),
        ]
        indexes = [models.Index(Lower("name"), "id", name="user_by_name")]

    def __str__(self) -> str:
        return self.name

    def may(self, act: Act | str) -> bool:
        """Whether one of this user's roles grants `act` (`accounts.policy`); none does once the organisation left."""
        return not self.has_left and policy.grants(self.roles, act)

    @property
    def has_left(self) -> bool:
        """Whether their account is closed, or their organisation's are: they can read nothing here."""
        return not (self.is_active and self.organisation.active)

    @property
    def must_show_second_factor(self) -> bool:
        """Whether a session of this user opens nothing before it showed a second factor."""
        return policy.must_show_second_factor(self)

    @property
    def is_registered_social_worker(self) -> bool:
        """Whether this user may sign a Level 4 or a no-further-action decision."""
        return bool(self.social_work_registration)

    @property
    def role_names(self) -> list[str]:
        """What this user is, in words."""
        return [Role(role).label for role in self.roles]

    @property
    def actor_kind(self) -> str:
        return "user"

    @property
    def actor_id(self) -> int:
        return self.pk

    @property
    def actor_label(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.name
