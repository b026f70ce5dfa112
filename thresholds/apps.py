from django.apps import AppConfig


class ThresholdsConfig(AppConfig):
    name = "thresholds"

    def ready(self) -> None:
        from accounts.policy import Act
        from mash.audit import sentences
        from mash.govuk import navigation
        from thresholds.events import PAGES, SENTENCES

        sentences.name(SENTENCES)
        sentences.name_pages(PAGES)
        navigation.register(label="Thresholds", url_name="frameworks", act=Act.MANAGE_FRAMEWORK, order=70)
