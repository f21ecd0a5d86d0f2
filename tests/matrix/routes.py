"""Every route of the portal, from the resolver: nothing can hide from the matrix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGE_METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """One address: its name, what its path takes, and who answers."""

    name: str
    path: str
    takes: tuple[str, ...]
    answers: Callable[..., Any]

    @property
    def room(self) -> str:
        """The package that answers; what others bring (sign-in, admin) counts to the site."""
        room = str(self.answers.__module__).partition(".")[0]
        rooms = ("members", "governance", "projects", "leaderboard", "transparency", "search")
        return room if room in rooms else "alliance"

    @property
    def is_api(self) -> bool:
        return hasattr(self.answers, "cls") or "api/" in self.path

    @property
    def methods(self) -> tuple[str, ...]:
        return API_METHODS if self.is_api else PAGE_METHODS

    def address(self, values: dict[str, Any]) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.takes})


def routes() -> dict[str, Route]:
    """Return every named route by its name; a second one of the same name is what the first one shadows."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver(), "", ()):
        found.setdefault(route.name, route)
    return found


def _walk(resolver: URLResolver, path: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name or "unnamed"])
            yield Route(name, here, _takes(here), entry.callback)


def _takes(path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", path)))
