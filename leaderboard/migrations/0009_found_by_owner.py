"""Tell the search when the organisation of a node changes its name or leaves the list."""

from django.db import migrations

from search.watching import watch_owner


class Migration(migrations.Migration):
    dependencies = [
        ("leaderboard", "0008_relay_pulls"),
        ("members", "0007_own_applications"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch_owner(
            "nodes", "members_organisation", ["name", "short_name", "is_listed"],
            "leaderboard_node", ("organisation_id", "id"),
        ),
    ]  # fmt: skip
