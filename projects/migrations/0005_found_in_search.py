"""Tell the search of every change of what it finds here: the tables of `projects/found.py`."""

from django.db import migrations

from search.watching import note_all, watch


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0004_health"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch("projects", "projects_project"),
        watch("projects", "projects_participation", "project_id"),
        watch("projects", "projects_repository", "project_id"),
        watch("projects", "projects_project_focus_areas", "project_id"),
        watch("copies", "projects_cataloguecopy", "id", ["name", "entry", "state", "source_id", "digest"]),
        watch("copies", "projects_curation", "copy_id"),
        watch("events", "projects_event"),
        watch("events", "projects_event_projects", "event_id"),
        watch("learning", "projects_learningresource"),
        watch("learning", "projects_learningresource_focus_areas", "learningresource_id"),
        watch("areas", "projects_focusarea"),
        note_all("projects", "projects_project"),
        note_all("copies", "projects_cataloguecopy"),
        note_all("events", "projects_event"),
        note_all("learning", "projects_learningresource"),
        note_all("areas", "projects_focusarea"),
    ]
