"""A lead mends a manifest and applies for incubation in French, a committee votes in English, and a worker moves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from pytest_httpserver import HTTPServer

from alliance.clock import database_now
from governance import actions as governance
from projects import actions
from projects.harvest import notices, scheduling
from projects.harvest.cycle import harvest
from projects.models import Project, ProjectLead, StageApplication
from tests.browser import running
from tests.cast import SINCE, Cast
from tests.factories.governance import Chamber, make_chamber
from tests.factories.projects import ProjectFactory, StageFactory
from tests.projects.test_harvest_manifest import GOOD, Host
from tests.visitor import WAIT, Visitor, elsewhere, repeating, session_of
from transparency import sequencer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("incubation-browser"),
]
SUMMARY = "Tide tables for small harbours"
BROKEN = GOOD.replace("name: Tide Tables", "\tname: Tide Tables")


@pytest.fixture
def host(httpserver: HTTPServer, settings: Any) -> Host:
    """The lead's own web server, on an address that the outbound door lets through."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    found = Host(httpserver)
    found.text = BROKEN
    return found


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project in the sandbox, with criteria for what comes next."""
    stages = [
        StageFactory(slug=slug, position=position, is_end=slug == "archived", **names)
        for position, (slug, names) in enumerate(
            [
                ("sandbox", {"name_fr": "Bac à sable"}),
                ("incubating", {"name_fr": "Incubation"}),
                ("archived", {"name_fr": "Archivé"}),
            ],
            start=1,
        )
    ]
    text = {"text_en": "Has a licence", "text_fr": "A une licence"}
    criteria = [
        {"stage": stage, "code": code, "hint": "licence", "hint_least": 1, **text}
        for stage, code in (("sandbox", "S1"), ("incubating", "I1"), ("archived", "A1"))
    ]
    actions.publish_criteria(
        number=1, note_en="First", note_fr="Première", criteria=criteria, comment_days=14
    )
    found: Project = ProjectFactory(
        slug="tides", name="Tides", summary_en="Old words", stage=stages[0]
    )
    ProjectLead.objects.create(project=found, person=cast.outsider, since=SINCE)
    return found


@pytest.fixture
def committee(db: None) -> Chamber:
    return make_chamber(3, kind="committee", code="TOC")


@pytest.fixture
def sessions(cast: Cast, project: Project, committee: Chamber) -> list[str]:
    """The lead's session and those of the seats; made before the browser's loop runs."""
    return [session_of(person) for person in (cast.outsider, *committee.people)]


@pytest.fixture
def browser(chromium: str, sessions: list[str], live_server: LiveServer) -> Iterator[Browser]:
    with running(chromium) as browser:
        yield browser


@pytest.fixture
def worker() -> Iterator[None]:
    """Harvest, write letters, close votes and place entries."""

    def work() -> None:
        for pk in scheduling.due_sources():
            harvest(source_id=pk)
        notices.send_all()
        governance.close_due_votes()
        sequencer.sequence()

    with repeating(work):
        yield


def test_from_a_broken_manifest_to_incubation(
    host: Host, sessions: list[str], worker: None, browser: Browser, live_server: LiveServer
) -> None:
    """The whole way, by keyboard, without a script, the lead's page as narrow as a telephone."""
    lead = Visitor(browser, live_server.url, sessions[0], "fr", width=360)
    seats = [Visitor(browser, live_server.url, session) for session in sessions[1:]]
    log = _register(lead, host.url)
    _read_what_is_wrong(lead, log)
    host.text = GOOD
    _see_it_imported(lead, log)
    reference = _apply(lead)
    _comment_and_let_the_period_pass(seats[2], reference)
    _vote(seats, reference)
    number = _moved(lead, reference)
    _read_in_both_languages(lead, number)


def _register(lead: Visitor, url: str) -> str:
    """From the desk to the manifest's address; return where its log is."""
    lead.visit("projects/harvest/")
    lead.follow("Enregistrer son manifeste")
    lead.write("url", url)
    lead.push("Enregistrer et lire")
    return "/".join(lead.page.url.split("/")[4:])


def _reload_until(visitor: Visitor, path: str, selector: str, text: str) -> None:
    """Look again until the worker has done what was asked for."""
    place = visitor.page.locator(selector)
    for _attempt in range(WAIT // 500):
        visitor.visit(path)
        if place.count() and text in place.first.inner_text():
            return
        visitor.page.wait_for_timeout(500)
    raise AssertionError(f"“{text}” does not come up at {path}")


def _read_what_is_wrong(lead: Visitor, log: str) -> None:
    """The line, what to do about it, and the rule behind a link."""
    _reload_until(lead, log, "#reading", "Rien dans le fichier n’a pu être utilisé")
    row = lead.page.locator("#reading tbody tr").first
    expect(row.locator("td").first).to_have_text("2")
    expect(row).to_contain_text("Une tabulation se trouve dans le retrait")
    lead.follow("tabs", within="#reading")
    expect(lead.page.get_by_role("heading", name="Règles des manifestes")).to_be_visible()
    expect(lead.page.locator("#tabs")).to_be_visible()


def _see_it_imported(lead: Visitor, log: str) -> None:
    lead.visit(log)
    lead.push("Vérifier maintenant")
    _reload_until(lead, log, "#reading", SUMMARY)
    expect(lead.page.locator("#reading .alert--now")).to_have_count(0)


def _apply(lead: Visitor) -> str:
    """From the project's own page to a public application with evidence; return its reference."""
    lead.visit("projects/tides/")
    lead.follow("Modifier la fiche")
    lead.follow("Demander une phase")
    lead.page.locator("main select[name=stage]").select_option("incubating")
    lead.write("statement_en", "Three harbours use it.")
    lead.write("statement_fr", "Trois ports s’en servent.")
    lead.push("Commencer la demande")
    lead.write("url", "https://code.example.org/harbour/tide-tables")
    lead.write("note", "Le dépôt et sa licence.")
    lead.push("Ajouter")
    lead.push("Ouvrir aux commentaires")
    expect(lead.page.locator("main .label")).to_contain_text("Ouverte aux commentaires")
    found = re.search(r"/applications/([^/]+)/desk/", lead.page.url)
    assert found, lead.page.url
    return found[1]


def _comment_and_let_the_period_pass(member: Visitor, reference: str) -> None:
    member.visit(f"projects/applications/{reference}/")
    member.follow("Comment or act")
    member.write("text", "Who keeps the tables when you are away?")
    member.push("Publish the comment")
    expect(member.page.locator("section[aria-labelledby=comments]")).to_contain_text(
        "when you are away"
    )
    rows = StageApplication.objects.filter(reference=reference)
    elsewhere(lambda: rows.update(comment_until=database_now() - timedelta(seconds=1)))


def _vote(seats: list[Visitor], reference: str) -> None:
    """Put it to the committee, second it, call the vote; with the second of three seats it is settled."""
    chair, author, other = seats
    author.visit("members/me/")
    author.follow("Tides: Incubating")
    author.push("Put it to Body TOC for seat 2")
    link = (
        author.page.locator("main .page-head a[href*='/governance/']").get_attribute("href") or ""
    )
    found = re.search(r"/governance/(.+)/", link)
    assert found, link
    proposal = f"governance/{found[1]}/manage/"
    other.visit(proposal)
    other.push("Second it for seat 3")
    chair.visit(proposal)
    chair.push("Call the vote")
    vote = re.search(r"/votes/(\d+)/", chair.page.url)
    assert vote, chair.page.url
    for number, voter in ((1, chair), (2, author)):
        voter.visit(f"governance/votes/{vote[1]}/ballot/?seat={number}")
        voter.reach(voter.page.locator("#ballot input[name=position]").first)
        voter.page.keyboard.press("Space")
        voter.push("Cast this vote")
        expect(voter.page.locator("#receipt")).to_have_text("Receipt")


def _moved(lead: Visitor, reference: str) -> str:
    """Wait for the worker to close the vote; return the decision's number."""
    _reload_until(lead, f"projects/applications/{reference}/", "main .label", "Accordée")
    number: str = lead.page.locator("main dl.facts a[href*='/decisions/']").inner_text()
    assert re.fullmatch(r"TOC-\d{4}-001", number)
    return number


def _read_in_both_languages(reader: Visitor, number: str) -> None:
    for language, stage in (("en", "Incubating"), ("fr", "Incubation")):
        reader.language = language
        reader.visit("projects/tides/")
        expect(reader.page.locator(".track [aria-current=step]")).to_contain_text(stage)
        expect(reader.page.locator(".track [aria-current=step]")).to_contain_text(number)
        reader.visit(f"governance/decisions/{number}/")
        expect(reader.page.locator("main")).to_contain_text("Tides")
