"""Applications for membership: sent by anybody, read and moved by operators of the portal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.clock import database_now
from members import actions
from members.api.permissions import check_recent_sign_in
from members.models import Application, Person
from members.querysets import ApplicationQuerySet
from members.rules import ApplicationState, domain_name


class NewApplicationSerializer(serializers.ModelSerializer[Application]):
    """Who applies."""

    language = serializers.ChoiceField(
        choices=["en", "fr"], required=False, help_text="Of the letters to the contact"
    )

    class Meta:
        model = Application
        fields = [
            "name", "short_name", "kind", "country", "website_domain", "motivation", "contact_name", "contact_email",
            "language",
        ]  # fmt: skip

    def validate_website_domain(self, value: str) -> str:
        plain = domain_name(value)
        if plain is None:
            raise serializers.ValidationError(
                _("This is no domain. Write it as example.org, without https://.")
            )
        return plain

    def validate_country(self, value: str) -> str:
        if not (len(value) == 2 and value.isascii() and value.isalpha()):
            raise serializers.ValidationError(_("Write the country as two letters: FR, CH, US."))
        return value.upper()


class ApplicationStateSerializer(serializers.ModelSerializer[Application]):
    """How far an application is, for whoever knows its reference: nothing about who applied."""

    class Meta:
        model = Application
        fields = ["reference", "state", "received_at", "closed_at", "decision_number"]


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """An application as operators review it."""

    organisation = serializers.SlugField(source="organisation.slug", default=None)

    class Meta:
        model = Application
        fields = [
            "reference", "state", "name", "short_name", "kind", "country", "website_domain", "motivation",
            "contact_name", "contact_email", "language", "received_at", "review_note", "closed_at", "decision_number",
            "organisation",
        ]  # fmt: skip


class DeclineSerializer(serializers.Serializer[Any]):
    """Why not; the applicant reads it."""

    reason = serializers.CharField(max_length=3000)


class ApplicationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Application]
):
    """Applications for membership. A decision of a body admits; the portal's operators prepare it."""

    queryset = Application.objects.all()
    serializer_class = ApplicationSerializer
    permission_classes = [IsAdminUser]
    filterset_fields = ["state"]
    lookup_field = "reference"
    lookup_value_regex = r"[0-9a-f-]{36}"
    throttle_scope = "write"
    cursor_ordering = ("-received_at", "-pk")

    def get_queryset(self) -> ApplicationQuerySet:
        return Application.objects.select_related("organisation")

    def get_permissions(self) -> list[Any]:
        is_open = self.action in ("create", "retrieve")
        return [AllowAny()] if is_open else [*super().get_permissions()]

    def get_throttles(self) -> list[Any]:
        return [] if self.request.method in SAFE_METHODS else super().get_throttles()

    @extend_schema(request=NewApplicationSerializer, responses={201: ApplicationStateSerializer})
    def create(self, request: Request) -> Response:
        """Apply for membership. The contact gets a letter; the reference says later how far it is."""
        wanted = NewApplicationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = {"language": (get_language() or "en")[:2], **wanted.validated_data}
        row = actions.apply_for_membership(**given)
        return Response(ApplicationStateSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ApplicationStateSerializer)
    def retrieve(self, request: Request, reference: str) -> Response:
        """How far an application is; operators read all of it in the list."""
        return Response(ApplicationStateSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, reference: str) -> Response:
        """Say that it was reviewed: a body may decide."""
        return self._move(request, ApplicationState.REVIEWED, "")

    @extend_schema(request=DeclineSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, reference: str) -> Response:
        """Decline it; the applicant gets the reason by letter."""
        wanted = DeclineSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self._move(request, ApplicationState.DECLINED, wanted.validated_data["reason"])

    def _move(self, request: Request, to: ApplicationState, note: str) -> Response:
        actor = request.user
        assert isinstance(actor, Person)  # IsAdminUser lets no key in
        check_recent_sign_in(request)
        row = actions.move_application(
            application=self.get_object(), to=to, actor=actor, note=note, now=database_now()
        )
        return Response(ApplicationSerializer(row).data)
