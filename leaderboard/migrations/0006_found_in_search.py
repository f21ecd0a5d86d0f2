"""Tell the search of every change of what it finds here: the tables of `leaderboard/found.py`."""

from django.db import migrations

from search.watching import note_all, watch


class Migration(migrations.Migration):
    dependencies = [
        ("leaderboard", "0005_relays"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch("benchmarks", "leaderboard_benchmark"),
        watch("systems", "leaderboard_system"),
        watch("nodes", "leaderboard_node", "id", ["slug", "node_id", "state", "organisation_id"]),
        note_all("benchmarks", "leaderboard_benchmark"),
        note_all("systems", "leaderboard_system"),
        note_all("nodes", "leaderboard_node"),
    ]
