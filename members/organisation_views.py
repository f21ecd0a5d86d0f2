"""An organisation's own pages for its administrators: people, domains, sign-in, entry, trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import clock
from alliance.desks import carry_out
from alliance.problems import DomainError
from members import actions, policies, proofs, trail
from members.account_views import signed_in
from members.federation import enrolment, saml
from members.models import Affiliation, IdentityProvider, Logo, Organisation, Person
from members.organisation_forms import (
    DomainForm,
    EntryForm,
    InviteForm,
    LogoForm,
    OidcForm,
    SamlForm,
)
from members.pictures import read_logo
from members.step_up import step_up
from members.viewers import viewer_of

Page = Callable[..., HttpResponse]
PER_PAGE = 50


def administrators(page: Page) -> Page:
    """Let an organisation's administrators in; for everybody else there is no such page."""

    @never_cache
    @signed_in
    @step_up
    @wraps(page)
    def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        organisation = get_object_or_404(Organisation, slug=slug)
        if not policies.administers(
            viewer_of(request), organisation.pk, clock.database_now().date()
        ):
            raise Http404
        return page(request, organisation, *args, **kwargs)

    return guarded


def _show(
    request: HttpRequest, organisation: Organisation, template: str, **context: Any
) -> HttpResponse:
    return render(
        request, f"members/desk/{template}.html", {"organisation": organisation, **context}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def people(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Who may act for the organisation, and who is invited to."""
    now = clock.database_now()
    form = InviteForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data

        def invite() -> None:
            actions.invite(viewer=viewer_of(request), organisation=organisation, now=now, **wanted)

        said = _("The invitation to %(email)s is on its way.") % {"email": wanted["email"]}
        if carry_out(request, invite, said, form):
            return redirect("members:organisation-people", slug=organisation.slug)
    rows = Affiliation.objects.at([organisation.pk]).current(now.date())
    return _show(
        request, organisation, "people", form=form, people=rows, roles=Affiliation.Role.choices,
        invitations=organisation.invitations.open_at(now),
    )  # fmt: skip


@require_POST
@administrators
def person(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Change somebody's role or let them go."""
    now, viewer = clock.database_now(), viewer_of(request)
    rows = Affiliation.objects.at([organisation.pk]).current(now.date())
    held = get_object_or_404(rows, pk=pk)
    if "remove" in request.POST:
        carry_out(
            request,
            lambda: actions.remove_person(
                viewer=viewer, person=held.person, organisation=organisation, now=now
            ),
            _("%(person)s no longer acts for %(organisation)s; sessions and keys have ended.")
            % {"person": held.person, "organisation": organisation},
        )
    else:
        role = request.POST.get("role", "")
        carry_out(
            request,
            lambda: actions.change_role(viewer=viewer, affiliation=held, role=role, now=now),
            _("The role is changed."),
        )
    return redirect("members:organisation-people", slug=organisation.slug)


@require_POST
@administrators
def withdraw(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(organisation.invitations, pk=pk)
    carry_out(
        request,
        lambda: actions.withdraw_invitation(
            viewer=viewer_of(request), invitation=invitation, now=clock.database_now()
        ),
        _("The invitation is withdrawn."),
    )
    return redirect("members:organisation-people", slug=organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def domains(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Domains, and what proves them."""
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def claim() -> None:
            actions.claim_domain(
                viewer=viewer_of(request), organisation=organisation, name=form.cleaned_data["name"],
                now=clock.database_now(),
            )  # fmt: skip

        if carry_out(
            request, claim, _("Now publish the value below, then have it looked for."), form
        ):
            return redirect("members:organisation-domains", slug=organisation.slug)
    rows = [
        {"row": row, "record": proofs.record_name(row.name), "value": proofs.record_value(row.token),
         "file": proofs.file_url(row.name)}
        for row in organisation.domains.all()
    ]  # fmt: skip
    return _show(request, organisation, "domains", form=form, domains=rows)


@require_POST
@administrators
def domain(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Look for a domain's value, or give the domain up."""
    found = get_object_or_404(organisation.domains, pk=pk)
    now, viewer = clock.database_now(), viewer_of(request)
    if "drop" in request.POST:
        carry_out(
            request,
            lambda: actions.give_up_domain(viewer=viewer, domain=found, now=now),
            _("The domain is dropped."),
        )
    else:
        method = "file" if "file" in request.POST else "dns"
        carry_out(
            request,
            lambda: actions.prove_domain(viewer=viewer, domain=found, method=method, now=now),
            _("The domain is proven."),
        )
    return redirect("members:organisation-domains", slug=organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def sign_in(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The organisation's own identity provider."""
    kind = request.POST.get("kind", "")
    oidc_form = OidcForm(request.POST if kind == "oidc" else None)
    saml_form = SamlForm(
        request.POST if kind == "saml" else None, request.FILES if kind == "saml" else None
    )
    form: OidcForm | SamlForm = oidc_form if kind == "oidc" else saml_form
    if request.method == "POST" and form.is_valid():

        def draft() -> None:
            wanted = _oidc(form.cleaned_data) if kind == "oidc" else _saml(form.cleaned_data)
            actions.draft_identity_provider(
                viewer=viewer_of(request), organisation=organisation, on=clock.database_now().date(), **wanted
            )  # fmt: skip

        if carry_out(
            request, draft, _("The draft is kept. Now test it: sign in with it yourself."), form
        ):
            return redirect("members:organisation-sign-in", slug=organisation.slug)
    rows = [
        {"row": row, "callback": settings.SITE_ORIGIN + reverse("federation-callback", args=[row.key]),
         "acs": settings.SITE_ORIGIN + reverse("federation-acs", args=[row.key]),
         "metadata": settings.SITE_ORIGIN + reverse("federation-metadata", args=[row.key])}
        for row in organisation.identity_providers.all()
    ]  # fmt: skip
    return _show(
        request, organisation, "sign_in", oidc_form=oidc_form, saml_form=saml_form, providers=rows,
        has_domain=organisation.domains.proven().exists(),
    )  # fmt: skip


def _oidc(given: dict[str, Any]) -> dict[str, str]:
    names = ("issuer", "client_id", "secret", "role")
    return enrolment.by_oidc(**{name: given[name] for name in names})


def _saml(given: dict[str, Any]) -> dict[str, str]:
    file = given.get("metadata_file")
    raw = file.read(saml.METADATA_BYTES + 1) if file else saml.fetch_metadata(given["metadata_url"])
    return enrolment.by_saml(metadata=raw, role=given["saml_role"])


@require_POST
@administrators
def provider(request: HttpRequest, organisation: Organisation, key: str) -> HttpResponse:
    """Open or close a sign-in."""
    found = get_object_or_404(IdentityProvider.objects.filter(organisation=organisation), key=key)
    now, viewer = clock.database_now(), viewer_of(request)
    if "enable" in request.POST:
        carry_out(
            request,
            lambda: actions.enable_identity_provider(viewer=viewer, provider=found, now=now),
            _("Your people can now sign in with your organisation."),
        )
    else:
        carry_out(
            request,
            lambda: actions.switch_off_identity_provider(viewer=viewer, provider=found, now=now),
            _("The sign-in is switched off."),
        )
    return redirect("members:organisation-sign-in", slug=organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def entry(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The entry in the directory, in both languages."""
    form = EntryForm(request.POST or None, instance=Organisation.objects.get(pk=organisation.pk))
    if request.method == "POST" and form.is_valid():

        def edit() -> None:
            actions.edit_entry(
                viewer=viewer_of(request), organisation=organisation, values=form.cleaned_data, now=clock.database_now()
            )  # fmt: skip

        if carry_out(request, edit, _("The entry is changed."), form):
            return redirect("members:organisation-entry", slug=organisation.slug)
    logo = Logo.objects.filter(organisation=organisation).first()
    return _show(request, organisation, "entry", form=form, logo=logo, logo_form=LogoForm())


@require_POST
@administrators
def logo(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Send a logo or take it away."""
    now, viewer = clock.database_now(), viewer_of(request)
    kept = Logo.objects.filter(organisation=organisation).first()
    form = LogoForm(request.POST, request.FILES)
    if "remove" in request.POST and kept:
        carry_out(
            request, lambda: actions.remove_logo(viewer=viewer, logo=kept, now=now), _("The logo is removed.")
        )  # fmt: skip
    elif form.is_valid():

        def send() -> None:
            picture = read_logo(form.cleaned_data["picture"].read())
            actions.send_logo(viewer=viewer, organisation=organisation, picture=picture, now=now)

        carry_out(
            request, send, _("The logo is kept. An operator looks at it before everybody sees it.")
        )
    else:
        messages.error(request, _("Choose a picture first."))
    return redirect("members:organisation-entry", slug=organisation.slug)


@require_safe
@administrators
def events(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Everything that was done in the organisation's name."""
    found = organisation.events.select_related("actor")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return _show(request, organisation, "trail", page=page, rows=trail.rows(page))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation; whoever isn't signed in does that first and comes back."""
    now = clock.database_now()
    found = actions.find_invitation(token, now)
    context: dict[str, Any] = {"invitation": found, "here": request.path}
    if request.method == "POST" and found and isinstance(request.user, Person):
        try:
            actions.accept_invitation(person=request.user, token=token, now=now)
        except DomainError as refusal:
            return render(
                request, "members/invitation.html", {**context, "refusal": refusal}, status=refusal.status
            )  # fmt: skip
        messages.success(request, _("You now act for %(name)s.") % {"name": found.organisation})
        return redirect("members:dashboard")
    status = 200 if found else 410
    return render(request, "members/invitation.html", context, status=status)
