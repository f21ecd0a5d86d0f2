"""Letters to those who manage an organisation's keys and webhooks, each in their language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import clock
from members.models import ApiKey, Person, Webhook

logger = logging.getLogger(__name__)


def tell_disabled(webhook: Webhook) -> int:
    """Say that a webhook was switched off; return how many letters left."""

    def compose() -> tuple[str, str]:
        text = _(
            "The webhook %(url)s of %(organisation)s gets no events any more. %(reason)s\n\n"
            "When it works again, switch it on at %(address)s and send again what it missed."
        ) % {
            "url": webhook.url,
            "organisation": webhook.organisation.short_name,
            "reason": webhook.get_reason_display(),
            "address": settings.SITE_ORIGIN + webhook.get_absolute_url(),
        }
        return _("A webhook was switched off"), text

    return _to_managers(webhook.organisation_id, compose)


def tell_leaked(key: ApiKey, found: str) -> int:
    """Say that a key was revoked because others can read it; return how many letters left."""

    def compose() -> tuple[str, str]:
        text = _(
            "The API key “%(name)s” (%(shown)s) of %(organisation)s was found where others can read it, and has been "
            "revoked. Nothing accepts it any more.\n\nWhere it was found: %(found)s\n\n"
            "Make a new one at %(address)s, keep it out of public places, and look at what was done with the old one."
        ) % {
            "name": key.name,
            "shown": key.shown_as,
            "organisation": key.organisation.short_name,
            "found": found or "–",
            "address": settings.SITE_ORIGIN + key.get_absolute_url(),
        }
        return _("An API key was revoked: it had leaked"), text

    return _to_managers(key.organisation_id, compose)


def _to_managers(organisation_id: int, compose: Callable[[], tuple[str, str]]) -> int:
    sent = 0
    for person in Person.objects.managing_keys_of(organisation_id, clock.database_now().date()):
        with translation.override(person.preferred_language):
            subject, text = compose()
        try:
            sent += send_mail(
                settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject, text, None, [person.email]
            )
        except (SMTPException, OSError):
            logger.warning("a letter to a manager of organisation %s failed", organisation_id)
    return sent
