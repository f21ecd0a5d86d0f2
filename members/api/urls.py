"""REST API of the members room, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from members.api import administration, joining, views

OF_ONE = r"organisations/(?P<slug>[-a-zA-Z0-9_]+)"

router = SimpleRouter()
router.register("organisations", views.OrganisationViewSet, basename="organisation")
router.register("people", views.PersonViewSet, basename="person")
router.register("applications", joining.ApplicationViewSet, basename="application")
router.register(rf"{OF_ONE}/domains", administration.DomainViewSet, basename="domain")
router.register(
    rf"{OF_ONE}/identity-providers",
    administration.IdentityProviderViewSet,
    basename="identity-provider",
)
router.register(rf"{OF_ONE}/invitations", administration.InvitationViewSet, basename="invitation")
urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("leaked-keys/", views.LeakedKeyView.as_view(), name="leaked-keys"),
    *router.urls,
]
