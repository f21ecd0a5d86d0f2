"""Metrics as a benchmark version declares them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alliance.i18n import active_language

Metric = Mapping[str, Any]


def metric_name(metric: Metric) -> str:
    """Return the metric's name, else its id."""
    return (
        metric.get(f"name_{active_language()}")
        or metric.get("name_en")
        or metric.get("name_fr")
        or metric["id"]
    )


def in_sentence(metric: Metric) -> str:
    """Return the name as it stands inside a sentence; acronyms keep their capitals."""
    name = metric_name(metric)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def metric_with_unit(metric: Metric) -> str:
    """Return the name with its unit where it has one that says something."""
    unit = metric.get("unit") or ""
    return (
        f"{metric_name(metric)}, {unit}" if unit and unit != "proportion" else metric_name(metric)
    )
