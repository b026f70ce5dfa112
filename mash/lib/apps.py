from django.apps import AppConfig
from django.urls import register_converter

from mash.lib.references import ReferenceConverter


class LibConfig(AppConfig):
    """Small things every app needs; the path converter `<ref:reference>` among them."""

    name = "mash.lib"
    label = "lib"

    def ready(self) -> None:
        register_converter(ReferenceConverter, "ref")
