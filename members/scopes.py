"""What an API key or client may do: the one list of scopes, for keys, OAuth tokens, pages and documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """A key acts for its organisation within these; what a person may do is limited by roles instead."""

    READ = "read", _("Read")
    PROPOSE = "propose", _("Propose")
    VOTE = "vote", _("Vote")
    ADMINISTRATION = "administration", _("Look at the administration")


EXPLAINED = {
    Scope.READ: _("Read what the organisation may read, beyond what is public."),
    Scope.PROPOSE: _("Write, revise and withdraw proposals in the organisation’s name."),
    Scope.VOTE: _("Cast the positions of the seats that the organisation holds."),
    Scope.ADMINISTRATION: _(
        "Read the organisation’s domains, sign-in and invitations, with the addresses invited."
    ),
}


def explained() -> list[dict[str, str]]:
    """Return every scope with its name and what it allows, for the documentation."""
    return [{"scope": s.value, "name": str(s.label), "text": str(EXPLAINED[s])} for s in Scope]
