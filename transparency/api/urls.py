"""REST API of the log, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from transparency.api import views

router = SimpleRouter()
router.register("log/entries", views.EntryViewSet, basename="entry")
urlpatterns = [
    path("log/checkpoint/", views.CheckpointView.as_view(), name="checkpoint"),
    *router.urls,
]
