"""Domains, identity providers and invitations of an organisation, for its administrators.

People write, with a recent sign-in; keys with the scope `administration` read. Why: `docs/adr/0018-*.md`.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.clock import database_now
from alliance.viewer import Viewer
from members import actions, policies
from members.api import administration_serializers as shapes
from members.api.permissions import InsufficientScope, check_recent_sign_in
from members.errors import AdministrationRefused
from members.federation import enrolment, saml
from members.models import Domain, IdentityProvider, Invitation, Organisation
from members.querysets import DomainQuerySet, IdentityProviderQuerySet, InvitationQuerySet
from members.scopes import Scope
from members.viewers import viewer_of

SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The organisation's slug")


def administered(request: Request, slug: str) -> Organisation:
    """Return the organisation if the request may look at its administration, and may write where it writes."""
    viewer = viewer_of(request)
    found = get_object_or_404(Organisation.objects.visible_to(viewer), slug=slug)
    if viewer.person_id is None:
        _check_machine(viewer, found, reads=request.method in SAFE_METHODS)
    elif not policies.administers(viewer, found.pk, database_now().date()):
        raise Http404
    elif request.method not in SAFE_METHODS:
        check_recent_sign_in(request)
    return found


def _check_machine(viewer: Viewer, organisation: Organisation, *, reads: bool) -> None:
    if not policies.may_act_for(viewer, organisation.pk):
        raise Http404
    if not reads:
        raise AdministrationRefused(
            _("Who may act for an organisation is for its people to say, not for its keys."),
            code="people-only",
        )
    if not viewer.has_scope(Scope.ADMINISTRATION):
        raise InsufficientScope(Scope.ADMINISTRATION)


class OfOrganisation(viewsets.GenericViewSet[Any]):
    """What lies below one organisation's address, for whoever administers it."""

    permission_classes = [IsAuthenticated]
    throttle_scope = "write"
    organisation: Organisation

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.organisation = administered(request, kwargs["slug"])

    def get_throttles(self) -> list[Any]:
        return [] if self.request.method in SAFE_METHODS else super().get_throttles()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": database_now()}

    def given(self, request: Request, shape: type[shapes.Shape]) -> dict[str, Any]:
        """Return what was sent, or refuse it."""
        wanted = shape(data=request.data)
        wanted.is_valid(raise_exception=True)
        return dict(wanted.validated_data)

    def shown(self, row: object, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(row).data, status=code)


@extend_schema(parameters=[SLUG])
class DomainViewSet(mixins.ListModelMixin, OfOrganisation):
    """Domains of an organisation, and what proves them."""

    queryset = Domain.objects.all()
    serializer_class = shapes.DomainSerializer
    lookup_field = "name"
    lookup_value_regex = r"[a-z0-9.-]+"
    cursor_ordering = ("name", "pk")

    def get_queryset(self) -> DomainQuerySet:
        return Domain.objects.filter(organisation=self.organisation)

    @extend_schema(request=shapes.NewDomainSerializer, responses={201: shapes.DomainSerializer})
    def create(self, request: Request, slug: str) -> Response:
        """Claim a domain. The answer says what to publish; then ask for a check."""
        name = self.given(request, shapes.NewDomainSerializer)["name"]
        row = actions.claim_domain(
            viewer=viewer_of(request), organisation=self.organisation, name=name, now=database_now()
        )
        return self.shown(row, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.CheckSerializer, responses=shapes.DomainSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, slug: str, name: str) -> Response:
        """Look for the published value now, in DNS or on the website."""
        method = self.given(request, shapes.CheckSerializer)["method"]
        row = actions.prove_domain(
            viewer=viewer_of(request), domain=self.get_object(), method=method, now=database_now()
        )
        return self.shown(row)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str, name: str) -> Response:
        """Give a domain up."""
        actions.give_up_domain(
            viewer=viewer_of(request), domain=self.get_object(), now=database_now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(parameters=[SLUG])
class IdentityProviderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, OfOrganisation):
    """How the people of an organisation sign in: drafted, tested in a browser, enabled."""

    queryset = IdentityProvider.objects.all()
    serializer_class = shapes.IdentityProviderSerializer
    lookup_field = "key"
    cursor_ordering = ("-made_at", "pk")

    def get_queryset(self) -> IdentityProviderQuerySet:
        return IdentityProvider.objects.filter(organisation=self.organisation)

    @extend_schema(
        request=shapes.NewIdentityProviderSerializer,
        responses={201: shapes.IdentityProviderSerializer},
    )
    def create(self, request: Request, slug: str) -> Response:
        """Draft one. Nobody gets in by it before an administrator has signed in at its `test_url`."""
        given = self.given(request, shapes.NewIdentityProviderSerializer)
        row = actions.draft_identity_provider(
            viewer=viewer_of(request), organisation=self.organisation, on=database_now().date(), **_looked_up(given)
        )  # fmt: skip
        return self.shown(row, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=shapes.IdentityProviderSerializer)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, slug: str, key: str) -> Response:
        """Let people in by it; the one enabled before is switched off with the same breath."""
        row = self.get_object()
        actions.enable_identity_provider(
            viewer=viewer_of(request), provider=row, now=database_now()
        )
        return self.shown(self.get_object())

    @extend_schema(request=None, responses={200: shapes.IdentityProviderSerializer, 204: None})
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, slug: str, key: str) -> Response:
        """Let nobody in by it any more; one that was never tested is dropped (204)."""
        row = self.get_object()
        actions.switch_off_identity_provider(
            viewer=viewer_of(request), provider=row, now=database_now()
        )
        kept = self.get_queryset().filter(key=key).first()
        return self.shown(kept) if kept else Response(status=status.HTTP_204_NO_CONTENT)


def _looked_up(given: dict[str, Any]) -> dict[str, str]:
    role = given["role"]
    if given["kind"] == "oidc":
        names = ("issuer", "client_id", "secret")
        return enrolment.by_oidc(role=role, **{name: given[name] for name in names})
    text = given["metadata"]
    raw = text.encode() if text else saml.fetch_metadata(given["metadata_url"])
    return enrolment.by_saml(metadata=raw, role=role)


@extend_schema(parameters=[SLUG])
class InvitationViewSet(mixins.ListModelMixin, OfOrganisation):
    """Invitations to act for an organisation, the newest first."""

    queryset = Invitation.objects.all()
    serializer_class = shapes.InvitationSerializer
    cursor_ordering = ("-invited_at", "-pk")

    def get_queryset(self) -> InvitationQuerySet:
        return Invitation.objects.filter(organisation=self.organisation)

    @extend_schema(
        request=shapes.NewInvitationSerializer, responses={201: shapes.InvitationSerializer}
    )
    def create(self, request: Request, slug: str) -> Response:
        """Send a letter that gives whoever opens it, with that address, a role; it works once, for a week."""
        row = actions.invite(
            viewer=viewer_of(request), organisation=self.organisation, now=database_now(),
            **self.given(request, shapes.NewInvitationSerializer),
        )  # fmt: skip
        return self.shown(row, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, slug: str, pk: str) -> Response:
        """Make a letter worthless."""
        row = self.get_object()
        actions.withdraw_invitation(viewer=viewer_of(request), invitation=row, now=database_now())
        return self.shown(self.get_object())
