"""Words for how a measurement ended."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance import outbound

WORDS: dict[str, Any] = {
    "measured": _("Measured."),
    "not-published": _("Nothing is published there."),
    "being-computed": _("The forge is still counting; the portal asks again in ten minutes."),
    "rate-limited": _("The portal has asked as often as it may; it waits as long as it was told."),
    "moved": _("The repository has moved. Write its new address into the entry."),
    "bad-status": _("The other side answered with an error."),
    "not-json": _("The answer could not be read."),
}
SCOPES: dict[str, Any] = {
    "default-branch": _("default branch"),
    "any-branch": _("any branch"),
    "with-requests": _("issues and pull requests"),
    "first-hundred": _("among the hundred who contributed most"),
    "releases": _("published releases"),
    "whole": _("whole repository"),
}
LEVELS: dict[str, Any] = {
    "in_progress": _("in progress"),
    "passing": _("passing"),
    "silver": _("silver"),
    "gold": _("gold"),
}


def reason(code: str) -> str:
    """Say how a measurement ended."""
    return str(WORDS[code]) if code in WORDS else str(outbound.message(code))


def scope(code: str) -> str:
    """Say what a figure covers; words of one's own stay as they are."""
    return str(SCOPES.get(code, code))


def value(name: str, said: str) -> str:
    """Say a figure's value; a badge's level in words."""
    return str(LEVELS.get(said, said)) if name == "best-practices-badge" else said
