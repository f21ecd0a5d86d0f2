"""REST API of the leaderboard, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from leaderboard.api import disputes, relays, sides, views

router = SimpleRouter()
router.register("benchmarks", views.BenchmarkViewSet, basename="benchmark")
router.register("boards", views.BoardViewSet, basename="board")
router.register("systems", views.SystemViewSet, basename="system")
router.register("nodes", views.NodeViewSet, basename="node")
router.register("relays", relays.RelayViewSet, basename="relay")
router.register("results", views.ResultViewSet, basename="result")
router.register("disputes", disputes.DisputeViewSet, basename="dispute")
router.register("aggregates", sides.AggregateViewSet, basename="aggregate")
router.register("comparisons", sides.ComparisonViewSet, basename="comparison")
router.register("dimensions", sides.DimensionViewSet, basename="dimension")
router.register("accelerators", sides.AcceleratorViewSet, basename="accelerator")
urlpatterns = router.urls
