from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the duty of this room, and note when a session began."""
        from members import second_factor, step_up  # noqa: F401 - listens to sign-ins

        second_factor.register_duty(second_factor.administers)
