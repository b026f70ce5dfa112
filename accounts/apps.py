from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.policy import Act
        from mash.govuk import navigation

        navigation.register(label="Audit", url_name="audit", act=Act.SEE_AUDIT, order=60)
