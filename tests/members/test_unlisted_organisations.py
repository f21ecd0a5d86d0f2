"""An organisation that is not listed is named to nobody but its own people and staff: on no page and in no file."""

from __future__ import annotations

from typing import Any

import pytest
from alliance_node.proofs import strict_json
from django.test import Client

from governance.models import Vote
from leaderboard import actions
from leaderboard.models import Node, Result
from members.actions import amend_organisation
from members.models import Affiliation, Organisation
from members.viewers import viewer_of_person
from projects.models import Adopter
from search import actions as search_actions
from tests.cast import SINCE, Cast
from tests.factories.governance import Chamber, in_session, make_chamber
from tests.factories.projects import ParticipationFactory, ProjectFactory
from tests.leaderboard.boards import make_world
from transparency.models import Entry

pytestmark = pytest.mark.django_db
SECRET = "zanzib"
NAMES = {"slug": "zanzib", "name": "Zanzib Laboratories", "short_name": "Zanzib Labs"}
# what is written once and never again: the name stays where it was written before the organisation left the list
RECORD = ("api-vote",)


def build(*, is_listed: bool) -> Organisation:
    """Let one organisation sit, propose, vote, measure, dispute and take part."""
    chamber = make_chamber(5, code="ZB")
    ours = chamber.seat(2).organisation
    assert ours is not None
    Organisation.objects.filter(pk=ours.pk).update(**NAMES, is_listed=is_listed)
    ours.refresh_from_db()
    vote = chamber.call(chamber.seconded(2))
    chamber.cast(vote, 2)
    in_session(chamber)
    _measure(ours, chamber)
    project = ProjectFactory(slug="open-thing")
    ParticipationFactory(project=project, organisation=ours, name=ours.name, role="lead")
    Adopter.objects.create(project=project, organisation=ours, name=ours.name, source="a source")
    search_actions.reindex()
    return ours


def _measure(ours: Organisation, chamber: Chamber) -> None:
    world = make_world()
    world.measure_all("ab")
    Node.objects.filter(pk=world.nodes["a"].pk).update(organisation=ours)
    world.refresh()
    person = chamber.person(2)
    Affiliation.objects.create(person=person, organisation=ours, role="representative", since=SINCE)
    theirs = Result.objects.filter(node=world.nodes["b"]).first()
    assert theirs is not None
    actions.raise_dispute(
        viewer=viewer_of_person(person),
        result=theirs,
        organisation=ours,
        reason="It left out twenty.",
    )


def addresses() -> dict[str, str]:
    """Where the organisation is named while it is listed."""
    mine = Result.objects.filter(node__slug="node-a").first()
    theirs = Result.objects.filter(node__slug="node-b", disputes__isnull=False).get()
    vote = Vote.objects.get()
    benchmark = theirs.benchmark_version.benchmark.slug
    assert mine is not None
    return {
        "node": "/en/leaderboard/nodes/node-a/",
        "nodes": "/en/leaderboard/nodes/",
        "noeuds": "/fr/leaderboard/nodes/",
        "result": mine.get_absolute_url(),
        "disputed": theirs.get_absolute_url(),
        "relay": "/federation/.well-known/eval-node.json",
        "csv": f"/en/leaderboard/{benchmark}.csv",
        "eee": f"/en/leaderboard/{benchmark}.eee.jsonl",
        "api-node": "/api/v1/nodes/node-a/",
        "api-nodes": "/api/v1/nodes/",
        "api-result": f"/api/v1/results/{mine.ulid}/",
        "api-disputes": "/api/v1/disputes/",
        "body": vote.body.get_absolute_url(),
        "proposal": vote.proposal.get_absolute_url(),
        "governance": "/en/governance/",
        "api-body": f"/api/v1/bodies/{vote.body.slug}/",
        "api-proposals": "/api/v1/proposals/",
        "api-vote": f"/api/v1/votes/{vote.pk}/",
        "vote": vote.get_absolute_url(),
        "project": "/en/projects/open-thing/",
        "projects": "/en/projects/",
        "api-project": "/api/v1/projects/open-thing/",
        "projects-csv": "/en/projects.csv",
        "members": "/en/members/",
        "members-json": "/en/members.json",
        "api-members": "/api/v1/organisations/",
        "search": "/en/search/?q=laboratories",
    }


def naming(client: Client, **more: Any) -> set[str]:
    """Return the addresses that name it."""
    found = set()
    for name, address in addresses().items():
        answer = client.get(address, **more)
        assert answer.status_code == 200, (name, address, answer.status_code)
        if SECRET in answer.content.decode().lower():
            found.add(name)
    return found


def test_while_listed_it_is_named_everywhere(client: Client) -> None:
    build(is_listed=True)
    assert set(addresses()) - naming(client) == set()


def test_unlisted_it_is_named_nowhere_and_its_deeds_stay(client: Client) -> None:
    ours = build(is_listed=False)
    assert naming(client) == set()
    assert client.get("/en/members/zanzib/").status_code == 404
    for entry in Entry.objects.all():
        assert SECRET not in str(strict_json.loads(bytes(entry.body))).lower()
    page = client.get("/en/leaderboard/nodes/node-a/").content.decode()
    assert f"Unlisted organisation {ours.pk}" in page
    page = client.get("/fr/leaderboard/nodes/node-a/").content.decode()
    assert f"Organisation non répertoriée {ours.pk}" in page


def test_taken_off_the_list_its_name_is_gone_but_for_the_frozen_record(
    client: Client, cast: Cast
) -> None:
    ours = build(is_listed=True)
    Organisation.objects.filter(pk=ours.pk).update(is_listed=False)
    amend_organisation(organisation=ours, actor=cast.staff, changed=["is_listed"])
    while search_actions.index_changes():
        pass
    assert naming(client) <= set(RECORD)


def test_no_filter_tells_that_it_is_there(client: Client) -> None:
    build(is_listed=False)
    for address in ("nodes", "results", "disputes", "projects", "people"):
        assert client.get(f"/api/v1/{address}/?organisation=zanzib").json()["results"] == []
    assert not Node.objects.matching("zanzib").exists()


def test_its_own_people_read_its_slug_in_the_api(client: Client) -> None:
    ours = build(is_listed=False)
    person = Affiliation.objects.get(organisation=ours).person
    client.force_login(person)
    assert client.get("/api/v1/nodes/node-a/").json()["organisation"] == "zanzib"
    assert client.get("/api/v1/nodes/?organisation=zanzib").json()["results"]
