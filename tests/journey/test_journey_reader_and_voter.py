"""The main job in a real browser: read, check, sign in, vote, and see the decision act. In both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Portal, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]


@dataclass(frozen=True)
class Words:
    """What the reader clicks, by language."""

    code: str
    leaderboard: str
    members: str
    projects: str
    proof: str
    sign_in: str


LANGUAGES = [
    Words("en", "Leaderboard", "Members", "Projects", "Inclusion in the public log", "Sign in"),
    Words(
        "fr", "Classement", "Membres", "Projets", "Inclusion dans le journal public", "Se connecter"
    ),
]


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.code)
def test_a_reader_walks_from_home_to_a_proof_and_a_project(
    page: Page, portal: Portal, words: Words
) -> None:
    page.goto(f"/{words.code}/")
    navigation = page.locator("nav.nav")
    navigation.get_by_role("link", name=words.leaderboard, exact=True).click()
    page.locator(f'main a[href="/{words.code}/leaderboard/language-id/"]').first.click()
    rows = page.locator("table.rank tbody tr:not(.cut)")
    expect(rows.nth(4)).to_be_visible()

    page.locator(f'main a[href*="/{words.code}/leaderboard/systems/py3langid"]').first.click()
    page.locator('main a[href*="/leaderboard/results/"]').first.click()
    proof = page.get_by_role("heading", name=re.compile(words.proof))
    expect(proof).to_be_visible()
    expect(page.locator("main")).to_contain_text("openssl pkeyutl -verify")

    navigation.get_by_role("link", name=words.members, exact=True).click()
    page.locator("main").get_by_role("link", name="IBM", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("IBM")
    navigation.get_by_role("link", name=words.projects, exact=True).click()
    page.locator("main").get_by_role("link", name="Docling", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("Docling")


def test_a_vote_is_cast_closes_and_its_decision_puts_a_benchmark_on_the_board(
    page: Page, portal: Portal
) -> None:
    sign_in(page, "rep-i@demo.example", "Demo Organisation I")
    vote = next(item for item in portal.json("/api/v1/votes/?state=open")["results"])
    assert (
        portal.json("/api/v1/benchmarks/language-id-noisy/")["versions"][0]["state"] == "proposed"
    )

    page.goto(f"/en/governance/votes/{vote['id']}/")
    to_ballot = page.locator(f'a[href="/en/governance/votes/{vote["id"]}/ballot/"]')
    to_ballot.locator("visible=true").first.click()
    page.get_by_label("For", exact=True).check()
    page.get_by_role("button", name="Cast this vote").click()
    expect(page.locator("main")).to_contain_text("Receipt")

    # A worker closes the vote by itself as soon as no missing position can change it.
    decided = page.locator('main a[href*="/governance/decisions/"]').first
    for _attempt in range(30):
        page.goto(f"/en/governance/votes/{vote['id']}/")
        if decided.count():
            break
        page.wait_for_timeout(1000)
    decided.click()
    expect(page.locator("h1")).to_be_visible()
    number = page.url.rstrip("/").rpartition("/")[2]
    assert number.startswith("TOC-"), page.url
    expect(page.locator("main")).to_contain_text(number)
    page.locator('main a[href="/en/leaderboard/language-id-noisy/"]').first.click()
    expect(page.locator("table.rank tbody tr:not(.cut)").nth(4)).to_be_visible(timeout=30_000)

    page.goto(f"/fr/governance/decisions/{number}/")
    expect(page.locator("main")).to_contain_text("Journal public".lower(), ignore_case=True)
    page.goto("/fr/leaderboard/language-id-noisy/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("table.rank tbody tr:not(.cut)").nth(4)).to_be_visible()


def test_an_open_board_moves_when_a_node_has_measured(page: Page, portal: Portal) -> None:
    page.goto("/en/leaderboard/language-id/")
    page.evaluate("window.stillTheSamePage = true")
    board = page.locator("#board")
    link = board.locator("[data-key] a").nth(2)
    link.focus()
    held = link.evaluate("it => it.closest('[data-key]').dataset.key")
    shown = board.get_attribute("data-number")
    assert shown is not None
    node = portal.data / "nodes" / "node-a"
    wake = f"{portal.url}/api/v1/nodes/node-a/wake"
    command = [sys.executable, "-m", "alliance_node", "run", "language-id", "--dir", str(node)]
    subprocess.run(
        [*command, "--systems", "pycld2", "--wake", wake], check=True, capture_output=True
    )
    expect(board).not_to_have_attribute("data-number", shown, timeout=20_000)
    assert page.evaluate("window.stillTheSamePage")
    focus = "document.activeElement.closest('[data-key]')?.dataset.key"
    assert page.evaluate(focus) == held, "the keyboard's place moved away with its row"
