"""What of this room can be found: organisations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from members.models import Organisation
from search.sources import Described, Source, Watch, joined


def _describe(row: Organisation) -> Described:
    return Described(
        title=row.name if row.name == row.short_name else f"{row.name} ({row.short_name})",
        text=joined(row.about, row.website_domain),
        note=row.search_note,
    )


SOURCES = (
    Source(
        "members", _("Members"), 20, lambda: Organisation.objects.visible_to(ANONYMOUS), _describe,
        (Watch("members_organisation"),),
    ),
)  # fmt: skip
