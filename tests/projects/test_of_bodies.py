"""A body's page shows the projects and events that belong to it, and no others."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.governance import make_chamber
from tests.factories.projects import EventFactory, ProjectFactory


@pytest.mark.django_db
def test_what_belongs_to_a_body(client: Client) -> None:
    chamber, other = make_chamber(1), make_chamber(1)
    ProjectFactory(name="Tide tables", working_group=chamber.body)
    ProjectFactory(name="Star charts", working_group=other.body)
    EventFactory(title_en="Day of tides", body=chamber.body)
    page = client.get(chamber.body.get_absolute_url()).content.decode()
    assert "Tide tables" in page
    assert "Day of tides" in page
    assert "Star charts" not in page
    empty = client.get(make_chamber(1).body.get_absolute_url()).content.decode()
    assert "its-projects" not in empty
