"""Tell the search of every change of what it finds here: the tables of `members/found.py`."""

from django.db import migrations

from search.watching import note_all, watch


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_webhooks"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch("members", "members_organisation"),
        note_all("members", "members_organisation"),
    ]
