"""Sign in with my organisation: find it, go there, come back."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.problems import DomainError
from members import actions, policies
from members.errors import FederationRefused
from members.federation import Assertion, oidc, pending, saml
from members.forms import DiscoveryForm
from members.models import IdentityProvider, Person
from members.viewers import viewer_of

logger = logging.getLogger(__name__)
TICKET_SECONDS = 120


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def discover(request: HttpRequest) -> HttpResponse:
    """Find the sign-in of my organisation by my address."""
    form = DiscoveryForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = IdentityProvider.objects.for_address(form.cleaned_data["email"]).first()
        if found is None:
            form.add_error(
                "email", _("No organisation signs in here with addresses of this domain.")
            )
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    context = {"form": form, "provider": found, "next": wanted}
    return render(request, "account/organisation.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Go to the identity provider; `?test=1` by an administrator only tries it."""
    now = timezone.now()
    is_test = "test" in request.GET
    provider = get_object_or_404(IdentityProvider.objects.select_related("organisation"), key=key)
    if is_test:
        if not policies.administers(viewer_of(request), provider.organisation_id, now.date()):
            raise Http404
    elif provider.state != IdentityProvider.State.ENABLED:
        raise Http404
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        wanted = reverse("members:dashboard")
    try:
        return HttpResponseRedirect(_question(request, provider, wanted, is_test=is_test))
    except DomainError as refusal:
        return _refuse(request, provider, refusal)


@require_safe
@never_cache
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """Come back from OpenID Connect."""
    provider = get_object_or_404(IdentityProvider.objects.select_related("organisation"), key=key)
    asked = pending.take(request.session, request.GET.get("state", ""), key)
    if asked is None:
        return _refuse(request, provider, _unasked())
    try:
        assertion = oidc.answer(
            provider, request.GET.dict(), back=_back(provider), nonce=asked.proof, verifier=asked.verifier
        )  # fmt: skip
        return _finish(request, provider, asked, assertion)
    except DomainError as refusal:
        return _refuse(request, provider, refusal)


@require_POST
@never_cache
@csrf_exempt
def acs(request: HttpRequest, key: str) -> HttpResponse:
    """Take a SAML response; it comes from another site, so without session, and waits for the step that has one."""
    if IdentityProvider.objects.filter(key=key).exists() and (
        len(request.POST.get("SAMLResponse", "")) <= saml.RESPONSE_BYTES
    ):
        ticket = secrets.token_urlsafe(24)
        sent = (request.POST.get("SAMLResponse", ""), request.POST.get("RelayState", ""))
        cache.set(f"saml:{ticket}", sent, TICKET_SECONDS)
        return redirect(f"{reverse('federation-finish', args=[key])}?ticket={ticket}")
    raise Http404


@require_safe
@never_cache
def finish(request: HttpRequest, key: str) -> HttpResponse:
    """Read the SAML response that waits, in the session that asked for it."""
    provider = get_object_or_404(IdentityProvider.objects.select_related("organisation"), key=key)
    name = f"saml:{request.GET.get('ticket', '')[:64]}"
    response, relayed = cache.get(name) or ("", "")
    cache.delete(name)
    asked = pending.take(request.session, relayed, key)
    if asked is None:  # nobody asked, it was answered already, or the provider began by itself
        return _refuse(request, provider, _unasked())
    try:
        assertion = saml.answer(provider, response, request_id=asked.proof)
        return _finish(request, provider, asked, assertion)
    except DomainError as refusal:
        return _refuse(request, provider, refusal)


@require_safe
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """What the organisation's SAML identity provider has to know about the portal."""
    provider = get_object_or_404(IdentityProvider, key=key, kind=IdentityProvider.Kind.SAML)
    return HttpResponse(saml.own_metadata(provider), content_type="application/samlmetadata+xml")


def _question(
    request: HttpRequest, provider: IdentityProvider, wanted: str, *, is_test: bool
) -> str:
    language = translation.get_language() or "en"
    again = request.user.is_authenticated and not is_test
    if provider.kind == IdentityProvider.Kind.SAML:
        state = secrets.token_urlsafe(24)
        url, proof = saml.question(provider, state=state, again=again)
        asked = pending.Asked(provider.key, proof, "", wanted, language, is_test)
        pending.keep(request.session, asked, state)
        return url
    nonce, verifier = secrets.token_urlsafe(24), oidc.new_verifier()
    asked = pending.Asked(provider.key, nonce, verifier, wanted, language, is_test)
    state = pending.keep(request.session, asked)
    return oidc.question(
        provider, back=_back(provider), state=state, nonce=nonce, verifier=verifier, again=again
    )  # fmt: skip


def _back(provider: IdentityProvider) -> str:
    return settings.SITE_ORIGIN + reverse("federation-callback", args=[provider.key])


def _finish(
    request: HttpRequest, provider: IdentityProvider, asked: pending.Asked, assertion: Assertion
) -> HttpResponse:
    translation.activate(asked.language)
    now = timezone.now()
    if asked.is_test:
        actions.note_test(
            viewer=viewer_of(request), provider=provider, assertion=assertion, now=now
        )
        text = _("The test worked: %(email)s would be let in.") % {"email": assertion.email}
        messages.success(request, text)
        return redirect("members:organisation-sign-in", slug=provider.organisation.slug)
    person = actions.admit(provider=provider, assertion=assertion, now=now)
    record_authentication(request, person, "organisation", provider=provider.key)
    return perform_login(
        request, person, email_verification="none", redirect_url=asked.wanted, signal_kwargs={}
    )


def _unasked() -> FederationRefused:
    return FederationRefused(
        _("Nothing was asked that this could answer, or too long ago. Begin here, not at your organisation."),
        code="unasked",
    )  # fmt: skip


def _refuse(request: HttpRequest, provider: IdentityProvider, refusal: DomainError) -> HttpResponse:
    detail = refusal.params.get("detail", "") or getattr(refusal, "detail", "")
    logger.warning("sign-in by %s refused: %s %s", provider.key, refusal.code, str(detail)[:200])
    person = request.user if isinstance(request.user, Person) else None
    context: dict[str, Any] = {"refusal": refusal, "provider": provider}
    if person and policies.administers(
        viewer_of(request), provider.organisation_id, timezone.now().date()
    ):
        context["detail"] = detail
    return render(request, "account/federation_refused.html", context, status=refusal.status)
