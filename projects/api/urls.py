"""REST API of the projects room, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from projects.api import views

router = SimpleRouter()
router.register("projects", views.ProjectViewSet, basename="project")
router.register("focus-areas", views.FocusAreaViewSet, basename="focus-area")
router.register("stages", views.StageViewSet, basename="stage")
router.register("events", views.EventViewSet, basename="event")
urlpatterns = router.urls
