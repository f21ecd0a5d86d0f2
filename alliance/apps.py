from django.apps import AppConfig


class AllianceConfig(AppConfig):
    """The site itself: no models, only what the rooms stand on and the roof over them."""

    name = "alliance"
    verbose_name = "AI Alliance"
