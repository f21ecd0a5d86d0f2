"""How allauth meets the portal: who may sign in, and in which language letters are written."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.utils import translation

from members.models import Person
from members.step_up import is_fresh


class AccountAdapter(DefaultAccountAdapter):
    """The portal's account rules."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the reader's own language when we know them, else in the page's."""
        person = Person.objects.reading(email).first()
        language = person.preferred_language if person else translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)

    def save_user(self, request: Any, user: Person, form: Any, commit: bool = True) -> Person:
        """Remember the language in which somebody signed up."""
        user.preferred_language = (translation.get_language() or "en")[:2]
        return super().save_user(request, user, form, commit)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask as `members.step_up` does, so that a fresh sign-in counts everywhere."""
        return not is_fresh(current.request)
