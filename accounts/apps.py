from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import leaving
        from accounts.events import PAGES, SENTENCES
        from accounts.policy import Act
        from accounts.services import invitations, sign_in
        from mash.audit import sentences
        from mash.govuk import navigation
        from mash.outbox import words
        from mash.outbox.words import OfAccounts

        leaving.register(invitations.OpenInvitations())
        sentences.name(SENTENCES)
        sentences.name_pages(PAGES)
        words.name(
            {
                invitations.KIND: OfAccounts("you are invited", invitations.link, invitations.says),
                invitations.ASKED: OfAccounts("somebody asks for a new invitation"),
                "access_review": OfAccounts("the access review of this quarter"),
                "key_ends": OfAccounts("a key of your system ends soon"),
                "password_reset": OfAccounts("choose a new password", sign_in.reset_link),
                "password_changed": OfAccounts("your password was changed"),
                "second_factor_added": OfAccounts("a second factor was added"),
                "second_factor_removed": OfAccounts("a second factor was removed"),
                "second_factor_reset": OfAccounts("your second factor was reset"),
                "recovery_codes_made": OfAccounts("you have new recovery codes"),
                sign_in.CODES_REFUSED: OfAccounts("wrong codes were entered for your account"),
            }
        )
        navigation.register(
            label="Organisations", url_name="organisations", act=Act.MANAGE_ORGANISATIONS, order=52, under=("/teams/",)
        )
        navigation.register(label="People", url_name="people", act=Act.MANAGE_PEOPLE, order=54, under=("/reviews/",))
        navigation.register(label="Audit", url_name="audit", act=Act.SEE_AUDIT, order=60)
