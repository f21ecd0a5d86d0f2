from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the duty of this room, and note when a session began."""
        from members import found, second_factor, sections, step_up  # noqa: F401 - listens to sign-ins
        from search import panels
        from search import sources as searched

        second_factor.register_duty(second_factor.administers)
        searched.register(*found.SOURCES)
        sections.register_panel("search/_panel.html", panels.my_searches)
