"""REST API of the members room, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from members.api import views

router = SimpleRouter()
router.register("organisations", views.OrganisationViewSet, basename="organisation")
urlpatterns = [path("me/", views.MeView.as_view(), name="me"), *router.urls]
