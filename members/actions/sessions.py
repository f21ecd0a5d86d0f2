"""End sessions."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from members.models import Person


@transaction.atomic
def end_sessions(
    *, person: Person, only: Collection[int] | None = None, but: str | None = None
) -> int:
    """End a person's sessions, some or all but one; the next click of each finds nobody signed in."""
    rows = UserSession.objects.select_for_update().filter(user=person)
    if only is not None:
        rows = rows.filter(pk__in=only)
    if but is not None:
        rows = rows.exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(key).delete()
    rows.delete()
    return len(keys)
