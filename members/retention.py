"""How long things are kept that nobody has to keep: the one table, carried out every hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import WebhookEvent


@dataclass(frozen=True, slots=True)
class Rule:
    """What is deleted, and how long after which moment."""

    name: str
    title: Any
    after: timedelta
    rows: Callable[[datetime], QuerySet[Any]]


RULES = (
    Rule(
        "webhook-log", _("Events told to webhooks, and their log of deliveries"), timedelta(days=30),
        lambda before: WebhookEvent.objects.filter(at__lt=before),
    ),
    Rule(
        "access-tokens", _("Access tokens of OAuth clients, after they expired"), timedelta(days=1),
        lambda before: Token.objects.filter(expires_at__lt=before),
    ),
    Rule(
        "sessions", _("Sessions, after they expired"), timedelta(days=1),
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
)  # fmt: skip


def apply(now: datetime) -> dict[str, int]:
    """Delete what is past its time; return how many rows of each kind are gone."""
    gone = {}
    for rule in RULES:
        _total, by_model = rule.rows(now - rule.after).delete()
        gone[rule.name] = sum(by_model.values())
    return gone
