"""Members for staff. Keys and events are read only: keys are made by organisations, events by actions."""

from django.contrib import admin
from django.http import HttpRequest

from members.models import (
    Affiliation,
    ApiKey,
    HeadcountFact,
    MembersEvent,
    Membership,
    Organisation,
    Person,
)


class MembershipInline(admin.TabularInline):
    """Membership periods beside their organisation."""

    model = Membership
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations."""

    list_display = ["short_name", "kind", "country", "is_demo", "is_listed"]
    list_filter = ["kind", "is_demo", "is_listed"]
    search_fields = ["name", "short_name", "slug"]
    inlines = [MembershipInline]


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """People, without their password hashes."""

    list_display = ["email", "full_name", "is_active", "is_staff"]
    search_fields = ["email", "full_name"]
    exclude = ["password"]


@admin.register(Affiliation)
class AffiliationAdmin(admin.ModelAdmin):
    """Roles."""

    list_display = ["person", "organisation", "role", "since", "until"]
    list_filter = ["role"]
    autocomplete_fields = ["person", "organisation"]


@admin.register(ApiKey, MembersEvent)
class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at, never to change."""

    exclude = ["secret_hash"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


admin.site.register(HeadcountFact)
