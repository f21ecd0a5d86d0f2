"""An election of three seats, one of each organisation at most: five seats vote by keyboard and without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from governance.models import Election
from members.models import Organisation, Person
from tests.browser import running
from tests.factories.elections import announced, numbers, open_now, stand
from tests.factories.governance import Chamber

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("election-browser"),
]
PAPERS = {1: "Ada Bo Cy", 2: "Ada Bo Cy", 3: "Bo Ada Di", 4: "Di Cy Eve", 5: "Eve Di Cy"}
WINNERS = ["Ada", "Di", "Eve"]
TABS = 200


@pytest.fixture
def election(chamber: Chamber) -> Election:
    """Ada and Bo are of one organisation; the ballot closes when all five seats have voted."""
    x = Organisation.objects.create(slug="x", name="X Labs", short_name="X Labs", kind="research")
    made = announced(chamber, seats=3, cap=1, early=True)
    for name in ("Ada", "Bo", "Cy", "Di", "Eve"):
        stand(made, chamber, name, x if name in ("Ada", "Bo") else None)
    return open_now(chamber, made)


@pytest.fixture
def sessions(chamber: Chamber) -> dict[int, str]:
    """The session cookie of each seat's holder; made before the browser's loop runs."""
    return {seat: _session(chamber.person(seat)) for seat in PAPERS}


@pytest.fixture
def browser(
    chromium: str, election: Election, sessions: dict[int, str], live_server: LiveServer
) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


def test_three_seats_are_filled_by_keyboard_in_two_languages_without_a_script(
    election: Election, sessions: dict[int, str], browser: Browser, live_server: LiveServer
) -> None:
    number = numbers(election)
    for seat, order in PAPERS.items():
        language = "fr" if seat % 2 else "en"
        page = _page(browser, live_server.url, sessions[seat])
        page.goto(f"{live_server.url}/{language}/governance/elections/{election.pk}/ballot/")
        ranks = {f"c-{number[name]}": str(at) for at, name in enumerate(order.split(), start=1)}
        _fill_by_keyboard(page, ranks)
        expect(page.locator("#receipt")).to_have_text("Reçu" if language == "fr" else "Receipt")
        page.context.close()
    for language, word in (("en", "Elected"), ("fr", "Personnes élues")):
        page = _page(browser, live_server.url, None)
        page.goto(f"{live_server.url}/{language}/governance/elections/{election.pk}/")
        expect(page.locator("#result")).to_have_text(word, timeout=30_000)
        shown = page.locator("section[aria-labelledby=result] h3").all_inner_texts()
        assert sorted(shown) == sorted(WINNERS)
        expect(page.locator("section[aria-labelledby=result]")).to_contain_text("X Labs")
        page.context.close()


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value


def _page(browser: Browser, url: str, session: str | None) -> Page:
    context = browser.new_context(java_script_enabled=False)
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": url}])
    return context.new_page()


def _fill_by_keyboard(page: Page, ranks: dict[str, str]) -> None:
    """Tab through the paper, type what is wanted, and send it with Enter from the last field."""
    left = dict(ranks)
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus").get_attribute("id") if left else None
        if focused in left:
            page.keyboard.type(left.pop(focused))
        if not left:
            break
    assert not left
    page.keyboard.press("Enter")
