"""The Alliance's working groups as public sources name them. No seats, votes or people are known of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from alliance.i18n import Localised

FILE = Path(__file__).parent / "facts" / "working_groups.csv"


@dataclass(frozen=True)
class Group:
    """A working group, with the source that names it; the purpose is in the portal's own words."""

    slug: str
    name_en: str
    name_fr: str
    generation: str
    period: str
    purpose_en: str
    purpose_fr: str
    confirmed: str
    source: str

    name = Localised("name")
    purpose = Localised("purpose")

    @property
    def generation_name(self) -> str:
        """Which of the Alliance's own structures the group belongs to."""
        names = {"1-launch": _("After the launch"), "2-six-areas": _("Under the six focus areas")}
        return names.get(self.generation, self.generation)


@cache
def working_groups() -> list[Group]:
    """Return the groups, the most recently named structure first."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        groups = [Group(**row) for row in csv.DictReader(rows)]
    return sorted(groups, key=lambda group: group.generation, reverse=True)
