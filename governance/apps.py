from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Governance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's parts to the members' pages; officers need a second factor."""
        from governance import panels, policies
        from members import second_factor, sections

        second_factor.register_duty(policies.holds_office)

        sections.register_panel("governance/_panel.html", panels.my_votes)
        sections.register_section("governance/_organisation.html", panels.seats_of)
