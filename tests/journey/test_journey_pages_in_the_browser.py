"""Every public page in Chromium: no complaint, no sideways scroll, nothing for axe to report."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journey.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]

PAGES = [
    "", "learn/", "learn/ranking/", "learn/verify/", "learn/votes/", "learn/node/", "api/", "search/?q=open",
    "members/", "members/ibm/", "projects/", "projects/docling/", "events/",
    "governance/", "governance/groups/", "governance/decisions/", "governance/decisions/TOC-2026-001/",
    "leaderboard/", "leaderboard/language-id/", "leaderboard/nodes/", "leaderboard/nodes/node-a/",
    "log/", "accounts/login/", "accounts/signup/", "accounts/mail/", "nothing-here/",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_reports_nothing_and_nothing_scrolls_sideways(
    browser: Browser, portal: Portal, language: str, scheme: str
) -> None:
    faults = []
    for width in (360, 1440):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for path in [*PAGES, *_found_pages(page, portal, language)]:
            page.goto(f"{portal.url}/{language}/{path}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{path} at {width}: scrolls sideways")
            for violation in Axe().run(page).response["violations"]:
                nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                faults.append(f"{path} at {width} {scheme}: {violation['id']}: {nodes}")
        context.close()
    assert not faults, "\n".join(faults)


def _found_pages(page: Page, portal: Portal, language: str) -> list[str]:
    """Addresses that depend on what the nodes produced: a result, a system, a vote, an entry."""
    page.goto(f"{portal.url}/{language}/leaderboard/systems/py3langid/")
    result = page.locator('main a[href*="/leaderboard/results/"]').first.get_attribute("href")
    vote = portal.json("/api/v1/votes/")["results"][0]["id"]
    entry = portal.json("/api/v1/log/entries/")["results"][0]["id"]
    found = [result or "", f"/{language}/governance/votes/{vote}/", f"/{language}/log/{entry}/"]
    return ["leaderboard/systems/py3langid/", *[path.removeprefix(f"/{language}/") for path in found]]


def test_the_open_board_changes_without_a_reload(page: Page, portal: Portal) -> None:
    page.goto("/en/leaderboard/language-id/")
    expect(page.locator("#board")).to_be_visible()
    state = page.evaluate("document.querySelector('#board').dataset")
    assert re.fullmatch(r"\d+", state["number"])


def test_pages_work_without_scripts(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=portal.url)
    page = context.new_page()
    page.goto("/en/leaderboard/language-id/")
    assert page.locator("table.rank tbody tr").count() >= 5
    page.goto("/en/members/?kind=university")
    assert page.locator("main").get_by_role("link", name="Cornell", exact=False).count() >= 1
    context.close()
