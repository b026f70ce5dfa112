from typing import Any

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from accounts import leaving
        from accounts.policy import Act
        from mash.audit import references, sentences
        from mash.govuk import navigation
        from mash.outbox import words
        from mash.outbox.models import CallRound, CallTask
        from referrals.events import PAGES, SENTENCES
        from referrals.models import Case, Consultation, Decision, NightAlarm, Referral, SealedIdentity, Subject
        from referrals.selectors.uncounted import uncounted
        from referrals.services import acknowledging, sealing
        from referrals.services.leaving import ReferralWork
        from thresholds.selectors import weighed

        leaving.register(ReferralWork())
        leaving.register_roles(sealing.drop_unseen)
        weighed.leave_out(uncounted)
        words.say_more({acknowledging.KIND: acknowledging.says})
        sentences.name(SENTENCES)
        sentences.name_pages(PAGES)
        references.name({Referral: "reference", Consultation: "reference"})
        references.name({CallTask: "about", CallRound: "calls__about"})
        references.name(dict.fromkeys((Subject, Case, SealedIdentity), "referral__reference"))
        references.name({Decision: "subject__referral__reference", NightAlarm: "referral__reference"})
        under = ("/drafts/", "/notices/")
        navigation.register(label="Referrals", url_name="my_referrals", act=Act.REFER, order=10, under=under)
        navigation.register(label="Notices", url_name="notices", act=Act.REFER, order=11, wanted_by=_at_a_police_desk)
        navigation.register(label="Advice", url_name="my_advice", act=Act.CONSULT, order=12, under=("/local-help/",))
        navigation.register(label="Queue", url_name="queue", act=Act.SEE_QUEUE, order=20)
        navigation.register(label="Take a call", url_name="take_a_call", act=Act.TAKE_CALL, order=22)
        navigation.register(label="Advice", url_name="advice_waiting", act=Act.ADVISE, order=25)
        navigation.register(label="Local services", url_name="local_services", act=Act.MANAGE_ORGANISATIONS, order=80)
        navigation.register(label="Cases", url_name="cases", act=Act.SEE_CASES, order=30)
        navigation.register(label="Time limits", url_name="time_limits", act=Act.SET_CLOCKS, order=85)
        navigation.register(label="To sign", url_name="to_sign", act=Act.COUNTERSIGN, order=40, number=_to_sign)
        navigation.register(label="Nights", url_name="nights", act=Act.ANSWER_ALARM, order=45)
        navigation.register(label="Owed", url_name="owed", act=Act.SEE_OWED, order=50)
        navigation.register(label="Loops closed", url_name="closed_loops", act=Act.SEE_LOOPS, order=51)


def _at_a_police_desk(user: Any) -> bool:
    """Who sends notices night after night. Anybody else who may finds the way below their own referrals."""
    from accounts.models import OrganisationKind

    return bool(user.organisation.kind == OrganisationKind.POLICE)


def _to_sign(user: Any) -> int:
    """How many decisions wait for this person's signature."""
    from referrals.selectors import deciding

    return deciding.number_to_sign(user)
