"""What the directory shows: an index of names, facets with counts, and figures with their sources."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from members.countries import country_name
from members.models import HeadcountFact, Membership, Organisation

KINDS = Organisation.Kind
PLURALS = {
    KINDS.UNIVERSITY: _("Universities"),
    KINDS.INDUSTRY: _("Companies"),
    KINDS.STARTUP: _("Start-ups"),
    KINDS.NON_PROFIT: _("Non-profits"),
    KINDS.RESEARCH: _("Research bodies"),
    KINDS.GOVERNMENT: _("Public bodies"),
    KINDS.CIVIL_SOCIETY: _("Civil society bodies"),
}
WAVES = {
    Membership.Kind.FOUNDING: _("Founding members"),
    Membership.Kind.LATER: _("Joined later"),
    Membership.Kind.CONTRIBUTOR: _("Named contributors"),
}
COUNTRIES_SHOWN = 6
DOT = 20  # width of a dot and its gap in the figure of kinds


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a facet."""

    value: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet; what is seldom chosen lies under “more”."""

    name: str
    label: Any
    options: Sequence[Option]
    more: Sequence[Option] = ()

    @property
    def is_more_open(self) -> bool:
        """Whether something under “more” is chosen, so that it must be seen."""
        return any(option.chosen for option in self.more)


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind in the figure: one dot a member, filled where it was there at the launch."""

    label: Any
    at_launch: int
    later: int

    @property
    def total(self) -> int:
        return self.at_launch + self.later

    @property
    def dots(self) -> list[tuple[int, bool]]:
        """Where each dot stands, and whether it is filled."""
        return [(8 + DOT * n, n < self.at_launch) for n in range(self.total)]


@dataclass(slots=True)
class Index:
    """Organisations by what is known of their membership; only members have a letter."""

    members: list[Organisation] = field(default_factory=list)
    contributors: list[Organisation] = field(default_factory=list)
    demonstration: list[Organisation] = field(default_factory=list)

    @property
    def letters(self) -> list[tuple[str, list[Organisation]]]:
        """Members under the first letter of their name; everything else under “#”."""
        groups: dict[str, list[Organisation]] = {}
        for row in self.members:
            letter = folded(row.name)[:1].upper()
            groups.setdefault(letter if letter.isalpha() else "#", []).append(row)
        return sorted(groups.items())

    @property
    def kinds(self) -> list[KindRow]:
        """How many members of each kind, most first."""
        early = Counter(row.kind for row in self.members if is_founding(row))
        every = Counter(row.kind for row in self.members)
        return [
            KindRow(PLURALS[KINDS(kind)], early[kind], n - early[kind])
            for kind, n in every.most_common()
        ]

    @property
    def width(self) -> int:
        """How wide the figure of kinds is drawn, so that no dot is cut off."""
        return DOT * max([27, *(row.total for row in self.kinds)])

    @property
    def countries(self) -> set[str]:
        """Where members have their head office, as far as it is known."""
        return {row.country for row in self.members if row.country}


def folded(text: str) -> str:
    """Return a text without accents and capitals, for sorting."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).casefold()


def is_founding(row: Organisation) -> bool:
    """Say whether an organisation was on the launch list."""
    return any(period.kind == Membership.Kind.FOUNDING for period in row.memberships.all())


def index_of(rows: Iterable[Organisation]) -> Index:
    """Sort organisations by name into members, named contributors and demonstration."""
    index = Index()
    for row in sorted(rows, key=lambda row: folded(row.name)):
        if row.is_demo:
            index.demonstration.append(row)
        elif row.is_confirmed_member:
            index.members.append(row)
        else:
            index.contributors.append(row)
    return index


def facets(rows: Sequence[Organisation], chosen: Mapping[str, Sequence[str]]) -> list[Facet]:
    """Return the choices of each facet with how many real organisations of the whole directory they name."""
    real = [row for row in rows if not row.is_demo]
    kinds = Counter(row.kind for row in real)
    countries = Counter(row.country for row in real if row.country)
    waves = Counter(kind for row in real for kind in {p.kind for p in row.memberships.all()})

    def option(name: str, value: str, label: Any, count: int) -> Option:
        return Option(value, label, count, value in chosen.get(name, ()))

    by_kind = [option("kind", k, PLURALS[KINDS(k)], n) for k, n in kinds.most_common()]
    by_country = [
        option("country", code, country_name(code), n)
        for code, n in sorted(
            countries.items(), key=lambda item: (-item[1], folded(country_name(item[0])))
        )
    ]
    by_wave = [option("membership", k, label, waves[k]) for k, label in WAVES.items() if waves[k]]
    first = by_country[:COUNTRIES_SHOWN]
    return [
        Facet("kind", _("Kind"), by_kind),
        Facet("country", _("Country"), first, by_country[COUNTRIES_SHOWN:]),
        Facet("membership", _("Membership"), by_wave),
    ]


def figures() -> dict[str, Any]:
    """Return the Alliance's size as its sources state it, and how many members are listed here."""
    counts = list(HeadcountFact.objects.all())
    return {
        "counts": counts,
        "newest": counts[0] if counts else None,
        "countries": next((fact for fact in counts if fact.countries), None),
        "first": counts[-1] if counts else None,
        "listed": Organisation.objects.visible_to(ANONYMOUS).confirmed_members().count(),
    }
