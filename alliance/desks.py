"""What signed-in pages share: carrying one action out, and saying how it went."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from alliance.problems import DomainError


def carry_out(
    request: HttpRequest, do: Callable[[], object], said: str, form: forms.BaseForm | None = None
) -> bool:
    """Run one action and return whether it was done.

    The next page says `said`, or why not. Where there is a form the refusal stands on it, beside what was typed.
    """
    try:
        do()
    except DomainError as refusal:
        if form is None:
            messages.error(request, refusal.message)
        else:
            form.add_error(None, refusal.message)
        return False
    messages.success(request, said)
    return True
