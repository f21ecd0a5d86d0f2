"""REST API of the governance room, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from governance.api import documents, elections, meetings, register, views

router = SimpleRouter()
router.register("bodies", views.BodyViewSet, basename="body")
router.register("proposals", views.ProposalViewSet, basename="proposal")
router.register("votes", views.VoteViewSet, basename="vote")
router.register("proxies", views.ProxyViewSet, basename="proxy")
router.register("decisions", views.DecisionViewSet, basename="decision")
router.register("register", register.RegisterViewSet, basename="register")
router.register("meetings", meetings.MeetingViewSet, basename="meeting")
router.register("elections", elections.ElectionViewSet, basename="election")
router.register("documents", documents.DocumentViewSet, basename="document")
urlpatterns = router.urls
