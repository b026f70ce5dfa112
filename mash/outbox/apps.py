from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """What we owe people, and whether it went."""

    name = "mash.outbox"
    label = "outbox"
