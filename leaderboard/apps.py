from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeaderboardConfig(AppConfig):
    name = "leaderboard"
    verbose_name = _("Leaderboard")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer decisions their effect, the desk its panel, the log's audit its expectations."""
        from governance import effects as registry
        from leaderboard import effects, logged
        from transparency import sources

        registry.register(effects.AdoptBenchmark())
        sources.register("leaderboard.envelopes", logged.envelopes)
