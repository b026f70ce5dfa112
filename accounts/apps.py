from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.events import PAGES, SENTENCES
        from accounts.policy import Act
        from accounts.services import invitations
        from mash.audit import sentences
        from mash.govuk import navigation
        from mash.outbox import words
        from mash.outbox.words import OfAccounts

        sentences.name(SENTENCES)
        sentences.name_pages(PAGES)
        words.name(
            {
                invitations.KIND: OfAccounts("you are invited", invitations.link),
                invitations.ASKED: OfAccounts("somebody asks for a new invitation"),
                "access_review": OfAccounts("the access review of this quarter"),
                "key_ends": OfAccounts("a key of your system ends soon"),
            }
        )
        navigation.register(
            label="Organisations", url_name="organisations", act=Act.MANAGE_ORGANISATIONS, order=52, under=("/teams/",)
        )
        navigation.register(label="People", url_name="people", act=Act.MANAGE_PEOPLE, order=54, under=("/reviews/",))
        navigation.register(label="Audit", url_name="audit", act=Act.SEE_AUDIT, order=60)
