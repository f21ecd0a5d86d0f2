"""Pages of the API by cursor: stable while rows are added, cheap at any depth."""

from rest_framework.pagination import CursorPagination


class ByCursor(CursorPagination):
    """Order by the view's `ordering`, else by primary key, newest first."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_ordering(self, request, queryset, view):
        """Prefer the view's own ordering so that each list says what it sorts by."""
        return getattr(view, "cursor_ordering", None) or super().get_ordering(
            request, queryset, view
        )
