"""Members for staff. Keys and events are read only: keys are made by organisations, events by actions."""

import re
from typing import Any

from allauth.idp.oidc import admin as oidc_admin
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.clock import database_now
from alliance.problems import DomainError
from members import actions
from members.models import (
    Affiliation,
    ApiKey,
    Application,
    Domain,
    ExternalIdentity,
    HeadcountFact,
    IdentityProvider,
    Invitation,
    Logo,
    MembersEvent,
    Membership,
    Organisation,
    Person,
    Suspension,
    Webhook,
    WebhookDelivery,
)
from members.rules import ApplicationState


class MembershipInline(admin.TabularInline):
    """Membership periods beside their organisation."""

    model = Membership
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations; what is changed here is kept as an event and shown at once."""

    list_display = ["short_name", "kind", "country", "is_demo", "is_listed"]
    list_filter = ["kind", "is_demo", "is_listed"]
    search_fields = ["name", "short_name", "slug"]
    inlines = [MembershipInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        changed = [
            *form.changed_data,
            *("memberships" for sheet in formsets if sheet.has_changed()),
        ]
        actor = request.user
        assert isinstance(actor, Person)  # the admin lets nobody else in
        actions.amend_organisation(organisation=form.instance, actor=actor, changed=changed)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # events name it; take it off the list instead


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """People, without their password hashes."""

    list_display = ["email", "full_name", "is_active", "is_staff"]
    search_fields = ["email", "full_name"]
    exclude = ["password"]
    readonly_fields = ["email", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up themselves


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):
    """Roles: given and ended, never rewritten."""

    list_display = ["person", "organisation", "role", "since", "until"]
    list_filter = ["role"]
    autocomplete_fields = ["person", "organisation"]
    exclude = ["until"]
    actions = ["end_today"]

    def save_model(
        self, request: HttpRequest, obj: Affiliation, form: ModelForm, change: bool
    ) -> None:
        held = actions.give_role(
            person=obj.person,
            organisation=obj.organisation,
            role=obj.role,
            since=obj.since,
            actor=request.user if isinstance(request.user, Person) else None,
        )
        obj.pk = held.pk

    @admin.action(description=_("End the chosen roles today"))
    def end_today(self, request: HttpRequest, rows: Any) -> None:
        actor = request.user if isinstance(request.user, Person) else None
        for affiliation in rows:
            actions.end_role(affiliation=affiliation, until=timezone.now().date(), actor=actor)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None  # the list, with its action

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReasonForm(ActionForm):
    """A reason beside the list's actions; the applicant or the key's organisation reads it."""

    reason = forms.CharField(required=False, max_length=3000, label=_("Reason"))


@admin.register(
    MembersEvent,
    Domain,
    IdentityProvider,
    ExternalIdentity,
    Invitation,
    Suspension,
    Webhook,
    WebhookDelivery,
)
class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at, never to change."""

    exclude = ["secret_hash", "sealed_secret", "sealed_old_secret", "token_hash", "token", "png"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys: made and ended by organisations; one that has leaked is found by its prefix and revoked here."""

    list_display = ["shown_as", "name", "organisation", "last_used_at", "expires_at", "revoked_at"]
    search_fields = ["prefix", "name", "organisation__short_name"]
    action_form = ReasonForm
    actions = ["revoke_leaked"]

    def get_search_results(self, request: HttpRequest, rows: Any, term: str) -> Any:
        """Find a key by what a scanner saw of it, the whole text or its beginning."""
        seen = re.fullmatch(r"aap[_-]([a-z0-9]{10})\S*", term.strip())
        return super().get_search_results(request, rows, seen[1] if seen else term)

    @admin.action(description=_("It has leaked: revoke it and write to its managers"))
    def revoke_leaked(self, request: HttpRequest, rows: Any) -> None:
        actor = request.user
        assert isinstance(actor, Person)  # the admin lets nobody else in
        found = request.POST.get("reason", "").strip()[:500]
        done = [
            row
            for row in rows
            if actions.revoke_leaked_key(key=row, found=found, actor=actor, now=database_now())
        ]
        self.message_user(request, _("Revoked: %(number)s") % {"number": len(done)})


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Applications: reviewed or declined here, admitted by a decision that names the reference."""

    list_display = ["short_name", "kind", "country", "state", "received_at", "reference"]
    list_filter = ["state"]
    action_form = ReasonForm
    actions = ["review", "decline"]

    @admin.action(description=_("Reviewed: a body may decide"))
    def review(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, ApplicationState.REVIEWED, "")

    @admin.action(description=_("Decline, with the reason beside"))
    def decline(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, ApplicationState.DECLINED, request.POST.get("reason", ""))

    def _move(self, request: HttpRequest, rows: Any, to: ApplicationState, note: str) -> None:
        actor = request.user
        assert isinstance(actor, Person)  # the admin lets nobody else in
        for row in rows:
            try:
                actions.move_application(
                    application=row, to=to, actor=actor, note=note, now=timezone.now()
                )
            except DomainError as refusal:
                self.message_user(request, f"{row}: {refusal.message}", messages.ERROR)


@admin.register(Logo)
class LogoAdmin(ReadOnlyAdmin):
    """Logos: cleared here, once the permission to show them has been seen."""

    list_display = ["organisation", "width", "height", "sent_by", "sent_at", "cleared_at"]
    actions = ["clear"]

    @admin.action(description=_("Clear: everybody may see it"))
    def clear(self, request: HttpRequest, rows: Any) -> None:
        actor = request.user
        assert isinstance(actor, Person)  # the admin lets nobody else in
        for row in rows:
            actions.clear_logo(actor=actor, logo=row, now=timezone.now())


admin.site.register(HeadcountFact)

# OAuth clients are made by organisations on their desks, and tokens by clients.
for model in (oidc_admin.Client, oidc_admin.Token):
    admin.site.unregister(model)
