"""The directory through the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.clock import database_now
from members import tokens
from members.actions import revoke_leaked_key
from members.api.filters import OrganisationFilter, PersonFilter
from members.api.serializers import (
    LeakedKeySerializer,
    MeSerializer,
    OrganisationSerializer,
    PersonSerializer,
    RevokedSerializer,
)
from members.models import Affiliation, ApiKey, Organisation, Person
from members.querysets import AffiliationQuerySet, OrganisationQuerySet
from members.viewers import viewer_of


class OrganisationViewSet(viewsets.ReadOnlyModelViewSet[Organisation]):
    """Member organisations with the source of each fact."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    lookup_field = "slug"
    cursor_ordering = ("short_name", "pk")

    def get_queryset(self) -> OrganisationQuerySet:
        return Organisation.objects.visible_to(viewer_of(self.request)).for_list()


class PersonViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Affiliation]):
    """People who agreed to be named, with the roles they hold today."""

    queryset = Affiliation.objects.all()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    cursor_ordering = ("organisation__short_name", "person__full_name", "pk")

    def get_queryset(self) -> AffiliationQuerySet:
        rows = Affiliation.objects.visible_to(viewer_of(self.request))
        return rows.current(database_now().date()).exclude(person__full_name="")


class MeView(APIView):
    """Who am I?"""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person or organisation this request acts for, and the key's scopes."""
        viewer = viewer_of(request)
        organisations = Organisation.objects.visible_to(viewer).among(viewer.organisation_ids)
        body: dict[str, Any] = {
            "person": request.user.email if isinstance(request.user, Person) else None,
            "organisations": list(organisations.values_list("slug", flat=True)),
            "scopes": None if viewer.scopes is None else sorted(viewer.scopes),
        }
        return Response(MeSerializer(body).data)


class LeakedKeyView(APIView):
    """For whoever finds a key where it must not lie: scanners, readers, its owner."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "token"

    @extend_schema(request=LeakedKeySerializer, responses=RevokedSerializer)
    def post(self, request: Request) -> Response:
        """Revoke a leaked key at once, by the whole key; its managers get a letter. It can't be undone."""
        wanted = LeakedKeySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        token = tokens.parse(wanted.validated_data["token"].strip())
        key = token and ApiKey.objects.with_client().filter(prefix=token.prefix).first()
        done = bool(
            token and key and token.matches(key.secret_hash)
            and revoke_leaked_key(
                key=key, found=wanted.validated_data["found"], actor=None, now=database_now()
            )
        )  # fmt: skip
        return Response(RevokedSerializer({"revoked": done}).data)
