"""Signed-in pages: dashboard, the strip in the masthead, and the letters of a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members import policies
from members.actions import save_details
from members.forms import DetailsForm
from members.mailbox import letters
from members.models import Affiliation, ApiKey, Person
from members.sections import panels
from members.viewers import viewer_of

signed_in = login_required(login_url="account_login")  # by name: in the page's language


@require_safe
@never_cache
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for me, whom I act for, and my organisations' keys."""
    viewer, now = viewer_of(request), timezone.now()
    managed = policies.organisations_with_managed_keys(viewer, now.date())
    context = {
        "affiliations": Affiliation.objects.of(viewer.person_id).current(now.date()),
        "colleagues": Affiliation.objects.at(viewer.organisation_ids).current(now.date()),
        "keys": ApiKey.objects.of_organisations(managed),
        "may_manage_keys": bool(managed),
        "panels": panels(request, viewer),
        "now": now,
    }
    return render(request, "members/dashboard.html", context)


@require_safe
@never_cache
def strip(request: HttpRequest) -> HttpResponse:
    """Who is signed in, as a fragment for the masthead of public pages."""
    return render(request, "members/_strip.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def details(request: HttpRequest) -> HttpResponse:
    """My name, and the language in which letters are written to me."""
    assert isinstance(request.user, Person)  # by signed_in
    form = DetailsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        save_details(person=form.save(commit=False))
        messages.success(request, _("Your details are saved."))
        return redirect("members:dashboard")
    return render(request, "members/details.html", {"form": form})


@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """The letters a demonstration wrote; on a real portal there is no such page."""
    if not settings.DEMO:
        raise Http404
    return render(request, "members/mail.html", {"letters": letters(settings.MAIL_DIR)})
