from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms below what this one offers."""
        from governance import effects as registry
        from governance import sections as of_bodies
        from members import sections
        from projects import effects, found, panels
        from search import sources as searched

        registry.register(effects.AdvanceStage())
        registry.register(effects.AdoptProject())
        sections.register_section("projects/_organisation.html", panels.projects_of)
        of_bodies.register_section("projects/_body.html", panels.of_body)
        sections.register_panel("projects/_panel.html", panels.my_projects)
        sections.register_panel("projects/_harvest_panel.html", panels.harvest_of)
        sections.register_panel("projects/_deciding_panel.html", panels.deciding_of)
        searched.register(*found.SOURCES)
        for facet in found.FACETS:
            searched.register_facet(facet)
