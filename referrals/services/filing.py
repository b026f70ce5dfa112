"""Write down the parts of a submission under its referral, in as few statements as there are kinds of row."""

from referrals import keys
from referrals.models import Adult, Concern, ConcernSubject, Referral, RelevantIndicator, Subject
from referrals.submission import Child, Submission
from thresholds.models import Assessment


def file(referral: Referral, submission: Submission, *, own: list[Assessment], hub: list[Assessment]) -> None:
    """Children with their two assessments, adults, concerns, whom each concern names, and the ticked signs."""
    subjects = Subject.objects.bulk_create(
        [_subject(referral, n, child, own[n], hub[n]) for n, child in enumerate(submission.children)]
    )
    Adult.objects.bulk_create(
        [
            Adult(
                referral=referral,
                position=n,
                name=adult.name,
                relationship=adult.relationship,
                causes_harm=adult.causes_harm,
                parental_responsibility=adult.parental_responsibility,
                phone=adult.phone,
                email=adult.email,
                address=adult.address,
                safe_contact=adult.safe_contact,
                whereabouts=adult.whereabouts,
            )
            for n, adult in enumerate(submission.adults)
        ]
    )
    _file_concerns(referral, submission, subjects)


def _subject(referral: Referral, position: int, child: Child, own: Assessment, hub: Assessment) -> Subject:
    return Subject(
        referral=referral,
        position=position,
        given_name=child.given_name,
        family_name=child.family_name,
        aliases=child.aliases,
        birth_date=child.birth_date,
        due_date=child.due_date,
        estimated_age=child.estimated_age,
        sex=child.sex,
        nhs_number=child.nhs_number,
        upn=child.upn,
        school=child.school,
        ethnicity=child.ethnicity,
        language=child.language,
        interpreter=child.interpreter,
        disabilities=list(child.disabilities),
        communication=child.communication,
        earlier_addresses=list(child.earlier_addresses),
        address_line1=child.address.line1,
        address_line2=child.address.line2,
        town=child.address.town,
        postcode=child.address.postcode,
        identity_key=keys.identity(child),
        submitter_assessment=own,
        hub_assessment=hub,
        highest_level=max(filter(None, (own.level, hub.level)), default=None),
    )


def _file_concerns(referral: Referral, submission: Submission, subjects: list[Subject]) -> None:
    rows = Concern.objects.bulk_create(
        [
            Concern(
                referral=referral,
                position=n,
                category=concern.category,
                narrative=concern.narrative,
                happened=concern.happened,
                how_known=concern.how_known,
                childs_words=concern.childs_words,
                who_causes_harm=concern.who_causes_harm,
            )
            for n, concern in enumerate(submission.concerns)
        ]
    )
    pairs = list(zip(rows, submission.concerns, strict=True))
    ConcernSubject.objects.bulk_create(
        [ConcernSubject(concern=row, subject=subjects[n]) for row, concern in pairs for n in concern.about]
    )
    RelevantIndicator.objects.bulk_create(
        [
            RelevantIndicator(concern=row, code=sign.code, severity=sign.severity, duration=sign.duration)
            for row, concern in pairs
            for sign in concern.indicators
        ]
    )
