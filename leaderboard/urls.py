"""Pages of this room."""

from django.urls import path, re_path

from leaderboard import node_urls, relay_desk
from leaderboard.views import badges, boards, nodes, relays, results, sides, systems

app_name = "leaderboard"
SUFFIX = r"\.(?P<suffix>csv|json|parquet)$"
urlpatterns = [
    path("", boards.home, name="home"),
    *node_urls.urlpatterns,
    path("relays/", relays.relays, name="relays"),
    path("relays/manage/", relay_desk.manage, name="relay-manage"),
    path("relays/manage/<slug:slug>/", relay_desk.desk, name="relay-desk"),
    path("relays/manage/<slug:slug>/<str:verb>/", relay_desk.act, name="relay-act"),
    path("relays/<slug:slug>/", relays.relay, name="relay"),
    path("nodes/", nodes.nodes, name="nodes"),
    path("nodes/<slug:slug>/", nodes.node, name="node"),
    path("nodes/<slug:slug>/keys/<str:kid>.pem", nodes.key, name="node-key"),
    path("dimensions/<slug:code>/", sides.dimension, name="dimension"),
    path("compare/", sides.compare, name="compare"),
    path("aggregate/", sides.aggregate, name="aggregate"),
    re_path(rf"^aggregate{SUFFIX}", sides.aggregate_file, name="aggregate-file"),
    re_path(rf"^compare{SUFFIX}", sides.compare_file, name="compare-file"),
    re_path(
        rf"^dimensions/(?P<code>[a-z_-]+){SUFFIX}", sides.dimension_file, name="dimension-file"
    ),
    re_path(rf"^accelerators{SUFFIX}", sides.accelerators_file, name="accelerators-file"),
    re_path(
        rf"^accelerators/(?P<pk>[0-9]{{1,9}}){SUFFIX}",
        sides.accelerator_file,
        name="accelerator-file",
    ),
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
