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

from members.models import Application, Invitation, WebhookEvent


@dataclass(frozen=True, slots=True)
class Rule:
    """What is deleted or emptied, and how long after which moment."""

    name: str
    title: Any
    after: timedelta
    rows: Callable[[datetime], QuerySet[Any]]
    blanked: tuple[str, ...] = ()
    """Where the row itself has to stay, what of it is emptied instead."""


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
    Rule(
        "invitations", _("Invitations, after they were accepted, withdrawn or expired"), timedelta(days=90),
        lambda before: Invitation.objects.ended_before(before),
    ),
    Rule(
        "applications", _("Applications to join that were declined or withdrawn"), timedelta(days=180),
        lambda before: Application.objects.filter(
            state__in=["declined", "withdrawn"], closed_at__lt=before
        ),
    ),
    Rule(
        "contacts", _("Contact and letter of an application that was admitted"), timedelta(days=180),
        lambda before: Application.objects.filter(state="admitted", closed_at__lt=before).exclude(
            contact_email=""
        ),
        blanked=("contact_name", "contact_email", "token_hash"),
    ),
)  # fmt: skip


def apply(now: datetime) -> dict[str, int]:
    """Delete or empty what is past its time; return how many rows of each kind are gone."""
    gone = {}
    for rule in RULES:
        rows = rule.rows(now - rule.after)
        if rule.blanked:
            gone[rule.name] = rows.update(**dict.fromkeys(rule.blanked, ""))
        else:
            _total, by_model = rows.delete()
            gone[rule.name] = sum(by_model.values())
    return gone
