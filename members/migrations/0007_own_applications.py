from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0006_key_reads_administration")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="token_hash",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
