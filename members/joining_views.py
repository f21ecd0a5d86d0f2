"""Apply to join: the form everybody may fill in, and what follows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliance.problems import DomainError
from members.actions import apply_for_membership
from members.joining_forms import ApplicationForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply(request: HttpRequest) -> HttpResponse:
    """The application form."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            apply_for_membership(language=(get_language() or "en")[:2], **form.given())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("members:applied")
    return render(request, "members/apply.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@never_cache
def applied(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return render(request, "members/applied.html")
