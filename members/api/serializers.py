"""Organisations as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.viewer import ANONYMOUS
from members.models import Affiliation, Membership, Organisation
from members.viewers import viewer_of


@extend_schema_field(OpenApiTypes.STR)
class OrganisationSlugField(serializers.Field[Any, Any, Any, Any]):
    """Which organisation a thing is of, as its slug; an unlisted one's is told to its own people and staff only.

    Give it the relation as `source`; everybody else reads a stand-in that stays the same.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(**({"read_only": True} | more))

    def to_representation(self, value: Any) -> str:
        context: Any = self.context
        if value.is_listed:  # nobody need be asked for
            return str(value.slug)
        if "viewer" not in context:
            request = context.get("request")
            context["viewer"] = ANONYMOUS if request is None else viewer_of(request)
        return str(value.slug_for(context["viewer"]))


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """A period as a source states it."""

    class Meta:
        model = Membership
        fields = ["kind", "announced_on", "ended_on", "role", "source", "confirmed"]


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """An organisation; facts that nobody confirmed say so."""

    memberships = MembershipSerializer(many=True, read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "slug", "name", "short_name", "kind", "country", "kind_confirmed", "website_domain", "domain_confirmed",
            "domain_source", "is_demo", "memberships",
        ]  # fmt: skip


class PersonSerializer(serializers.ModelSerializer[Affiliation]):
    """A person who agreed to be named, in one role; no address, no number."""

    name = serializers.CharField(source="person.full_name")
    organisation = OrganisationSlugField()

    class Meta:
        model = Affiliation
        fields = ["name", "organisation", "role", "since"]


class MeSerializer(serializers.Serializer[Any]):
    """Who the request acts for."""

    person = serializers.CharField(allow_null=True)
    organisations = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


class LeakedKeySerializer(serializers.Serializer[Any]):
    """A key that was found, whole, and where."""

    token = serializers.CharField(max_length=200)
    found = serializers.CharField(
        max_length=500, default="", help_text="Where it was found; its managers read it"
    )


class RevokedSerializer(serializers.Serializer[Any]):
    """Whether this ended a key; false for what is none or had ended."""

    revoked = serializers.BooleanField()
