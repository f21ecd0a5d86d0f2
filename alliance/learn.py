"""Guides: short pages that say how the portal works and how to check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Topic:
    """One guide: its address, the room it belongs to, its name and who it is for."""

    slug: str
    room: str
    title: Any
    lead: Any
    audience: Any

    @property
    def template(self) -> str:
        return f"alliance/learn_{self.slug.replace('-', '_')}.html"


TOPICS = (
    Topic(
        "ranking",
        "leaderboard",
        _("How ranks are made"),
        _("Why a rank is a range, what an interval says, and when a result is not ranked."),
        _("For readers"),
    ),
    Topic(
        "verify",
        "transparency",
        _("How to check"),
        _("Check a result, a decision or the whole log without trusting this portal."),
        _("For readers"),
    ),
    Topic(
        "votes",
        "governance",
        _("How the Alliance decides"),
        _("From a proposal to a numbered decision that takes effect by itself."),
        _("For members"),
    ),
    Topic(
        "node",
        "leaderboard",
        _("Run an evaluation node"),
        _("Install one package, evaluate on your own machine, sign and serve the results."),
        _("For engineers"),
    ),
)


def open_topics() -> list[Topic]:
    """Return the guides of the rooms that are open."""
    return [topic for topic in TOPICS if topic.room in settings.ROOMS]


def topic_or_none(slug: str) -> Topic | None:
    """Find a guide of an open room by its address."""
    return next((topic for topic in open_topics() if topic.slug == slug), None)
