from django.apps import AppConfig


class LibConfig(AppConfig):
    """Small things that every app needs."""

    name = "mash.lib"
    label = "lib"
