"""Private addresses of an organisation's engineers; `leaderboard/urls.py` includes them."""

from django.urls import path

from leaderboard import dispute_views, node_views

urlpatterns = [
    path("results/<str:ulid>/disputes/", dispute_views.disputes, name="disputes"),
    path("disputes/<int:pk>/answer/", dispute_views.answer, name="dispute-answer"),
    path("disputes/<int:pk>/withdraw/", dispute_views.withdraw, name="dispute-withdraw"),
    path("nodes/manage/", node_views.manage, name="node-manage"),
    path("nodes/manage/register/", node_views.register, name="node-register"),
    path("nodes/manage/<slug:slug>/", node_views.workshop, name="node-workshop"),
    path("nodes/manage/<slug:slug>/confirm/", node_views.confirm, name="node-confirm"),
    path("nodes/manage/<slug:slug>/benchmarks/", node_views.benchmarks, name="node-benchmarks"),
    path("nodes/manage/<slug:slug>/move/", node_views.move, name="node-move"),
    path("nodes/manage/<slug:slug>/keys/", node_views.keys, name="node-keys"),
    path("nodes/manage/<slug:slug>/keys/revoke/", node_views.revoke, name="node-revoke"),
    path("nodes/manage/<slug:slug>/<str:verb>/", node_views.act, name="node-act"),
]
