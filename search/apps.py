from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what any kind of thing can be narrowed by."""
        from search import facets, sources

        for facet in facets.FACETS:
            sources.register_facet(facet)
