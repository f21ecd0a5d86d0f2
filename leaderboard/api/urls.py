"""REST API of the leaderboard, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from leaderboard.api import disputes, views

router = SimpleRouter()
router.register("benchmarks", views.BenchmarkViewSet, basename="benchmark")
router.register("boards", views.BoardViewSet, basename="board")
router.register("systems", views.SystemViewSet, basename="system")
router.register("nodes", views.NodeViewSet, basename="node")
router.register("results", views.ResultViewSet, basename="result")
router.register("disputes", disputes.DisputeViewSet, basename="dispute")
urlpatterns = router.urls
