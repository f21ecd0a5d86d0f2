"""Tell the search when the organisation that a project or a resource names changes its name or leaves the list."""

from django.db import migrations

from search.watching import watch_owner

OWNER, NAMING = "members_organisation", ["name", "short_name", "is_listed"]


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0007_news_of_projects"),
        ("members", "0007_own_applications"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch_owner("projects", OWNER, NAMING, "projects_participation", ("organisation_id", "project_id")),
        watch_owner("learning", OWNER, NAMING, "projects_learningresource", ("organisation_id", "id")),
    ]
