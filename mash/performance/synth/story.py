"""What happens to each synthetic referral: most were decided and closed long ago, some wait now."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mash.lib.references import new_reference
from mash.lib.workingdays import add_working_days
from mash.performance.synth import waiting
from mash.performance.synth.people import SynthCast, SynthChild, child
from mash.performance.synth.tables import Table
from mash.performance.synth.verdicts import Verdict
from referrals import keys, ranking
from referrals.choices import Category
from referrals.models.clocks import RAG_KEY
from referrals.selectors import limits
from referrals.services import ratings
from referrals.submission import Address

LABELS = {
    "referral": "referrals.Referral",
    "subject": "referrals.Subject",
    "adult": "referrals.Adult",
    "concern": "referrals.Concern",
    "indicator": "referrals.RelevantIndicator",
    "rating": "referrals.RagRating",
    "party": "referrals.Party",
    "outcome": "referrals.Outcome",
    "telling": "referrals.Telling",
    "reading": "referrals.Reading",
    "change": "referrals.StageChange",
    "decision": "referrals.Decision",
    "case": "referrals.Case",
    "closure": "referrals.Closure",
    "person": "referrals.Person",
    "household": "referrals.Household",
    "assessment": "thresholds.Assessment",
    "message": "outbox.Message",
    "round": "outbox.CallRound",
    "call": "outbox.CallTask",
    "event": "audit.Event",
}
NARRATIVES = (
    "He came in without a coat again and said there was no food at home.",
    "She told her form tutor that she is frightened to go home at weekends.",
    "Attended with an injury that does not fit what we were told.",
    "Officers attended after neighbours heard shouting. The children were upstairs.",
    "Attendance has fallen to half since the autumn and nobody answers the door.",
)


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of one child of a referral; no decision while it waits."""

    subject: int
    person: int
    decision: int | None


class Story:
    """Writes referrals, one at a time, into the tables."""

    def __init__(self, tables: dict[str, Table], cast: SynthCast, known: list[Verdict], rng: random.Random) -> None:
        self.t = tables
        self.cast = cast
        self.known = known
        self.rng = rng
        book = limits.book()
        self.limits = {colour: book.at(key, timezone.now()).pk for colour, key in RAG_KEY.items()}
        self.people: dict[int, tuple[int, SynthChild]] = {}
        self.homes: dict[int, int] = {}
        self.waiting = waiting.Waiting(tables, rng)
        self.reference = ""

    def referral(self, number: int, people: int, at: datetime, *, open_now: bool, still_worked: bool = False) -> None:
        """One referral with one to three children of one home, in whatever state its age calls for.

        `still_worked`: it is decided, its cases are not closed, and some of its news did not arrive.
        """
        first = self.rng.randrange(max(people - 2, 1))
        children = [first + n for n in range(self.rng.choice((1, 1, 1, 2, 3)))]
        verdict = self.rng.choice(self.known)
        sender = self.rng.choice(self.cast.senders)
        known = [self.person(one, at) for one in children]
        self.reference = new_reference()
        referral = self._referral_row(verdict, sender, known[0][1], at, open_now=open_now)
        together = self._uuid()
        subjects = [self._subject(referral, n, one, verdict, at, open_now, together) for n, one in enumerate(known)]
        self._words(referral, verdict)
        self._rating(referral, verdict, at)
        party = self.t["party"].add(
            referral_id=referral,
            user_id=sender.pk,
            organisation_id=sender.organisation_id,
            name=sender.name,
            email=sender.email,
        )
        self._tell(referral, None, party, sender, "referral_received", at)
        self.t["change"].add(referral_id=referral, new="received", by_id=sender.pk, at=at)
        self._event(sender, "referral_submitted", referral, at)
        if not open_now:
            self._history(referral, subjects, party, sender, verdict, at, still_worked)

    def person(self, number: int, at: datetime) -> tuple[int, SynthChild]:
        """A child's row, made when first needed."""
        if number not in self.people:
            made = child(number, self.rng)
            key = self.t["person"].add(
                given_name=made.given_name,
                family_name=made.family_name,
                birth_date=made.birth_date,
                sex=made.sex,
                nhs_number="",
                household_id=self._home(made),
                created_at=at,
            )
            self.people[number] = (key, made)
        return self.people[number]

    def _home(self, made: SynthChild) -> int:
        if made.home not in self.homes:
            address = f"{made.address}, {made.postcode}"
            self.homes[made.home] = self.t["household"].add(
                key=f"synth{made.home:09d}{self.t['household'].next_id}", address=address
            )
        return self.homes[made.home]

    def _referral_row(self, verdict: Verdict, sender: Any, one: SynthChild, at: datetime, *, open_now: bool) -> int:
        leading = verdict.leading
        service = [leading.route] if leading.route in ("cadt", "gateway") and not open_now else []
        return self.t["referral"].add(
            reference=self.reference,
            organisation_id=sender.organisation_id,
            submitted_by_id=sender.pk,
            via="browser",
            submitted_at=at,
            document={"synthetic": True},
            referrer_name=sender.name,
            referrer_role="class teacher",
            referrer_phone="0151 496 0000",
            agreement=self.rng.choice(("given", "refused", "not_sought")),
            household_key=keys.household((_as_child(one),), otherwise=""),
            decision_due_at=_due(at),
            stage="received" if open_now else "decided",
            lane=leading.route,
            level=leading.level,
            band=leading.band,
            route=leading.route,
            duty=leading.duty,
            risk=ranking.risk(leading, immediate_danger=False),
            decided_at=None if open_now else at + timedelta(hours=5),
            services=service,
        )

    def _rating(self, referral: int, verdict: Verdict, at: datetime) -> None:
        colour = ratings.ADVICE[verdict.leading.level or 1]
        limit, because = self.limits.get(colour), f"Level {verdict.leading.level}, by the thresholds."
        self.t["rating"].add(referral_id=referral, colour=colour, reason=because, at=at, counts_from=at, limit_id=limit)

    def _subject(
        self,
        referral: int,
        n: int,
        known: tuple[int, SynthChild],
        verdict: Verdict,
        at: datetime,
        open_now: bool,
        together: str,
    ) -> "Known":
        person, made = known
        own, hub = (self._assessment(verdict, kind, at, together) for kind in ("submitter", "hub"))
        decision = None if open_now else self.t["decision"].next_id
        subject = self.t["subject"].add(
            referral_id=referral,
            position=n,
            given_name=made.given_name,
            family_name=made.family_name,
            birth_date=made.birth_date,
            sex=made.sex,
            address_line1=made.address,
            postcode=made.postcode,
            identity_key=keys.identity(_as_child(made)),
            submitter_assessment_id=own,
            hub_assessment_id=hub,
            highest_level=verdict.leading.level,
            person_id=None if open_now else person,
            state="waiting" if open_now else "decided",
            decision_id=decision,
        )
        if not open_now:
            self._decision(subject, hub, verdict, at)
        return Known(subject, person, decision)

    def _assessment(self, verdict: Verdict, kind: str, at: datetime, together: str) -> str:
        key = self._uuid()
        self.t["assessment"].add(reference=key, kind=kind, assessed_at=at, about=together, **verdict.columns)
        return key

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def _words(self, referral: int, verdict: Verdict) -> None:
        concern = self.t["concern"].add(
            referral_id=referral,
            position=0,
            category=self.rng.choice(Category.values[:-2]),
            narrative=self.rng.choice(NARRATIVES),
        )
        for code in verdict.codes:
            self.t["indicator"].add(concern_id=concern, code=code)
        self.t["adult"].add(
            referral_id=referral, position=0, name="Parent Synthetic", relationship="mother", causes_harm=False
        )

    def _decision(self, subject: int, hub: str, verdict: Verdict, at: datetime) -> None:
        route, level = verdict.leading.route, verdict.leading.level or 1
        way = route if route in ("cadt", "gateway") else "advice"
        self.t["decision"].add(
            subject_id=subject,
            assessment_id=hub,
            by_id=self.cast.triage.pk,
            at=at + timedelta(hours=5),
            way=way,
            level=4 if way == "cadt" and level == 4 else min(level, 3),
            engine_level=verdict.leading.level,
            reason="As the framework advises.",
            words="We have looked at this and decided what happens next.",
            agreement="given",
            by_social_worker=True,
            needs_second_person=False,
            needs_social_worker=False,
        )

    def _history(
        self,
        referral: int,
        subjects: list["Known"],
        party: int,
        sender: Any,
        verdict: Verdict,
        at: datetime,
        still_worked: bool,
    ) -> None:
        decided = at + timedelta(hours=5)
        triage = self.cast.triage
        self.t["change"].add(
            referral_id=referral, old="received", new="in_triage", by_id=triage.pk, at=at + timedelta(hours=2)
        )
        self.t["change"].add(referral_id=referral, old="in_triage", new="decided", by_id=triage.pk, at=decided)
        self._event(triage, "decision_made", referral, decided)
        for one in subjects:
            went = not (still_worked and self.waiting.came_to_nothing())
            self._tell(referral, one.subject, party, sender, "decided", decided, went=went)
            if verdict.leading.route in self.cast.workers:
                self._case(referral, one, party, sender, verdict, decided, still_worked)

    def _case(
        self,
        referral: int,
        one: "Known",
        party: int,
        sender: Any,
        verdict: Verdict,
        at: datetime,
        still_worked: bool,
    ) -> None:
        route = verdict.leading.route
        worker = self.cast.workers[route]
        ended = at + timedelta(days=self.rng.randrange(5, 60))
        where = (
            self.waiting.case(worker.pk, at)
            if still_worked
            else {
                "stage": "closed",
                "worker_id": worker.pk,
                "accepted_at": at + timedelta(hours=3),
                "allocated_at": at + timedelta(hours=3),
                "ended_at": ended,
            }
        )
        case = self.t["case"].add(
            referral_id=referral,
            subject_id=one.subject,
            person_id=one.person,
            decision_id=one.decision,
            service=route,
            level=verdict.leading.level or 2,
            offered_at=at,
            social_care_at=at if route == "cadt" else None,
            **where,
        )
        if still_worked:
            return
        outcome = self._tell(referral, one.subject, party, sender, "closed", ended)
        self.t["closure"].add(case_id=case, outcome_id=outcome, reason="needs_met", by_id=worker.pk, at=ended)

    def _tell(
        self,
        referral: int,
        subject: int | None,
        party: int,
        sender: Any,
        kind: str,
        at: datetime,
        *,
        went: bool = True,
    ) -> int:
        outcome = self.t["outcome"].add(
            referral_id=referral, subject_id=subject, kind=kind, words="News about your referral.", at=at
        )
        message = self.t["message"].add(
            key=f"synth:{outcome}",
            kind=kind,
            about=self.reference,
            recipient_user_id=sender.pk,
            recipient_email=sender.email,
            organisation_id=sender.organisation_id,
            owed_at=at,
            next_attempt_at=None,
            attempts=1,
            **(waiting.WENT | {"sent_at": at, "read_at": at} if went else {"state": "failed", "settled_at": at}),
        )
        self.t["telling"].add(outcome_id=outcome, party_id=party, message_id=message)
        if went:
            self.t["reading"].add(outcome_id=outcome, user_id=sender.pk, how="product", at=at)
        else:
            self.waiting.call(message, self.reference, sender.organisation_id, at)
        return outcome

    def _event(self, by: Any, what: str, referral: int, at: datetime) -> None:
        self.t["event"].add(
            at=at,
            actor_kind="user",
            actor_id=by.pk,
            actor_label=by.actor_label,
            what=what,
            about_type="referrals.referral",
            about_id=referral,
            ids=[],
            detail={},
        )


_DUE: dict[datetime, datetime] = {}


def _due(at: datetime) -> datetime:
    """One working day on; worked out once for each hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if hour not in _DUE:
        _DUE[hour] = add_working_days(hour, 1)
    return _DUE[hour] + (at - hour)


def _as_child(made: SynthChild) -> Any:
    from referrals.submission import Child

    return Child(
        given_name=made.given_name,
        family_name=made.family_name,
        birth_date=made.birth_date,
        address=Address(line1=made.address, postcode=made.postcode),
    )
