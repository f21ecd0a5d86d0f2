"""An organisation's API keys and OAuth clients: made, looked at, replaced, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.clock import database_now
from members import policies, trail
from members.account_views import signed_in
from members.actions import create_api_key, revoke_api_key, rotate_api_key
from members.errors import KeyRefused
from members.key_forms import ApiKeyForm, RotateForm
from members.models import ApiKey, MembersEvent, Organisation
from members.step_up import step_up
from members.viewers import viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@step_up
def new_key(request: HttpRequest) -> HttpResponse:
    """Make an API key or client and show its secret once."""
    viewer, now = viewer_of(request), database_now()
    managed = policies.organisations_with_managed_keys(viewer, now.date())
    if not managed:
        raise Http404
    organisations = Organisation.objects.visible_to(viewer).among(managed)
    first = organisations.first()
    form = ApiKeyForm(organisations, request.POST or None, initial={"organisation": first})
    key, secret = None, None
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            key, secret = create_api_key(
                viewer=viewer, organisation=wanted["organisation"], name=wanted["name"], scopes=wanted["scopes"],
                networks=wanted["networks"], is_client=wanted["kind"] == "client",
                expires_at=form.expires_at(), now=now,
            )  # fmt: skip
        except KeyRefused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "members/new_key.html", {"form": form, "key": key, "token": secret})


@require_safe
@never_cache
@signed_in
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """One key: what it may do, when it was used, what was done with it."""
    return _page(request, _managed(request, pk), RotateForm())


@require_POST
@never_cache
@signed_in
@step_up
def rotate_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace a key by a new one and show that once."""
    old = _managed(request, pk)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _page(request, old, form)
    viewer, now = viewer_of(request), database_now()
    try:
        new, secret = rotate_api_key(viewer=viewer, key=old, overlap=form.duration(), now=now)
    except KeyRefused as refusal:
        messages.error(request, refusal.message)
        return redirect(old)
    old.refresh_from_db()
    return render(request, "members/new_key.html", {"key": new, "token": secret, "replaced": old})


@require_POST
@never_cache
@signed_in
@step_up
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """End an API key at once."""
    wanted = _managed(request, pk)
    revoke_api_key(viewer=viewer_of(request), key=wanted, now=database_now())
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": wanted.name})
    return redirect("members:dashboard")


def _managed(request: HttpRequest, pk: int) -> ApiKey:
    managed = policies.organisations_with_managed_keys(viewer_of(request), database_now().date())
    return get_object_or_404(ApiKey.objects.of_organisations(managed), pk=pk)


def _page(request: HttpRequest, found: ApiKey, form: RotateForm) -> HttpResponse:
    now = database_now()
    context = {
        "key": found,
        "form": form,
        "now": now,
        "is_alive": found.is_alive(now),
        "successor": ApiKey.objects.filter(replaces=found).first(),
        "events": trail.rows(MembersEvent.objects.about_key(found)),
    }
    return render(request, "members/key.html", context, status=400 if form.errors else 200)
