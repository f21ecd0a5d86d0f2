"""Guides: short pages that say how the portal works and how to check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Topic:
    """One guide: its address, its name and who it is for."""

    slug: str
    title: Any
    lead: Any
    audience: Any

    @property
    def template(self) -> str:
        return f"alliance/learn_{self.slug.replace('-', '_')}.html"


TOPICS = (
    Topic(
        "ranking",
        _("How ranks are made"),
        _("Why a rank is a range, what an interval says, and when a result is not ranked."),
        _("For readers"),
    ),
    Topic(
        "verify",
        _("How to check"),
        _("Check a result, a decision or the whole log without trusting this portal."),
        _("For readers"),
    ),
    Topic(
        "votes",
        _("How the Alliance decides"),
        _("From a proposal to a numbered decision that takes effect by itself."),
        _("For members"),
    ),
    Topic(
        "node",
        _("Run an evaluation node"),
        _("Install one package, evaluate on your own machine, sign and serve the results."),
        _("For engineers"),
    ),
)


def topic_or_none(slug: str) -> Topic | None:
    """Find a guide by its address."""
    return next((topic for topic in TOPICS if topic.slug == slug), None)
