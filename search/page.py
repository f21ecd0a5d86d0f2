"""What the search page shows beside its hits: tabs of kinds, facets with counts, and what was chosen, to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from search.asking import Answer, Question
from search.excerpts import marked
from search.finding import Hit
from search.sources import all_facets, all_sources, source_of

SHOWN = 8  # values of a facet; the rest lies under “more”


@dataclass(frozen=True, slots=True)
class Link:
    """A way to narrow or widen the search."""

    label: Any
    query: str
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the most frequent first."""

    label: Any
    links: Sequence[Link]
    more: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as it is shown."""

    kind: Any
    hit: Hit
    title: SafeString
    excerpt: SafeString
    foreign: str  # the language of the thing, where it is not the reader's


def tabs(answer: Answer) -> list[Link]:
    """Everything, and each kind that has hits."""
    question, counts = answer.question, answer.result.kinds
    everything = Link("", _query(question, kind=""), sum(counts.values()), not question.chosen.kind)
    kinds = [
        Link(
            source.name, _query(question, kind=source.kind), counts.get(source.kind, 0),
            source.kind == question.chosen.kind,
        )
        for source in all_sources()
        if counts.get(source.kind) or source.kind == question.chosen.kind
    ]  # fmt: skip
    return [everything, *kinds]


def facets(answer: Answer) -> list[Facet]:
    """Each facet's values among the hits that would narrow further."""
    chosen, total = answer.question.chosen.facets, answer.result.total
    found = []
    for facet in all_facets():
        labels, opening = facet.labels(), f"{facet.name}:"
        counts = {
            value.removeprefix(opening): count
            for value, count in answer.result.facets.items()
            if value.startswith(opening) and value not in chosen and count < total
        }
        links = [
            Link(labels.get(value, value), _query(answer.question, add=(facet.name, value)), count)
            for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        if links:
            found.append(Facet(facet.label, links[:SHOWN], links[SHOWN:]))
    return found


def taken(question: Question) -> list[Link]:
    """What was chosen, each with the address that takes it away."""
    names = {facet.name: facet for facet in all_facets()}
    found = []
    for each in question.chosen.facets:
        name, _colon, value = each.partition(":")
        facet = names[name]
        label = f"{facet.label}: {facet.labels().get(value, value)}"
        found.append(Link(label, _query(question, remove=(name, value)), is_chosen=True))
    return found


def lines(answer: Answer, language: str) -> list[Line]:
    """The hits of this page."""
    return [
        Line(
            kind=source.name if (source := source_of(hit.kind)) else hit.kind,
            hit=hit,
            title=marked(hit.title, answer.result.marks),
            excerpt=marked(hit.excerpt, answer.result.marks),
            foreign="" if f"language:{language}" in hit.facets else _other(language),
        )
        for hit in answer.result.hits
    ]


def _other(language: str) -> str:
    return "fr" if language == "en" else "en"


def _query(
    question: Question,
    *,
    kind: str | None = None,
    add: tuple[str, str] | None = None,
    remove: tuple[str, str] | None = None,
) -> str:
    parameters = question.parameters
    if kind is not None:
        parameters = [pair for pair in parameters if pair[0] != "kind"]
        parameters += [("kind", kind)] if kind else []
    if remove:
        parameters = [pair for pair in parameters if pair != remove]
    if add:
        parameters = [*parameters, add]
    return f"?{urlencode(parameters)}"


def page_links(answer: Answer) -> list[tuple[int, str]]:
    """The pages near this one, with their addresses."""
    here, last = answer.question.page, answer.pages
    wanted = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    parameters = answer.question.parameters
    return [(number, f"?{urlencode([*parameters, ('page', number)])}") for number in wanted]
