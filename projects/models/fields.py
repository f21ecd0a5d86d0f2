"""Columns of this room that carry a rule of their own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from projects.rules import dates


def check_partial_date(value: str) -> None:
    """Refuse what is no year, month or day."""
    if not dates.is_partial_date(value):
        raise ValidationError(
            _(
                "“%(value)s” is neither a year, a month nor a day. Write 2026, 2026-04 or 2026-04-07."
            )
            % {"value": value}
        )


class PartialDateField(models.CharField):
    """A date as exactly as its source states it; sorts as text."""

    default_validators = [check_partial_date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs
