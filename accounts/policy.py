"""The whole policy: who may do what, and whose records they may see. Printed for people in docs/policy.md.

A role grants acts (`GRANTS`). A role also sees a set of referrals and cases (`referral_scope`, `case_scope`): what is
outside it does not exist for that user (404); what is inside but not theirs to do is refused (403). Named exceptions to
a scope are single grants on single records and live with the records.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, TextChoices

if TYPE_CHECKING:
    from accounts.models import User


class Role(TextChoices):
    """What somebody is. A user may be several."""

    PRACTITIONER = "practitioner", "Practitioner"
    SAFEGUARDING_LEAD = "safeguarding_lead", "Safeguarding lead"
    TRIAGE_WORKER = "triage_worker", "Triage worker"
    TRIAGE_MANAGER = "triage_manager", "Triage manager"
    GATEWAY_WORKER = "gateway_worker", "Gateway worker"
    GATEWAY_MANAGER = "gateway_manager", "Gateway manager"
    CADT_WORKER = "cadt_worker", "CADT social worker"
    CADT_MANAGER = "cadt_manager", "CADT manager"
    CONFERENCE_CHAIR = "conference_chair", "Conference chair"
    CONFERENCE_ADMINISTRATOR = "conference_administrator", "Conference administrator"
    LADO = "lado", "Designated officer for allegations"
    PARTNERSHIP_ADMINISTRATOR = "partnership_administrator", "Partnership administrator"
    ANALYST = "analyst", "Analyst"
    AUDITOR = "auditor", "Auditor"


class Act(TextChoices):
    """What somebody does. Every page and every API call is exactly one of these."""

    REFER = "refer", "raise a concern and follow what became of it"
    SEE_QUEUE = "see_queue", "see the shared queue"
    READ_FILE = "read_file", "read a referral as the hub sees it"
    TRIAGE = "triage", "take referrals from the queue and hand them over"
    DECIDE = "decide", "decide for a child"
    COUNTERSIGN = "countersign", "be the second person, or sign as a social worker"
    RESTRICT = "restrict", "close a referral to all but named people"
    SEE_RESTRICTED = "see_restricted", "see restricted referrals"
    BREAK_GLASS = "break_glass", "open a restricted referral in an emergency, with a reason"
    SEE_CASES = "see_cases", "see the cases of one's service"
    WORK_CASE = "work_case", "accept, return, step up or down, and close a case"
    ALLOCATE = "allocate", "give a case to a worker"
    SEE_OWED = "see_owed", "see what is owed to people and make the telephone calls"
    SEE_AUDIT = "see_audit", "read the audit trail"
    ASSESS = "assess", "ask what the thresholds say about some facts; nothing is stored"
    CONSULT = "consult", "ask the hub for advice without a referral, and see local services"
    ADVISE = "advise", "answer agencies' questions"
    TAKE_CALL = "take_call", "write down a referral made by telephone or letter"
    UNSEAL = "unseal", "let a named person see a withheld name"
    MANAGE_ORGANISATIONS = "manage_organisations", "add and change organisations, teams and local services"
    MANAGE_PEOPLE = "manage_people", "invite people, change what they may do, and let them go"
    MANAGE_KEYS = "manage_keys", "issue and revoke the keys of agencies' systems"
    MANAGE_FRAMEWORK = "manage_framework", "draft, compare, publish, adopt and retire thresholds"
    SET_CLOCKS = "set_clocks", "set the time limits and their warnings"
    ANSWER_ALARM = "answer_alarm", "say that one has a night's alarm, and sign the morning's hand-over"
    MANAGE_ROTA = "manage_rota", "say who is on call"
    SEE_LOOPS = "see_loops", "see how many loops are closed, and how soon, by organisation"


REFERRER = frozenset({Act.REFER, Act.ASSESS, Act.CONSULT})
HUB = frozenset({Act.READ_FILE, Act.SEE_QUEUE, Act.SEE_CASES, Act.ASSESS, Act.BREAK_GLASS})
TRIAGE = HUB | {Act.TRIAGE, Act.DECIDE, Act.SEE_OWED, Act.ADVISE, Act.TAKE_CALL, Act.ANSWER_ALARM}
SERVICE = HUB | {Act.WORK_CASE, Act.SEE_OWED}
MANAGER = frozenset({Act.COUNTERSIGN, Act.RESTRICT, Act.SEE_RESTRICTED})

GRANTS: dict[Role, frozenset[Act]] = {
    Role.PRACTITIONER: REFERRER,
    Role.SAFEGUARDING_LEAD: REFERRER | {Act.MANAGE_PEOPLE},
    Role.TRIAGE_WORKER: TRIAGE,
    Role.TRIAGE_MANAGER: TRIAGE | MANAGER | {Act.UNSEAL, Act.SET_CLOCKS, Act.MANAGE_ROTA, Act.SEE_LOOPS},
    Role.GATEWAY_WORKER: SERVICE,
    Role.GATEWAY_MANAGER: SERVICE | MANAGER | {Act.ALLOCATE, Act.SEE_LOOPS},
    Role.CADT_WORKER: SERVICE | {Act.COUNTERSIGN, Act.ANSWER_ALARM},
    Role.CADT_MANAGER: SERVICE | MANAGER | {Act.ALLOCATE, Act.ANSWER_ALARM, Act.MANAGE_ROTA, Act.SEE_LOOPS},
    Role.CONFERENCE_CHAIR: frozenset({Act.ASSESS}),
    Role.CONFERENCE_ADMINISTRATOR: frozenset({Act.ASSESS}),
    Role.LADO: frozenset(
        {Act.READ_FILE, Act.SEE_QUEUE, Act.TRIAGE, Act.DECIDE, Act.COUNTERSIGN, Act.SEE_CASES, Act.SEE_OWED, Act.ASSESS}
        # So that the officer can name a second person, or a social worker, for an allegation.
        | {Act.RESTRICT, Act.UNSEAL}
        # Nobody else may be called in the night about somebody who works with children.
        | {Act.ANSWER_ALARM}
    ),
    Role.PARTNERSHIP_ADMINISTRATOR: frozenset(
        {Act.ASSESS, Act.MANAGE_ORGANISATIONS, Act.MANAGE_PEOPLE, Act.MANAGE_KEYS}
        | {Act.MANAGE_FRAMEWORK, Act.SET_CLOCKS, Act.SEE_LOOPS}
    ),
    Role.ANALYST: frozenset({Act.ASSESS, Act.SEE_LOOPS}),
    Role.AUDITOR: frozenset({Act.SEE_AUDIT}),
}

# An agency's system may be given these scopes, and no others.
API_SCOPES: frozenset[Act] = frozenset({Act.REFER, Act.ASSESS})

# Who must show a second factor at each sign-in; an organisation may ask it of its own people besides.
SECOND_FACTOR: frozenset[Role] = frozenset(Role) - {Role.PRACTITIONER, Role.SAFEGUARDING_LEAD}


def must_show_second_factor(user: "User") -> bool:
    """Whether each of `user`'s sessions must show a second factor: by role, or because their organisation asks it."""
    return user.organisation.second_factor_required or not SECOND_FACTOR.isdisjoint(user.roles)


# The roles that a safeguarding lead may give and take away, in their own organisation alone.
LEADS_MAY_GIVE: frozenset[Role] = frozenset({Role.PRACTITIONER, Role.SAFEGUARDING_LEAD})

# Which referrals each role sees, in the terms of the referral's own columns. No role, no rows.
_TRIAGE_SEES = Q(allegation=False)
# An allegation reaches a service only when the designated officer has sent a child there.
_GATEWAY_SEES = Q(allegation=False, lane="gateway") | Q(services__contains=["gateway"])
_CADT_SEES = Q(allegation=False, lane="cadt") | Q(services__contains=["cadt"])
# What cannot wait for the morning, whichever way it goes: the managers of CADT are among those who are called last.
_CANNOT_WAIT = Q(allegation=False) & (Q(level=4) | Q(immediate_danger=True))
_NOTHING = Q(pk__in=[])


def grants(roles: Iterable[str], act: Act | str) -> bool:
    """Whether any of `roles` grants `act`; a role nobody knows grants nothing."""
    return any(act in GRANTS.get(role, frozenset()) for role in roles)  # type: ignore[call-overload]


def referral_scope(user: "User") -> Q:
    """The referrals that `user`'s roles let them see as the hub, before named exceptions.

    Restricted ones only for roles that see restricted, and for whoever holds it; allegations only for the designated
    officer; one's own family or case never.
    """
    seen = unrestricted_scope(user)
    return seen if user.may(Act.SEE_RESTRICTED) else seen & (Q(restricted=False) | Q(owner_id=user.pk))


def unrestricted_scope(user: "User") -> Q:
    """What `user`'s roles reach when restriction is left aside: what they may open by breaking the glass."""
    seen = _NOTHING
    for role in user.roles:
        seen |= _hub_view(role)
    return seen & ~Q(barred__contains=[user.pk])


def _hub_view(role: str) -> Q:
    """What one role sees of the hub's work, restricted referrals included."""
    match role:
        case Role.TRIAGE_WORKER | Role.TRIAGE_MANAGER:
            return _TRIAGE_SEES
        case Role.GATEWAY_WORKER | Role.GATEWAY_MANAGER:
            return _GATEWAY_SEES
        case Role.CADT_WORKER:
            return _CADT_SEES
        case Role.CADT_MANAGER:
            return _CADT_SEES | _CANNOT_WAIT
        case Role.LADO:
            return Q(allegation=True)
    return _NOTHING


def people_scope(user: "User") -> Q:
    """The users whom `user` may manage: the partnership administrator everybody, a lead those of their organisation
    who hold no role that a lead may not give, and held none when they were let go."""
    if Role.PARTNERSHIP_ADMINISTRATOR in user.roles:
        return Q()
    if Role.SAFEGUARDING_LEAD in user.roles:
        partners = list(LEADS_MAY_GIVE)
        own = Q(organisation_id=user.organisation_id)
        return own & Q(roles__contained_by=partners, roles_before__contained_by=partners)
    return _NOTHING


def roles_to_give(user: "User") -> frozenset[Role]:
    """The roles that `user` may give somebody, and take away."""
    if Role.PARTNERSHIP_ADMINISTRATOR in user.roles:
        return frozenset(Role)
    return LEADS_MAY_GIVE if Role.SAFEGUARDING_LEAD in user.roles else frozenset()


def submission_scope(user: "User") -> Q:
    """The referrals that `user` may follow as the referrer: their own; a lead, all of their organisation's.

    A worry about somebody who works with children stays with the one who raised it: not even their lead sees it.
    A restricted one likewise.
    """
    mine = Q(submitted_by_id=user.pk)
    if Role.SAFEGUARDING_LEAD in user.roles:
        return mine | Q(organisation_id=user.organisation_id, allegation=False, restricted=False)
    return mine if Role.PRACTITIONER in user.roles else _NOTHING


def consultation_scope(user: "User") -> Q:
    """The questions that `user` may read: their own; a lead, their organisation's but those kept from them; the hub's
    advisers, all, for no child is named in them."""
    if user.may(Act.ADVISE):
        return Q()
    if not user.may(Act.CONSULT):
        return _NOTHING
    mine = Q(asked_by_id=user.pk)
    if Role.SAFEGUARDING_LEAD in user.roles:
        return mine | Q(organisation_id=user.organisation_id, private=False)
    return mine


def case_scope(user: "User") -> Q:
    """The cases that `user` may see: triage all but allegations, a service its own, the designated officer those of
    allegations; minus what the referral closes to them."""
    seen = _NOTHING
    for role in user.roles:
        if role in (Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER):
            seen |= Q(referral__allegation=False)
        elif role in (Role.GATEWAY_WORKER, Role.GATEWAY_MANAGER):
            seen |= Q(service="gateway")
        elif role in (Role.CADT_WORKER, Role.CADT_MANAGER):
            seen |= Q(service="cadt")
        elif role == Role.LADO:
            seen |= Q(referral__allegation=True)
    seen &= ~Q(referral__barred__contains=[user.pk])
    if user.may(Act.SEE_RESTRICTED):
        return seen
    return seen & (Q(referral__restricted=False) | Q(worker_id=user.pk) | Q(referral__owner_id=user.pk))


def services_of(user: "User") -> frozenset[str]:
    """The services whose cases `user` may work: a manager's or worker's own."""
    return frozenset(_SERVICE_OF[role] for role in user.roles if role in _SERVICE_OF)


def service_of(role: str) -> str:
    """The service whose cases a role works; "" for any other."""
    return _SERVICE_OF.get(role, "")


_SERVICE_OF: dict[str, str] = {
    Role.GATEWAY_WORKER: "gateway",
    Role.GATEWAY_MANAGER: "gateway",
    Role.CADT_WORKER: "cadt",
    Role.CADT_MANAGER: "cadt",
}
