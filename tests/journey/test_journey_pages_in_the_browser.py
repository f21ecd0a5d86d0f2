"""Every public page in Chromium: no complaint, no sideways scroll, nothing for axe to report."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journey.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]

PAGES = [
    "", "learn/", "learn/ranking/", "learn/verify/", "learn/votes/", "learn/node/", "api/", "search/?q=open",
    "projects/", "projects/docling/", "projects/open-language-suite/", "projects/areas/", "projects/stages/",
    "projects/landscape/", "projects/landscape/embed/", "projects/learning/", "projects/docling/history/", "events/",
    "events/2026-project-tapestry-founding-workshop/", "members/",
    "members/ibm/", "members/demo-a/", "members/?kind=university", "log/",
    "governance/", "governance/groups/", "governance/bodies/demo-toc/", "governance/decisions/",
    "governance/decisions/TOC-2026-001/",
    "governance/elections/", "governance/elections/1/",
    "leaderboard/", "leaderboard/language-id/", "leaderboard/language-id-noisy/",
    "leaderboard/nodes/", "leaderboard/nodes/node-a/", "leaderboard/systems/py3langid/",
    "accounts/login/", "accounts/signup/", "accounts/login/code/", "accounts/password/reset/", "accounts/mail/",
    "nothing-here/",
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
        for path in [*PAGES, *_found_pages(portal)]:
            page.goto(f"{portal.url}/{language}/{path}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{path} at {width}: scrolls sideways")
            for violation in Axe().run(page).response["violations"]:
                nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                faults.append(f"{path} at {width} {scheme}: {violation['id']}: {nodes}")
        context.close()
    assert not faults, "\n".join(faults)


def _found_pages(portal: Portal) -> list[str]:
    """A result, a vote, a proposal and a log entry, whose addresses differ from run to run."""

    def first(path: str) -> dict:
        return portal.json(f"/api/v1/{path}")["results"][0]

    vote = first("votes/")
    return [
        f"leaderboard/results/{first('results/')['id']}/",
        f"governance/votes/{vote['id']}/",
        f"governance/proposals/{first('proposals/')['id']}/",
        f"log/entries/{first('log/entries/')['id']}/",
    ]


def test_a_representative_signs_in_and_makes_a_key_that_works(page: Page, portal: Portal) -> None:
    page.goto("/en/")
    page.get_by_role("link", name="Sign in").click()
    page.locator('input[name="login"]').fill("rep-a@demo.example")
    page.locator('input[name="password"]').fill("demonstration")
    page.locator('main form:has(input[name="password"]) button').first.click()
    expect(page.locator("main")).to_contain_text("Demo Organisation A")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("browser test")
    page.get_by_role("button", name="Make the key").click()
    token = page.locator("pre code").inner_text()
    request = Request(f"{portal.url}/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=10) as answer:
        assert json.load(answer)["organisations"] == ["demo-a"]
    page.goto("/fr/members/")
    expect(page.locator("#account-strip")).to_contain_text("Representative A")


def test_pages_work_without_scripts(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=portal.url)
    page = context.new_page()
    page.goto("/en/members/?kind=university")
    assert page.locator("main").get_by_role("link", name="Cornell", exact=False).count() >= 1
    context.close()
