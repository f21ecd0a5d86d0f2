"""Second factors: who needs one, and how allauth keeps and names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Affiliation, Person
from members.sealing import seal, unseal

Duty = Callable[[int, date], bool]
"""Say whether a person holds a duty on a day: officer of a body, administrator of an organisation …"""

FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
_DUTIES: list[Duty] = []


def register_duty(duty: Duty) -> None:
    """Name a duty that may only be held with a second factor; rooms above say so in their `ready`."""
    if duty not in _DUTIES:
        _DUTIES.append(duty)


def administers(person_id: int, on: date) -> bool:
    """Administrators of an organisation hold a duty."""
    return Affiliation.objects.of(person_id).current(on).administering().exists()


def is_enrolled(person: Person) -> bool:
    """Say whether a person has a passkey or an app; recovery codes alone are no factor."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def is_bound(person: Person, on: date) -> bool:
    """Say whether a person holds a duty that asks for a second factor.

    Accounts of the demonstration never do: their password is printed, and one visitor's passkey would shut out others.
    """
    if not settings.SECOND_FACTOR_REQUIRED or person.is_demo:
        return False
    return person.is_staff or any(duty(person.pk, on) for duty in _DUTIES)


def is_missing(person: Person, on: date) -> bool:
    """Say whether a person must enrol a second factor before anything else."""
    if not settings.SECOND_FACTOR_REQUIRED or person.is_demo or is_enrolled(person):
        return False
    return is_bound(person, on)


class MfaAdapter(DefaultMFAAdapter):
    """The portal's rules for allauth's second factors."""

    error_messages = {
        "add_email_blocked": _("With a second factor on, an address is added only after it is confirmed."),
        "cannot_delete_authenticator": _(
            "Your duties ask for a second factor. Add another one first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes need a passkey or an app first."),
        "incorrect_code": _("This doesn’t fit. Try again, or use another way."),
        "unverified_email": _("Confirm your e-mail address first; then you can add a second factor."),
    }  # fmt: skip

    def encrypt(self, text: str) -> str:
        return seal(text, "second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, "second-factor")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever holds a duty keeps at least one factor."""
        person = authenticator.user
        if not is_bound(person, timezone.now().date()):
            return True
        others = Authenticator.objects.filter(user=person, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the configured host; where it is an address (tests, `make run`) to the host asked."""
        host = urlsplit(settings.SITE_ORIGIN).hostname or ""
        if not settings.SECURE_ORIGIN:
            host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": "AI Alliance"}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}
