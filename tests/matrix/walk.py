"""Ask one address as one role and say whether somebody is let in; whatever they do is taken back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from tests.matrix.forms import filled
from tests.matrix.roles import ROLES
from tests.matrix.routes import PAGE_METHODS, Route
from tests.matrix.table import Line
from tests.matrix.world import World

FEW = ("anonymous", "administrator", "staff", "key")  # for methods that almost nothing has
LOGIN = ("/accounts/login/", "/staff/login/", "/accounts/again/")
REFUSED = {401, 403, 404, 405, 415}
Found = dict[str, dict[str, frozenset[str]]]


def ask_all(world: World, route: Route, of: str, wanted: Collection[str]) -> Found:
    """Return who is let in, by method and variant; methods that nobody should have are asked by a few."""

    def let_in(variant: str, method: str) -> frozenset[str]:
        roles = ROLES if method in (*PAGE_METHODS, *wanted) else FEW
        values = world.values(of, variant)
        return frozenset(r for r in roles if is_let_in(ask(world, route, values, r, method)))

    variants = world.variants(of)
    return {method: {name: let_in(name, method) for name in variants} for method in route.methods}


def ask(world: World, route: Route, values: dict[str, Any], role: str, method: str) -> Any:
    """Send one request in a savepoint."""
    cache.clear()  # no throttle
    address = route.address(values)
    more: dict[str, Any] = {}
    if method != "GET":
        more["data"] = filled(route.name, values)
        if route.is_api:
            more["content_type"] = "application/json"
    with transaction.atomic(), translation.override("en"):
        answer = getattr(world.client(role), method.lower())(address, **more)
        transaction.set_rollback(True)
    return answer


def is_let_in(answer: Any) -> bool:
    """Judge by the status; a page that sends back with an error said no as well."""
    if answer.status_code in (301, 302, 303):
        to_login = any(place in answer["Location"] for place in LOGIN)
        return not (to_login or _said_no(answer.wsgi_request))
    return answer.status_code not in REFUSED


def _said_no(request: HttpRequest) -> bool:
    said = getattr(request, "_messages", None)
    return any(message.level >= messages.ERROR for message in getattr(said, "_queued_messages", ()))


def as_lines(route: Route, of: str, found: Found) -> list[Line]:
    """Write what happens as lines of the table; a method that lets nobody in has none."""
    return [
        Line(route.name, of, method, allowed)
        for method, allowed in found.items()
        if any(allowed.values())
    ]
