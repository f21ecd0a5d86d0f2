"""The letter that says a webhook was switched off."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import clock
from members.models import Person, Webhook

logger = logging.getLogger(__name__)


def tell_disabled(webhook: Webhook) -> int:
    """Write to everybody who may switch it on again, each in their language; return how many letters left."""
    today = clock.database_now().date()
    sent = 0
    for person in Person.objects.managing_keys_of(webhook.organisation_id, today):
        with translation.override(person.preferred_language):
            address = settings.SITE_ORIGIN + webhook.get_absolute_url()
            text = _(
                "The webhook %(url)s of %(organisation)s gets no events any more. %(reason)s\n\n"
                "When it works again, switch it on at %(address)s and send again what it missed."
            ) % {
                "url": webhook.url,
                "organisation": webhook.organisation,
                "reason": webhook.get_reason_display(),
                "address": address,
            }
            subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("A webhook was switched off")
        try:
            sent += send_mail(subject, text, None, [person.email])
        except (SMTPException, OSError):
            logger.warning("the letter about webhook %s could not be sent", webhook.pk)
    return sent
