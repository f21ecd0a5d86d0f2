from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Governance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's parts to the members' pages and its effects; officers need a second factor."""
        from governance import (
            effects,
            election_panels,
            found,
            membership_effects,
            minutes_effect,
            own_effects,
            panels,
            policies,
        )
        from governance.actions.seats import vacate_seats
        from governance.fill_seats import FillSeats
        from members import leaving, second_factor, sections
        from search import sources as searched

        second_factor.register_duty(policies.holds_office)
        leaving.register_step("seats", vacate_seats)
        for effect in (
            FillSeats(),
            minutes_effect.ApproveMinutes(),
            *membership_effects.EFFECTS,
            *own_effects.EFFECTS,
        ):
            effects.register(effect)
        sections.register_panel("governance/_panel.html", panels.my_votes)
        sections.register_panel("governance/_election_panel.html", election_panels.my_elections)
        sections.register_section("governance/_organisation.html", panels.seats_of)
        sections.register_section("governance/_organisation_groups.html", panels.groups_of)
        sections.register_section("governance/_organisation_decisions.html", panels.decisions_of)
        searched.register(*found.SOURCES)
