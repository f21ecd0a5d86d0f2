"""What an organisation's administration looks like as JSON; secrets and tokens never appear."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers

from members import proofs
from members.models import Affiliation, Domain, IdentityProvider, Invitation
from members.organisation_forms import LANGUAGES

Shape = serializers.Serializer[Any]


class DomainSerializer(serializers.ModelSerializer[Domain]):
    """A domain with what to publish: a TXT record or a file."""

    record_name = serializers.SerializerMethodField()
    record_value = serializers.SerializerMethodField()
    file_url = serializers.SerializerMethodField()

    class Meta:
        model = Domain
        fields = [
            "name", "state", "method", "record_name", "record_value", "file_url", "claimed_at", "proven_at",
        ]  # fmt: skip

    def get_record_name(self, row: Domain) -> str:
        return proofs.record_name(row.name)

    def get_record_value(self, row: Domain) -> str:
        return proofs.record_value(row.token)

    def get_file_url(self, row: Domain) -> str:
        return proofs.file_url(row.name)


class NewDomainSerializer(Shape):
    """A domain to prove."""

    name = serializers.CharField(max_length=253, help_text="As in e-mail addresses: example.org")


class CheckSerializer(Shape):
    """Where to look."""

    method = serializers.ChoiceField(choices=Domain.Method.choices)


class IdentityProviderSerializer(serializers.ModelSerializer[IdentityProvider]):
    """A provider, what it has to be told of the portal, and where an administrator tests it."""

    callback_url = serializers.SerializerMethodField()
    metadata_url = serializers.SerializerMethodField()
    test_url = serializers.SerializerMethodField()

    class Meta:
        model = IdentityProvider
        fields = [
            "key", "kind", "issuer", "client_id", "sso_url", "role", "state", "made_at", "tested_at", "enabled_at",
            "callback_url", "metadata_url", "test_url",
        ]  # fmt: skip

    def get_callback_url(self, row: IdentityProvider) -> str:
        return _door("federation-callback" if row.kind == "oidc" else "federation-acs", row)

    def get_metadata_url(self, row: IdentityProvider) -> str | None:
        return _door("federation-metadata", row) if row.kind == "saml" else None

    def get_test_url(self, row: IdentityProvider) -> str:
        return f"{_door('federation-start', row)}?test=1"


def _door(name: str, row: IdentityProvider) -> str:
    return f"{settings.SITE_ORIGIN}{reverse(name, args=[row.key])}"


class NewIdentityProviderSerializer(Shape):
    """OpenID Connect: issuer, client_id, secret. SAML: metadata, or where to fetch them once."""

    kind = serializers.ChoiceField(choices=IdentityProvider.Kind.choices)
    role = serializers.ChoiceField(choices=IdentityProvider.GIVABLE_ROLES, default="engineer")
    issuer = serializers.CharField(max_length=500, default="")
    client_id = serializers.CharField(max_length=300, default="")
    secret = serializers.CharField(
        max_length=500, default="", write_only=True, trim_whitespace=False
    )
    metadata = serializers.CharField(max_length=200_000, default="")
    metadata_url = serializers.CharField(max_length=500, default="")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["kind"] == "saml":
            if bool(given["metadata"]) == bool(given["metadata_url"]):
                raise serializers.ValidationError(
                    {"metadata": _("Give either the address of the metadata or the file.")}
                )
            return given
        missing = [name for name in ("issuer", "client_id") if not given[name]]
        if missing:
            raise serializers.ValidationError(
                {name: _("OpenID Connect needs this.") for name in missing}
            )
        return given


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation and what became of it; the letter's token is nowhere but in the letter."""

    state = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id", "email", "role", "state", "invited_at", "expires_at", "accepted_at", "withdrawn_at",
        ]  # fmt: skip

    def get_state(self, row: Invitation) -> str:
        """Return `open`, `accepted`, `withdrawn` or `expired`."""
        if row.accepted_at:
            return "accepted"
        if row.withdrawn_at:
            return "withdrawn"
        return "open" if row.expires_at > self.context["now"] else "expired"


class NewInvitationSerializer(Shape):
    """Whom to invite, as what, and in which language."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Affiliation.Role.choices)
    language = serializers.ChoiceField(choices=LANGUAGES, default="en")
