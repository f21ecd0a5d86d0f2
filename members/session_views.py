"""Where I am signed in, ending sessions, and proving again who I am."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members.account_views import signed_in
from members.actions import end_sessions
from members.models import IdentityProvider, Person


@require_safe
@never_cache
@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """My sessions, newest first."""
    mine = UserSession.objects.purge_and_list(request.user)
    mine.sort(key=lambda session: session.created_at, reverse=True)
    return render(request, "usersessions/usersession_list.html", {"sessions": mine})


@require_POST
@never_cache
@signed_in
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my sessions."""
    assert isinstance(request.user, Person)  # by signed_in
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(person=request.user, only=[session.pk])
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")


@require_POST
@never_cache
@signed_in
def end_others(request: HttpRequest) -> HttpResponse:
    """End all my sessions but this one."""
    assert isinstance(request.user, Person)  # by signed_in
    end_sessions(person=request.user, but=request.session.session_key)
    messages.success(request, _("All other sessions have ended."))
    return redirect("usersessions_list")


@require_safe
@never_cache
@signed_in
def again(request: HttpRequest) -> HttpResponse:
    """Prove again who I am, without password or second factor: by a new sign-in."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        wanted = reverse("members:dashboard")
    login_url = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"
    assert isinstance(request.user, Person)  # by signed_in
    mine = IdentityProvider.objects.enabled().filter(identities__person=request.user)
    query = urlencode({REDIRECT_FIELD_NAME: wanted})
    providers = [
        {"name": row.organisation, "url": f"{reverse('federation-start', args=[row.key])}?{query}"}
        for row in mine
    ]
    context = {"next": wanted, "login_url": login_url, "providers": providers}
    return render(request, "account/step_up.html", context)
