"""Apply to join: the form everybody may fill in, and what follows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliance.clock import database_now
from alliance.desks import carry_out
from alliance.problems import DomainError
from members.actions import apply_for_membership, withdraw_own_application
from members.joining_forms import ApplicationForm
from members.models import Application
from members.rules import ApplicationState, may_move


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


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def application(request: HttpRequest, token: str) -> HttpResponse:
    """How far my application is; posting takes it back. Whoever holds the letter is let in."""
    found = get_object_or_404(Application.objects.of_token(token))
    if request.method == "POST":
        carry_out(
            request,
            lambda: withdraw_own_application(application=found, now=database_now()),
            _("Your application is withdrawn."),
        )
        return redirect("members:application", token=token)
    is_open = may_move(ApplicationState(found.state), ApplicationState.WITHDRAWN)
    context = {"application": found, "is_open": is_open}
    return render(request, "members/application.html", context)
