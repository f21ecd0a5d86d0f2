"""A reader searches: what is found follows the typing, and the button does the same without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from search.actions import index_changes
from tests.browser import running
from tests.factories.projects import ProjectFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAIT = 60_000


@pytest.mark.parametrize("scripts", [True, False])
def test_results_follow_the_typing_or_the_button(
    chromium: str, live_server: Any, scripts: bool
) -> None:
    ProjectFactory(
        slug="harbour",
        name="Harbour tides",
        text_en="Tables for boats",
        text_fr="Tables pour bateaux",
    )
    ProjectFactory(slug="forest", name="Forest fires")
    while index_changes():
        pass
    with running(chromium) as browser:
        page = browser.new_page(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
        page.set_default_timeout(WAIT)
        loads: list[str] = []
        page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
        page.goto(f"{live_server.url}/en/search/")
        field = page.get_by_label("Words to look for")
        hits = page.locator("#results .hits > li")
        if scripts:
            field.press_sequentially("harbuor")
        else:
            field.fill("harbuor")
            page.get_by_role("button", name="Search").last.click()
        expect(page.get_by_role("status")).to_contain_text("Did you mean harbour?", timeout=WAIT)
        expect(hits).to_have_count(1, timeout=WAIT)
        expect(hits.get_by_role("link")).to_have_text("Harbour tides")
        assert page.url.endswith("/en/search/?q=harbuor")
        assert len(loads) == (1 if scripts else 2)
        if scripts:
            expect(field).to_be_focused()
        hits.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Harbour tides", timeout=WAIT)
