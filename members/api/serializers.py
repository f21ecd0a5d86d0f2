"""Organisations as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from members.models import Affiliation, Membership, Organisation


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
    organisation = serializers.SlugField(source="organisation.slug")

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
