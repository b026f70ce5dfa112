from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "mash.performance"
    label = "performance"
