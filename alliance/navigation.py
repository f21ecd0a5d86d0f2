"""The rooms a reader can enter: a room that isn't installed, or has no pages yet, gets no link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the masthead or the colophon."""

    label: Any
    url: str
    is_here: bool = False


Entry = tuple[Any, str, tuple[str, ...]]
MAIN: Sequence[Entry] = (
    (_("Projects"), "projects:list", ()),
    (_("Leaderboard"), "leaderboard:home", ()),
    (_("Working groups"), "governance:groups", ()),
    (_("Members"), "members:directory", ()),
    (_("Governance"), "governance:home", ()),
    (_("Events"), "events:list", ()),
    (_("Public log"), "transparency:log", ()),
    (_("Learn"), "learn", ()),
)
MAP: Sequence[tuple[Any, Sequence[Entry]]] = (
    (
        _("Work"),
        (
            (_("Projects"), "projects:list", ()),
            (_("Working groups"), "governance:groups", ()),
            (_("Events"), "events:list", ()),
            (_("Learn"), "learn", ()),
        ),
    ),
    (
        _("Measurement"),
        (
            (_("Leaderboard"), "leaderboard:home", ()),
            (_("Evaluation nodes"), "leaderboard:nodes", ()),
            (_("How ranks are made"), "learn-topic", ("ranking",)),
        ),
    ),
    (
        _("Decision"),
        (
            (_("Governance"), "governance:home", ()),
            (_("Register of decisions"), "governance:decisions", ()),
            (_("Members"), "members:directory", ()),
        ),
    ),
    (
        _("Reuse"),
        (
            (_("REST API"), "api-page", ()),
            (_("Public log"), "transparency:log", ()),
            (_("How to check"), "learn-topic", ("verify",)),
        ),
    ),
)


def _links(entries: Sequence[Entry], path: str) -> list[Link]:
    links = []
    for label, name, arguments in entries:
        try:
            url = reverse(name, args=arguments)
        except NoReverseMatch:
            continue
        links.append(Link(label, url, path.startswith(url)))
    return links


def main_links(path: str) -> list[Link]:
    """Return the links of the masthead; the one the reader is in is marked.

    A room below another one's address is the nearer of the two, and the only one marked.
    """
    links = _links(MAIN, path)
    here = max(
        (link for link in links if link.is_here), key=lambda link: len(link.url), default=None
    )
    return [replace(link, is_here=link is here) for link in links]


def map_links() -> list[tuple[Any, list[Link]]]:
    """Return the columns of the colophon."""
    return [(title, _links(entries, "")) for title, entries in MAP]
