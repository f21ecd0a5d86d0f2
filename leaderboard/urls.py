"""Pages of this room."""

from django.urls import path, re_path

from leaderboard import node_urls
from leaderboard.views import badges, boards, nodes, results, sides, systems

app_name = "leaderboard"
urlpatterns = [
    path("", boards.home, name="home"),
    *node_urls.urlpatterns,
    path("nodes/", nodes.nodes, name="nodes"),
    path("nodes/<slug:slug>/", nodes.node, name="node"),
    path("nodes/<slug:slug>/keys/<str:kid>.pem", nodes.key, name="node-key"),
    path("dimensions/<slug:code>/", sides.dimension, name="dimension"),
    path("compare/", sides.compare, name="compare"),
    path("aggregate/", sides.aggregate, name="aggregate"),
    path("accelerators/", sides.accelerators, name="accelerators"),
    path("accelerators/<int:pk>/", sides.accelerator, name="accelerator"),
    path("systems/<slug:slug>/", systems.system, name="system"),
    path("results/<str:ulid>/", results.result, name="result"),
    re_path(
        r"^(?P<slug>[-a-zA-Z0-9_]+)\.(?P<suffix>csv|json|parquet|eee\.jsonl|eval_results\.yaml)$",
        boards.board_file,
        name="board-file",
    ),
    path("<slug:slug>/embed/<slug:system>/", badges.embed, name="embed"),
    path("<slug:slug>/", boards.board, name="board"),
]
