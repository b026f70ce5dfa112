from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from accounts.policy import Act
        from mash.audit import references, sentences
        from mash.govuk import navigation
        from mash.outbox.models import CallTask
        from referrals.events import PAGES, SENTENCES
        from referrals.models import Case, Decision, Referral, Subject

        sentences.name(SENTENCES)
        sentences.name_pages(PAGES)
        references.name({Referral: "reference", CallTask: "about"})
        references.name(dict.fromkeys((Subject, Case), "referral__reference"))
        references.name({Decision: "subject__referral__reference"})
        navigation.register(label="Referrals", url_name="my_referrals", act=Act.REFER, order=10, under=("/drafts/",))
        navigation.register(label="Queue", url_name="queue", act=Act.SEE_QUEUE, order=20)
        navigation.register(label="Cases", url_name="cases", act=Act.SEE_CASES, order=30)
        navigation.register(label="To sign", url_name="to_sign", act=Act.COUNTERSIGN, order=40)
        navigation.register(label="Owed", url_name="owed", act=Act.SEE_OWED, order=50)
