"""Find whole titles by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["language", "plain_title"], name="search_entry_title"),
        ),
    ]
