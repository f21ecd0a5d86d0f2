"""Tell the search of every change of what it finds here: the tables of `governance/found.py`."""

from django.db import migrations

from search.watching import note_all, watch


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_meetings"),
        ("search", "0001_initial"),
    ]

    operations = [
        watch("bodies", "governance_body"),
        watch("proposals", "governance_proposal"),
        watch("proposals", "governance_revision", "proposal_id"),
        watch("decisions", "governance_decision"),
        watch("documents", "governance_document"),
        watch("documents", "governance_documentversion", "document_id"),
        watch("elections", "governance_election"),
        watch("meetings", "governance_meeting"),
        note_all("meetings", "governance_meeting"),
        note_all("bodies", "governance_body"),
        note_all("proposals", "governance_proposal"),
        note_all("decisions", "governance_decision"),
        note_all("documents", "governance_document"),
        note_all("elections", "governance_election"),
    ]
