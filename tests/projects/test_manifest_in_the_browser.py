"""A project's lead points the portal at a manifest with an error, reads what is wrong, mends it, sees it imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer

from projects.harvest import notices, scheduling
from projects.harvest.cycle import harvest
from projects.models import ProjectLead
from tests.browser import running
from tests.cast import SINCE, Cast
from tests.factories.projects import ProjectFactory
from tests.projects.test_harvest_manifest import GOOD, Host

WAIT = 60_000


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A page of the system's Chromium, small as a telephone."""
    with running(chromium) as browser:
        found = browser.new_page(viewport={"width": 360, "height": 800}, java_script_enabled=False)
        found.set_default_timeout(WAIT)
        yield found


def _work() -> None:
    """Do what beat and a worker do."""
    for pk in scheduling.due_sources():
        harvest(source_id=pk)
    notices.send_all()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_lead_mends_a_manifest(
    page: Page, live_server: Any, cast: Cast, httpserver: HTTPServer, settings: Any, mailoutbox: Any
) -> None:
    """From the dashboard to the renewed entry, without a script."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    host = Host(httpserver)
    host.text = GOOD.replace("name: Tide Tables", "\tname: Tide Tables")
    project = ProjectFactory(name="Tides", summary_en="Old words")
    ProjectLead.objects.create(project=project, person=cast.outsider, since=SINCE)
    client = Client()
    client.force_login(cast.outsider)
    name = django_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])

    page.goto(f"{live_server.url}/en/projects/harvest/")
    page.get_by_role("link", name="Register its manifest").click()
    page.get_by_label("Address of the manifest").fill(host.url)
    page.get_by_role("button", name="Register and read it").click()
    expect(page.get_by_text("The first harvest begins now")).to_be_visible()

    _work()
    page.reload()
    reading = page.locator("#reading")
    expect(reading).to_contain_text("Nothing in the file could be used")
    row = reading.locator("tbody tr").first
    expect(row).to_contain_text("A tab stands in the indentation")
    expect(row.locator("td").first).to_have_text("2")
    row.get_by_role("link", name="tabs").click()
    expect(page.get_by_role("heading", name="Rules for manifests")).to_be_visible()
    page.go_back()
    assert len(mailoutbox) == 1

    host.text = GOOD
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("The portal reads it again")).to_be_visible()
    _work()
    page.reload()
    expect(page.locator("#reading")).to_contain_text("the entry was renewed")
    expect(page.locator("#reading")).to_contain_text("Tide tables for small harbours")
    assert len(mailoutbox) == 2

    page.goto(f"{live_server.url}/en/projects/{project.slug}/")
    expect(page.locator(".lead")).to_have_text("Tide tables for small harbours")
    expect(page.get_by_text("Read without errors")).to_be_visible()
