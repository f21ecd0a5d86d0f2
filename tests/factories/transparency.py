"""Entries of the log for tests."""

from __future__ import annotations

from django.db import transaction

from transparency import sequencer
from transparency.actions import append
from transparency.models import Entry


def entries(count: int, kind: str = "test") -> list[Entry]:
    """Append entries; they wait for their places."""
    with transaction.atomic():
        return [append(kind=kind, body={"n": n}) for n in range(count)]


def placed(count: int, kind: str = "test") -> list[Entry]:
    """Append entries and give them places."""
    made = entries(count, kind)
    while sequencer.sequence() is not None:
        pass
    return list(Entry.objects.filter(pk__in=[entry.pk for entry in made]).placed().reverse())
