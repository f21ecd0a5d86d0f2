"""What the directory shows: an index of names, facets with counts, and figures with their sources."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alliance.viewer import ANONYMOUS
from members.countries import country_name
from members.models import HeadcountFact, Membership, Organisation
from members.querysets import OrganisationQuerySet


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a facet."""

    value: str
    label: str
    count: int
    chosen: bool


def folded(text: str) -> str:
    """Return a text without accents and capitals, for sorting."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).casefold()


def by_letter(rows: Iterable[Organisation]) -> list[tuple[str, list[Organisation]]]:
    """Group by the first letter of the short name; everything else under “#”."""
    groups: dict[str, list[Organisation]] = {}
    for row in sorted(rows, key=lambda row: folded(row.short_name)):
        letter = folded(row.short_name)[:1].upper()
        groups.setdefault(letter if letter.isalpha() else "#", []).append(row)
    return sorted(groups.items())


def facets(rows: OrganisationQuerySet, chosen: dict[str, str]) -> dict[str, list[Option]]:
    """Return the choices of each facet with how many organisations they name in the whole directory."""
    values = list(rows.values_list("kind", "country"))
    kinds = Counter(kind for kind, _country in values)
    countries = Counter(country for _kind, country in values if country)
    memberships = Counter(rows.values_list("memberships__kind", flat=True))
    options = {
        "kind": [(v, str(label), kinds[v]) for v, label in Organisation.Kind.choices],
        "membership": [(v, str(label), memberships[v]) for v, label in Membership.Kind.choices],
        "country": sorted(
            ((c, country_name(c), n) for c, n in countries.items()), key=lambda o: folded(o[1])
        ),
    }
    return {
        name: [Option(v, label, n, chosen.get(name) == v) for v, label, n in found if n]
        for name, found in options.items()
    }


def figures() -> dict[str, Any]:
    """Return the Alliance's size as its sources state it, and what is listed here."""
    counts = list(HeadcountFact.objects.all())
    return {
        "newest": counts[0] if counts else None,
        "countries": next((fact for fact in counts if fact.countries), None),
        "first": counts[-1] if counts else None,
        "listed": Organisation.objects.visible_to(ANONYMOUS).real().count(),
    }
