"""Pages of this room."""

from django.urls import path

from leaderboard import node_urls
from leaderboard.views import boards, nodes, results, systems

app_name = "leaderboard"
urlpatterns = [
    path("", boards.home, name="home"),
    *node_urls.urlpatterns,
    path("nodes/", nodes.nodes, name="nodes"),
    path("nodes/<slug:slug>/", nodes.node, name="node"),
    path("nodes/<slug:slug>/keys/<str:kid>.pem", nodes.key, name="node-key"),
    path("systems/<slug:slug>/", systems.system, name="system"),
    path("results/<str:ulid>/", results.result, name="result"),
    path("<slug:slug>.json", boards.board_json, name="board-json"),
    path("<slug:slug>.csv", boards.board_as_csv, name="board-csv"),
    path("<slug:slug>/", boards.board, name="board"),
]
