from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeaderboardConfig(AppConfig):
    name = "leaderboard"
    verbose_name = _("Leaderboard")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms below what this one offers: an effect, a panel, a section, the audit's expectations."""
        from governance import effects as registry
        from leaderboard import dispute_effects, effects, found, logged, node_page, workshop
        from members import sections
        from search import sources as searched
        from transparency import sources

        for effect in (
            effects.AdoptBenchmark(),
            effects.AdmitNode(),
            effects.SuspendNode(),
            effects.RetractResult(),
            dispute_effects.SettleDispute(),
        ):
            registry.register(effect)
        sources.register("leaderboard.envelopes", logged.envelopes)
        sections.register_section("leaderboard/_organisation.html", node_page.organisation_section)
        sections.register_panel("leaderboard/manage/_panel.html", workshop.dashboard_panel)
        searched.register(*found.SOURCES)
