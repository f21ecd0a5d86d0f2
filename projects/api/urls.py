"""REST API of the projects room, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from projects.api import event_views, source_views, views

router = SimpleRouter()
router.register("projects", views.ProjectViewSet, basename="project")
router.register("focus-areas", views.FocusAreaViewSet, basename="focus-area")
router.register("stages", views.StageViewSet, basename="stage")
router.register("events", event_views.EventViewSet, basename="event")
router.register("event-series", event_views.EventSeriesViewSet, basename="event-series")
router.register("sources", source_views.SourceViewSet, basename="source")
router.register("copies", source_views.CatalogueCopyViewSet, basename="copy")
urlpatterns = router.urls
