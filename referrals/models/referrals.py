"""A referral as it was sent, and where it stands."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from guardian.models import UserObjectPermissionBase

from accounts.models import ApiKey, Organisation, SourceCode, User
from mash.audit.models import AppendOnly, WriteOnce
from mash.lib.text import isolated
from referrals.choices import (
    Agreement,
    Category,
    Disability,
    Ethnicity,
    FamilyTold,
    HowKnown,
    Identity,
    Lane,
    LawfulBasis,
    Sex,
    Stage,
    SubjectState,
    Via,
)
from referrals.models.people import Person
from referrals.tools import Score, scores
from thresholds.models import Assessment

WAITING_STAGES = (Stage.RECEIVED, Stage.IN_TRIAGE, Stage.SECOND_PERSON)


class Referral(WriteOnce):
    """One submission, frozen as it was sent; only where it stands may change (`updatable`)."""

    updatable: ClassVar[frozenset[str]] = frozenset(
        {
            "stage",
            "lane",
            "level",
            "band",
            "route",
            "duty",
            "risk",
            "owner",
            "owned_since",
            "decided_at",
            "restricted",
            "barred",
            "services",
        }
    )

    reference = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    # Whoever at the hub wrote down what somebody else said or sent; never the referrer.
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=10, choices=Via.choices)
    source_code = models.CharField(max_length=2, choices=SourceCode.choices, default=SourceCode.UNKNOWN)
    submitted_at = models.DateTimeField()
    document = models.JSONField()
    referrer_identity = models.CharField(max_length=20, choices=Identity.choices, default=Identity.PROFESSIONAL)
    referrer_name = models.CharField(max_length=200)
    referrer_role = models.CharField(max_length=200, blank=True)
    referrer_phone = models.CharField(max_length=40, blank=True)
    referrer_email = models.CharField(max_length=254, blank=True)
    agreement = models.CharField(max_length=20, choices=Agreement.choices)
    agreement_reason = models.TextField(blank=True)
    lawful_basis = models.CharField(max_length=30, choices=LawfulBasis.choices, default=LawfulBasis.NOT_STATED)
    family_told = models.CharField(max_length=20, choices=FamilyTold.choices, default=FamilyTold.NOT_STATED)
    strengths = models.TextField(blank=True)
    hopes = models.TextField(blank=True)
    done_already = models.TextField(blank=True)
    immediate_danger = models.BooleanField(default=False)
    allegation = models.BooleanField(default=False)
    household_key = models.CharField(max_length=64)
    decision_due_at = models.DateTimeField()

    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.RECEIVED)
    lane = models.CharField(max_length=20, choices=Lane.choices)
    level = models.SmallIntegerField(null=True)
    band = models.CharField(max_length=10, blank=True)
    route = models.CharField(max_length=20)
    duty = models.CharField(max_length=20)
    risk = models.SmallIntegerField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owned_since = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    restricted = models.BooleanField(default=False)
    barred = ArrayField(models.BigIntegerField(), default=list)
    services = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        # No other: whoever has a `ReferralGrant` may see the referral.
        default_permissions = ()
        permissions = [("see_restricted_referral", "May see this restricted referral")]
        constraints = [
            models.CheckConstraint(
                name="referral_has_a_sender",
                condition=models.Q(via=Via.BROWSER, submitted_by__isnull=False)
                | models.Q(via=Via.API, api_key__isnull=False)
                | models.Q(via__in=[Via.PHONE, Via.LETTER], recorded_by__isnull=False)
                | models.Q(via=Via.PUBLIC, submitted_by=None, api_key=None, recorded_by=None)
                | (models.Q(via=Via.BULK) & (models.Q(submitted_by__isnull=False) | models.Q(api_key__isnull=False))),
            ),
            models.CheckConstraint(
                name="referral_hidden_referrer_is_not_in_it",
                condition=models.Q(referrer_identity__in=[Identity.PROFESSIONAL, Identity.PUBLIC_OPEN])
                | models.Q(referrer_phone="", referrer_email=""),
            ),
            models.CheckConstraint(
                name="referral_owner_and_time_go_together",
                condition=models.Q(owner=None, owned_since=None)
                | models.Q(owner__isnull=False, owned_since__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_waits_unowned_only_when_received",
                condition=~models.Q(stage=Stage.RECEIVED) | models.Q(owner=None),
            ),
            models.CheckConstraint(
                name="referral_allegations_have_their_lane",
                condition=models.Q(allegation=True, lane=Lane.ALLEGATIONS)
                | (models.Q(allegation=False) & ~models.Q(lane=Lane.ALLEGATIONS)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["risk", "decision_due_at", "id"],
                name="referral_queue",
                condition=models.Q(stage__in=WAITING_STAGES),
            ),
            models.Index(
                fields=["lane", "risk", "decision_due_at", "id"],
                name="referral_queue_by_lane",
                condition=models.Q(stage__in=WAITING_STAGES),
            ),
            models.Index(
                fields=["household_key"], name="referral_open_household", condition=models.Q(stage__in=WAITING_STAGES)
            ),
            models.Index(fields=["household_key"], name="referral_household"),
            models.Index(fields=["owner"], name="referral_desk", condition=models.Q(stage__in=WAITING_STAGES)),
            models.Index(fields=["submitted_at"], name="referral_by_arrival"),
            models.Index(fields=["submitted_by", "-id"], name="referral_by_submitter"),
            models.Index(fields=["organisation", "-id"], name="referral_by_organisation"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def scores(self) -> list[Score]:
        """What the screening tools came to that the referrer knew of."""
        return list(scores(self.document.get("tools") or {}))


class ReferralGrant(UserObjectPermissionBase):
    """A named exception: one user may see one restricted referral."""

    content_object = models.ForeignKey(Referral, on_delete=models.CASCADE)


class BreakGlass(AppendOnly):
    """Somebody opened a restricted referral in an emergency: why, and until when."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="break_glass_has_a_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(name="break_glass_ends", condition=models.Q(until__gt=models.F("at"))),
        ]
        indexes = [models.Index(fields=["user", "until"], name="break_glass_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} opened {self.referral_id}"


class Subject(WriteOnce):
    """A child on a referral, born or unborn, as the referrer described them."""

    updatable: ClassVar[frozenset[str]] = frozenset({"person", "hub_assessment", "state", "decision"})

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="subjects")
    position = models.SmallIntegerField()
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    aliases = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    estimated_age = models.SmallIntegerField(null=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.U)
    nhs_number = models.CharField(max_length=10, blank=True)
    upn = models.CharField(max_length=13, blank=True)
    address_line1 = models.CharField(max_length=200, blank=True)
    address_line2 = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    school = models.CharField(max_length=200, blank=True)
    ethnicity = models.CharField(max_length=4, choices=Ethnicity.choices, blank=True)
    language = models.CharField(max_length=100, blank=True)
    interpreter = models.CharField(max_length=10, blank=True)
    disabilities = ArrayField(models.CharField(max_length=4, choices=Disability.choices), default=list)
    communication = models.TextField(blank=True)
    earlier_addresses = ArrayField(models.TextField(), default=list)
    identity_key = models.CharField(max_length=64, blank=True)
    submitter_assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    hub_assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    # The highest level the engine gave, to the submitter or the hub, when it came in. Striking a sign out never
    # lowers it, so that nobody decides below it alone.
    highest_level = models.SmallIntegerField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="subjects")
    state = models.CharField(max_length=10, choices=SubjectState.choices, default=SubjectState.WAITING)
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["referral_id", "position"]
        constraints = [
            models.UniqueConstraint("referral", "position", name="subject_position_is_unique"),
            models.CheckConstraint(
                name="subject_has_one_kind_of_age",
                condition=models.Q(birth_date=None, due_date=None)
                | models.Q(birth_date=None, estimated_age=None)
                | models.Q(due_date=None, estimated_age=None),
            ),
            models.CheckConstraint(
                name="subject_state_and_decision_go_together",
                condition=models.Q(state=SubjectState.WAITING, decision=None)
                | (~models.Q(state=SubjectState.WAITING) & models.Q(decision__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["identity_key"], name="subject_identity", condition=~models.Q(identity_key="")),
            # Counted on each page of whoever may sign.
            models.Index(fields=["decision"], name="subject_to_sign", condition=models.Q(state=SubjectState.PROPOSED)),
            # Looked for every minute of the night: never among all the children there ever were.
            models.Index(fields=["referral"], name="subject_waiting", condition=models.Q(state=SubjectState.WAITING)),
        ]

    def __str__(self) -> str:
        name = f"{self.given_name} {self.family_name}".strip()
        return isolated(name) or ("Unborn child" if self.unborn else "Child not named")

    @property
    def unborn(self) -> bool:
        """Whether this child was expected, not yet born, when the referral was sent."""
        return self.due_date is not None

    @property
    def disability_words(self) -> list[str]:
        """What is hard for the child because of a disability, in words; "No disability" when that was said."""
        return [str(Disability(code).label) for code in self.disabilities]


class Adult(AppendOnly):
    """A grown-up in a child's life, as the referrer described them."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="adults")
    position = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    relationship = models.CharField(max_length=200, blank=True)
    causes_harm = models.BooleanField(default=False)
    parental_responsibility = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.TextField(blank=True)
    safe_contact = models.TextField(blank=True)
    whereabouts = models.TextField(blank=True)

    class Meta:
        ordering = ["referral_id", "position"]

    def __str__(self) -> str:
        return self.name


class Concern(AppendOnly):
    """One worry. It is about all the children unless some are named (`ConcernSubject`)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="concerns")
    position = models.SmallIntegerField()
    category = models.CharField(max_length=30, choices=Category.choices)
    narrative = models.TextField()
    happened = models.TextField(blank=True)
    how_known = models.CharField(max_length=10, choices=HowKnown.choices, blank=True)
    childs_words = models.TextField(blank=True)
    who_causes_harm = models.TextField(blank=True)

    class Meta:
        ordering = ["referral_id", "position"]

    def __str__(self) -> str:
        return self.get_category_display()


class ConcernSubject(AppendOnly):
    """A concern that is about this child and not about all."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="about")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("concern", "subject", name="concern_names_a_child_once")]

    def __str__(self) -> str:
        return f"{self.concern_id} about {self.subject_id}"


class RelevantIndicator(WriteOnce):
    """A sign that the referrer ticked under a concern. Ticked in error: withdrawn with a reason, never erased."""

    updatable: ClassVar[frozenset[str]] = frozenset({"withdrawn_by", "withdrawn_at", "withdrawn_reason"})

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=20)
    severity = models.CharField(max_length=10, blank=True)
    duration = models.CharField(max_length=10, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="indicator_withdrawal_is_whole",
                condition=models.Q(withdrawn_by=None, withdrawn_at=None, withdrawn_reason="")
                | (models.Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.code


class StageChange(AppendOnly):
    """One step of a referral or of a case: from what to what, whose desk, who moved it and why."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="stage_changes")
    case = models.ForeignKey("Case", on_delete=models.PROTECT, null=True, related_name="stage_changes")
    old = models.CharField(max_length=20, blank=True)
    new = models.CharField(max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
