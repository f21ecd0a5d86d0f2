"""Everything the portal holds about a person, found through the models' own relations: no room can forget to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from members.models import Person

SECRET = ("secret", "token", "password", "hash", "session_key", "credential")
SECRET_MODELS = {"mfa.Authenticator": {"data"}}
OFFICIAL = {"members.Affiliation"}  # deleted with nobody: who acted for whom is part of the record


def relations() -> Iterator[Any]:
    """Yield every relation that leads from a row to a person, also those without a name back."""
    fields: list[Any] = Person._meta.get_fields(include_hidden=True)
    for relation in fields:
        is_back = relation.auto_created and not relation.concrete and not relation.many_to_many
        if is_back and not relation.related_model._meta.auto_created:
            yield relation


def rows_of(relation: Any, person: Person) -> models.QuerySet[Any]:
    """Return the rows of one relation that name a person."""
    manager = relation.related_model._base_manager
    rows: models.QuerySet[Any] = manager.filter(**{relation.field.name: person.pk})
    return rows


def export(person: Person) -> dict[str, Any]:
    """Return what is held about a person as plain data, without secrets."""
    held = {}
    for relation in relations():
        rows = [_plain(row) for row in rows_of(relation, person).order_by("pk")]
        if rows:
            held[f"{relation.related_model._meta.label}.{relation.field.name}"] = rows
    return {"person": _plain(person), "records": dict(sorted(held.items()))}


def _plain(row: models.Model) -> dict[str, Any]:
    hidden = SECRET_MODELS.get(row._meta.label, set())
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in hidden
        and not any(word in field.name for word in SECRET)
        and not isinstance(field, models.BinaryField)
    }
