"""What a template leaves for the proposer to fill in, and whether a text still holds some of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

PLACEHOLDER = re.compile(r"<[^<>\n]+>")
"""Angle brackets on one line. Only those that a template has are looked for: `<https://…>` is a link like any other."""


def placeholders_in(templates: Iterable[str]) -> frozenset[str]:
    """Return the placeholders of some templates."""
    return frozenset(found for text in templates for found in PLACEHOLDER.findall(text))


def left_in(text: str, known: Collection[str]) -> list[tuple[int, str]]:
    """Return the placeholders that a text still holds, each with the number of its line."""
    return [
        (number, found)
        for number, line in enumerate(text.splitlines(), start=1)
        for found in PLACEHOLDER.findall(line)
        if found in known
    ]
