"""From a proposal to an adopted benchmark in a browser: by keyboard alone, in two languages, without a script."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from governance import actions
from leaderboard.models import BenchmarkVersion
from tests.browser import running
from tests.factories.governance import Chamber, make_chamber
from tests.factories.leaderboard import make_benchmark
from tests.visitor import Visitor, elsewhere, repeating, session_of
from transparency import sequencer, signing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("adoption-browser"),
]
SCRIPT = Path(__file__).parent.parent.parent / "docs" / "verify" / "verify_decisions.py"
POSITIONS = ["for", "against", "abstain", "recused"]
TITLE, AMENDED = "Adopt Tides, version 1.0.0", "Adopt Tides, version 1.0.0, on trial"
PROPOSED = {
    "text_en": "The board adopts Tides 1.0.0. Its data are public, with their licence and digest.",
    "text_fr": "Le conseil adopte Tides 1.0.0. Ses données sont publiques, avec leur licence et leur empreinte.",
}  # fmt: skip
FRENCH_TITLE = "Adopter Tides, version 1.0.0"  # the amendment leaves it


class Member(Visitor):
    """A member of the body, in the governance room."""

    room = "governance/"

    def choose(self, field: str, position: str) -> None:
        """Choose a position as a keyboard does: into the group, then down with the arrow."""
        self.reach(self.page.locator(f"#ballot input[name={field}]").first)
        self.page.keyboard.press("Space")
        for _step in POSITIONS[: POSITIONS.index(position)]:
            self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(f"#ballot input[name={field}]:checked")).to_have_value(position)

    def vote(self, pk: int, seat: int, own: str, amendment: str, reason: str = "") -> None:
        """Cast for a seat on both texts and find the receipt."""
        self.visit(f"votes/{pk}/ballot/?seat={seat}")
        self.choose("position", own)
        if amendment:
            self.choose("text-1", amendment)
        if reason:
            self.write("reason", reason)
        self.push("Voter" if self.language == "fr" else "Cast this vote")
        word = "Reçu" if self.language == "fr" else "Receipt"
        expect(self.page.locator("#receipt")).to_have_text(word)


@pytest.fixture
def version() -> BenchmarkVersion:
    return make_benchmark("tides", state="proposed")


@pytest.fixture
def board() -> Chamber:
    return make_chamber(5, code="BOARD")


@pytest.fixture
def sessions(board: Chamber) -> list[str]:
    """The session of each seat's holder; made before the browser's loop runs."""
    return [session_of(person) for person in board.people]


@pytest.fixture
def browser(
    chromium: str, version: BenchmarkVersion, sessions: list[str], live_server: LiveServer
) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


@pytest.fixture
def worker() -> Iterator[None]:
    """Close due votes and give entries their places."""

    def work() -> None:
        actions.close_due_votes()
        sequencer.sequence()

    with repeating(work):
        yield


def test_a_board_adopts_a_benchmark(
    version: BenchmarkVersion, sessions: list[str], worker: None, browser: Browser, live_server: LiveServer,
) -> None:  # fmt: skip
    languages = ("en", "en", "en", "fr", "fr")
    chair, author, other, fourth, fifth = (
        Member(browser, live_server.url, session, language)
        for session, language in zip(sessions, languages, strict=True)
    )
    proposal = _propose(author)
    other.visit(f"{proposal}/manage/")
    other.push("Second it for seat 3")
    _amend(fourth, proposal)
    vote = _call(chair, proposal)
    _give_proxy(fifth)

    author.vote(vote, 2, "for", "against")
    author.vote(vote, 2, "for", "for")  # the later one counts
    other.vote(vote, 3, "recused", "", reason="Our own system takes part.")
    chair.vote(vote, 1, "for", "for")
    fourth.vote(vote, 4, "against", "for")
    fourth.vote(vote, 5, "against", "for")  # by proxy; only now is it settled which text is adopted

    number = _decided(chair, vote)
    _read_the_decision(chair.page, number)
    _read_the_board(chair.page)
    answer = _verify(live_server.url, number)
    assert answer.returncode == 0, answer.stderr
    assert f"{number}: carried" in answer.stdout
    state = elsewhere(
        lambda: BenchmarkVersion.objects.values_list("state", "adopted_by").get(pk=version.pk)
    )
    assert state == ("adopted", number)


def _propose(author: Member) -> str:
    """Write the proposal and open it; return its address within the room."""
    author.visit("bodies/board/propose/?kind=adopt-benchmark")
    author.write("title_en", TITLE)
    author.write("title_fr", FRENCH_TITLE)
    for field, text in PROPOSED.items():
        author.write(field, text)
    author.write("effect_params", "benchmark: tides\nversion: 1.0.0")
    author.push("Keep as a draft")
    author.push("Open for discussion")
    found = re.search(r"/governance/(.+)/manage/", author.page.url)
    assert found, author.page.url
    return found[1]


def _amend(member: Member, proposal: str) -> None:
    """Put another text beside the proposal's own, on a French page."""
    member.visit(f"{proposal}/amend/")
    member.write("title_en", AMENDED)
    member.write("why", "Un an d’essai suffit pour apprendre.")
    member.push("Déposer cet amendement")
    expect(member.page.locator("#amendments")).to_have_text("Amendements")


def _call(chair: Member, proposal: str) -> int:
    chair.visit(f"{proposal}/manage/")
    chair.push("Call the vote")
    found = re.search(r"/votes/(\d+)/", chair.page.url)
    assert found, chair.page.url
    return int(found[1])


def _give_proxy(holder: Member) -> None:
    """Let the fourth holder cast for a seat in this vote, on a French page."""
    holder.visit("mine/")
    for name in ("seat", "to", "vote"):
        holder.reach(holder.page.locator(f"main select[name={name}]"))
        if name == "to":
            holder.page.keyboard.type("Holder 4")
        else:
            holder.page.keyboard.press("ArrowDown")
    holder.push("Donner cette procuration")
    expect(holder.page.locator("section[aria-labelledby=proxies]")).to_contain_text("Holder 4")


def _decided(reader: Member, vote: int) -> str:
    """Look at the vote's page until the worker has closed it; return the decision's number."""
    stamp = reader.page.locator("main a.stamp b")
    for _attempt in range(60):
        reader.visit(f"votes/{vote}/")
        if stamp.count():
            number = stamp.first.inner_text()
            assert re.fullmatch(r"BOARD-\d{4}-001", number)
            return number
        reader.page.wait_for_timeout(500)
    raise AssertionError("the vote does not close by itself")


def _read_the_decision(page: Page, number: str) -> None:
    shown = {
        "en": (AMENDED, "Done", "by proxy"),
        "fr": (FRENCH_TITLE, "Exécuté", "par procuration"),
    }
    for language, (title, *words) in shown.items():
        page.goto(f"/{language}/governance/decisions/{number}/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("h1")).to_have_text(title)
        for word in words:
            expect(page.locator("main")).to_contain_text(word)


def _read_the_board(page: Page) -> None:
    for language in ("en", "fr"):
        page.goto(f"/{language}/leaderboard/tides/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("h1")).to_contain_text("tides")


def _verify(url: str, number: str) -> subprocess.CompletedProcess[str]:
    """Count the decision again from the served log, once every entry has its place."""
    elsewhere(lambda: list(iter(sequencer.sequence, None)))
    key = elsewhere(lambda: signing.verifier().vkey)
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), url, key, number],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
