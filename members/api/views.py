"""The directory through the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.clock import database_now
from members.api.filters import OrganisationFilter, PersonFilter
from members.api.serializers import MeSerializer, OrganisationSerializer, PersonSerializer
from members.models import Affiliation, Organisation, Person
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
