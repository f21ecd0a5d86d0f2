"""Addresses without a language: what sister portals, nodes and verifiers use."""

from django.urls import path

from leaderboard import machine_views
from leaderboard.views import badges
from leaderboard.wake import NodeWake
from transparency import machine_views as log_views

app_name = "leaderboard-machine"
urlpatterns = [
    path("badges/<slug:slug>/<slug:system>.svg", badges.badge, name="badge"),
    path("cards/<slug:slug>/<slug:system>/", badges.card, name="card"),
    path("api/v1/nodes/<slug:slug>/wake", NodeWake.as_view(), name="node-wake"),
    path(
        "federation/.well-known/eval-node.json",
        machine_views.relay_description,
        name="relay-description",
    ),
    path("federation/.well-known/jwks.json", machine_views.relay_keys, name="relay-keys"),
    path("federation/checkpoint", log_views.checkpoint, name="relay-checkpoint"),
    path("federation/tile/<path:path>", log_views.tile, name="relay-tile"),
    path("federation/v1/results", machine_views.results, name="results"),
    path("federation/v1/envelopes/<str:digest>", machine_views.envelope, name="envelope"),
    path("federation/v1/blobs/<str:digest>", machine_views.blob, name="blob"),
    path("federation/v1/samples/<str:digest>", machine_views.samples, name="samples"),
    path(
        "federation/v1/nodes/<slug:slug>/checkpoint",
        machine_views.node_checkpoint,
        name="node-checkpoint",
    ),
    path("federation/v1/nodes/<slug:slug>/jwks.json", machine_views.node_keys, name="node-keys"),
]
