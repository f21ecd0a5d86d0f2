"""Disputes of results: raised, answered, withdrawn, settled; on the board, the pages, the API and in the log."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from alliance.viewer import ANONYMOUS, Viewer
from governance import effects
from governance.actions import close_vote, open_discussion, second
from governance.models import Proposal
from leaderboard import actions
from leaderboard.errors import NotAllowed, ResultRefused
from leaderboard.models import Dispute, Result
from leaderboard.rules import DISPUTE_MOVES, PENDING, DisputeState, may_become
from members.actions import create_api_key
from members.models import Affiliation
from members.viewers import viewer_of_person
from tests.cast import SINCE, Cast
from tests.factories.governance import make_chamber
from tests.leaderboard.boards import World, make_world
from transparency.models import Entry

pytestmark = pytest.mark.django_db
WHY = "The run left out **twenty** items. <script>x</script>"


@pytest.fixture
def world(cast: Cast) -> World:
    """Two nodes that agree; the first is Organisation A's."""
    made = make_world()
    made.measure_all("ab")
    node = made.nodes["a"]
    node.organisation = cast.org_a
    node.save()
    made.refresh()
    return made


@pytest.fixture
def result(world: World) -> Result:
    return Result.objects.get(node=world.nodes["a"], system_revision__system__name="langid")


@pytest.fixture
def dispute(cast: Cast, result: Result) -> Dispute:
    return _raise(cast, result)


def _raise(cast: Cast, result: Result, **more: Any) -> Dispute:
    wanted = {"viewer": viewer_of_person(cast.rep_b), "organisation": cast.org_b, "reason": WHY}
    return actions.raise_dispute(result=result, **(wanted | more))


def _rung(world: World) -> str:
    world.refresh()
    rows = Client().get("/api/v1/boards/language-id/").json()["rows"]
    return str(next(row["assurance"] for row in rows if row["system"] == "langid"))


def _settle(dispute: Dispute, outcome: str) -> None:
    effect = effects.get("leaderboard.settle_dispute")
    params = {"dispute": dispute.pk, "outcome": outcome, "reason": "Measured again."}
    effect.check(params)
    assert str(dispute.pk) in effect.describe(params)
    assert "#disputes" in (effect.url(params) or "")
    effect.apply(params=params, decision_number="TOC-2026-030", decided_at=timezone.now())
    dispute.refresh_from_db()


def _client(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_every_pending_state_ends_and_no_end_moves() -> None:
    assert {DisputeState.OPEN, DisputeState.ANSWERED} == PENDING
    assert all(not DISPUTE_MOVES[state] for state in DisputeState if state not in PENDING)
    assert may_become("open", "answered")
    assert not may_become("answered", "open")


def test_a_cell_is_disputed_until_the_dispute_ends(
    world: World, cast: Cast, dispute: Dispute
) -> None:
    assert _rung(world) == "disputed"
    actions.answer_dispute(
        viewer=viewer_of_person(cast.engineer_a), dispute=dispute, answer="No item is missing."
    )
    assert _rung(world) == "disputed"
    actions.withdraw_dispute(viewer=viewer_of_person(cast.rep_b), dispute=dispute)
    assert _rung(world) == "replicated"
    dispute.refresh_from_db()
    assert (dispute.state, dispute.answer) == ("withdrawn", "No item is missing.")
    assert [e.to_state for e in dispute.events.all()] == ["open", "answered", "withdrawn"]


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_a_decision_settles_and_retracts_nothing(
    world: World, dispute: Dispute, outcome: str
) -> None:
    _settle(dispute, outcome)
    assert (dispute.state, dispute.decision_number) == (outcome, "TOC-2026-030")
    dispute.result.refresh_from_db()
    assert dispute.result.state == "counted"
    assert _rung(world) == "replicated"
    ended = json.loads(bytes(Entry.objects.get(kind="dispute-ended").body))["body"]
    assert (ended["dispute"], ended["outcome"]) == (dispute.pk, outcome)
    with pytest.raises(effects.EffectRefused) as refused:
        _settle(dispute, "rejected")
    assert refused.value.code == "dispute-ended"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"dispute": 999_999, "outcome": "upheld", "reason": "x"}, "dispute-unknown"),
        ({"dispute": "twelve", "outcome": "upheld", "reason": "x"}, "effect-params"),
        ({"dispute": True, "outcome": "upheld", "reason": "x"}, "effect-params"),
        ({"dispute": 1, "outcome": "upheld", "reason": " "}, "effect-params"),
        ({"dispute": 1, "outcome": "withdrawn", "reason": "x"}, "dispute-outcome-unknown"),
        ({"dispute": 1, "outcome": "maybe", "reason": "x"}, "dispute-outcome-unknown"),
    ],
)
def test_what_cannot_be_settled_is_refused(params: dict[str, Any], code: str) -> None:
    with pytest.raises(effects.EffectRefused) as refused:
        effects.get("leaderboard.settle_dispute").check(params)
    assert refused.value.code == code


def test_the_log_holds_the_digest_of_the_reason_and_not_its_words(dispute: Dispute) -> None:
    raw = bytes(Entry.objects.get(kind="dispute-raised").body)
    said = json.loads(raw)["body"]
    assert said["envelope"] == dispute.result.envelope_id
    assert said["reason"].startswith("sha256:")
    assert b"twenty" not in raw


def test_only_fitting_roles_raise_answer_and_withdraw(
    cast: Cast, result: Result, dispute: Dispute
) -> None:
    for person in (cast.outsider, cast.staff, cast.engineer_a):
        with pytest.raises(NotAllowed):
            _raise(cast, result, viewer=viewer_of_person(person))
    with pytest.raises(NotAllowed):
        _raise(cast, result, viewer=ANONYMOUS)
    with pytest.raises(NotAllowed):
        actions.answer_dispute(viewer=viewer_of_person(cast.rep_b), dispute=dispute, answer="x")
    with pytest.raises(NotAllowed):
        actions.withdraw_dispute(viewer=viewer_of_person(cast.rep_a), dispute=dispute)
    reading = Viewer(organisation_ids=frozenset({cast.org_b.pk}), scopes=frozenset({"read"}))
    with pytest.raises(NotAllowed):
        _raise(cast, result, viewer=reading)


def test_what_cannot_be_disputed_is_refused(cast: Cast, result: Result, dispute: Dispute) -> None:
    def code(**more: Any) -> str:
        with pytest.raises(ResultRefused) as refused:
            _raise(cast, result, **more)
        return refused.value.code

    assert code() == "dispute-pending"
    assert code(reason=" ") == "dispute-text"
    assert code(reason="x" * 5001) == "dispute-text"
    own = {"viewer": viewer_of_person(cast.rep_a), "organisation": cast.org_a}
    assert code(**own) == "result-own"
    actions.retract_result(ulid=result.ulid, reason="leak", decision_number="TOC-2026-031")
    assert code() == "result-void"


def test_evidence_is_an_address_and_another_result_of_the_same_cell(
    world: World, cast: Cast, result: Result
) -> None:
    other = Result.objects.get(node=world.nodes["b"], system_revision=result.system_revision_id)
    stranger = Result.objects.exclude(system_revision=result.system_revision_id).first()
    assert stranger is not None
    for wrong in ("javascript:alert(1)", "example.org/log", "https://"):
        with pytest.raises(ResultRefused) as refused:
            _raise(cast, result, evidence=actions.Evidence(address=wrong))
        assert refused.value.code == "dispute-evidence"
    for ulid in (stranger.ulid, result.ulid, "nonsense"):
        with pytest.raises(ResultRefused) as refused:
            _raise(cast, result, evidence=actions.Evidence(counter=ulid))
        assert refused.value.code == "dispute-counter"
    evidence = actions.Evidence("https://data.example.org/run.json", other.ulid)
    made = _raise(cast, result, evidence=evidence)
    page = Client().get(f"/fr/leaderboard/results/{result.ulid}/").content.decode()
    assert 'href="https://data.example.org/run.json"' in page
    assert f"/fr/leaderboard/results/{other.ulid}/" in page
    said = Client().get(f"/api/v1/disputes/{made.pk}/").json()
    assert (said["evidence"], said["counter"]) == (evidence.address, other.ulid)


@pytest.mark.django_db(transaction=True)
def test_a_committee_settles_through_its_form_and_the_board_follows(
    world: World, cast: Cast, dispute: Dispute
) -> None:
    chamber = make_chamber(3, kind="committee")
    chair = _client(chamber.person(1))
    desk = chair.get(f"/en/leaderboard/results/{dispute.result.ulid}/disputes/").content.decode()
    way = f"/en/governance/bodies/{chamber.body.slug}/propose/?kind=settle-dispute&amp;dispute={dispute.pk}"
    assert way in desk
    form = chair.get(way.replace("&amp;", "&")).content.decode()
    assert f"dispute: {dispute.pk}\n" in form
    made = chair.post(
        way.replace("&amp;", "&"),
        {
            "title_en": "Settle it", "text_en": "It holds.", "effect_kind": "leaderboard.settle_dispute",
            "effect_params": f"dispute: {dispute.pk}\noutcome: upheld\nreason: Twenty items are missing.",
            "audience": "public",
        },
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    proposal = open_discussion(viewer=chamber.viewer(1), proposal=Proposal.objects.get())
    proposal = second(viewer=chamber.viewer(2), proposal=proposal, seat=chamber.seat(2))
    vote = chamber.call(proposal)
    chamber.cast_all(vote, "fff")
    close_vote(vote_id=vote.pk)
    dispute.refresh_from_db()
    assert dispute.state == "upheld"
    assert dispute.decision_number
    page = Client().get(f"/en/leaderboard/results/{dispute.result.ulid}/").content.decode()
    assert f"/en/governance/decisions/{dispute.decision_number}/" in page
    assert _rung(world) == "replicated"


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "softer"},
        {"evidence": "https://other.example/"},
        {"state": "answered"},
        {"state": "upheld"},
        {"state": "withdrawn"},
        {"ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"decision_number": "TOC-2026-001"},
    ],
)
def test_the_database_keeps_a_dispute_whole(dispute: Dispute, change: dict[str, Any]) -> None:
    with pytest.raises(Error), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(**change)


def test_the_database_keeps_what_ended_and_every_row(cast: Cast, dispute: Dispute) -> None:
    actions.withdraw_dispute(viewer=viewer_of_person(cast.rep_b), dispute=dispute)
    for act in (
        lambda: Dispute.objects.filter(pk=dispute.pk).update(state="open", ended_at=None),
        lambda: Dispute.objects.filter(pk=dispute.pk).delete(),
        lambda: dispute.events.all().update(to_state="open"),
    ):
        with pytest.raises(Error), transaction.atomic():
            act()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_public_page_shows_the_dispute_to_everybody(
    cast: Cast, dispute: Dispute, language: str
) -> None:
    actions.answer_dispute(
        viewer=viewer_of_person(cast.engineer_a), dispute=dispute, answer="See the *samples*."
    )
    _settle(dispute, "rejected")
    answer = Client().get(f"/{language}/leaderboard/results/{dispute.result.ulid}/")
    assert "public" in answer["Cache-Control"]
    page = answer.content.decode()
    for words in ("<strong>twenty</strong>", "<em>samples</em>", "TOC-2026-030", str(cast.org_b)):
        assert words in page
    assert "<script>x" not in page
    assert ("Rejected" in page) == (language == "en")


def test_a_page_of_a_disputed_result_says_so_on_the_ladder(result: Result, cast: Cast) -> None:
    path = f"/en/leaderboard/results/{result.ulid}/"
    assert "No dispute is open" in Client().get(path).content.decode()
    _raise(cast, result)
    assert "An organisation disputes it" in Client().get(path).content.decode()
    listed = _client(cast.engineer_a).get("/en/leaderboard/nodes/manage/node-a/")
    assert f"/en/leaderboard/results/{result.ulid}/disputes/" in listed.content.decode()


def test_the_desk_raises_answers_and_withdraws(cast: Cast, result: Result) -> None:
    path = f"/en/leaderboard/results/{result.ulid}/disputes/"
    assert Client().get(path).status_code == 302
    raiser, owner, outsider = map(_client, (cast.rep_b, cast.rep_a, cast.outsider))
    assert "no such role" in outsider.get(path).content.decode()
    assert outsider.post(path, {"organisation": cast.org_b.pk, "reason": WHY}).status_code == 422
    assert raiser.post(path, {"organisation": cast.org_b.pk, "reason": " "}).status_code == 422
    done = raiser.post(path, {"organisation": cast.org_b.pk, "reason": WHY})
    assert (done.status_code, done["Location"]) == (302, path)
    found = Dispute.objects.get()
    again = raiser.post(path, {"organisation": cast.org_b.pk, "reason": WHY})
    assert again.status_code == 422
    assert "already disputes" in again.content.decode()

    step = f"/en/leaderboard/disputes/{found.pk}/"
    assert Client().post(f"{step}answer/").status_code == 302
    assert owner.get(f"{step}answer/").status_code == 405
    for client, verb in ((raiser, "answer"), (owner, "withdraw"), (outsider, "withdraw")):
        client.post(f"{step}{verb}/", {"answer": "x"})
        found.refresh_from_db()
        assert found.state == "open"
    owner.post(f"{step}answer/", {"answer": ""})
    found.refresh_from_db()
    assert found.state == "open"
    owner.post(f"{step}answer/", {"answer": "No."})
    raiser.post(f"{step}withdraw/")
    found.refresh_from_db()
    assert (found.state, found.answer, found.raised_by) == ("withdrawn", "No.", cast.rep_b)


def test_the_api_lists_to_all_and_creates_for_members(cast: Cast, result: Result) -> None:
    body = {"result": result.ulid, "organisation": "org-b", "reason": WHY}

    def post(client: Client, **headers: str) -> Any:
        path = "/api/v1/disputes/"
        return client.post(path, body, content_type="application/json", headers=headers)

    def key(*scopes: str) -> str:
        _key, token = create_api_key(
            viewer=viewer_of_person(cast.rep_b), organisation=cast.org_b, name="CI",
            scopes=list(scopes), expires_at=None, now=timezone.now(),
        )  # fmt: skip
        return f"Bearer {token}"

    assert post(Client()).status_code in (401, 403)
    assert post(_client(cast.outsider)).status_code == 403
    assert post(Client(), authorization=key("read")).status_code == 403
    made = post(Client(), authorization=key("read", "propose"))
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert post(_client(cast.rep_b)).json()["code"] == "dispute-pending"
    (row,) = Client().get(f"/api/v1/disputes/?result={result.ulid}&state=open").json()["results"]
    assert (row["organisation"], row["reason"]) == ("org-b", WHY)
    assert Client().get("/api/v1/disputes/?state=upheld").json()["results"] == []
    assert Client().get(f"/api/v1/disputes/{row['id']}/").json() == row


def test_an_affiliation_that_ended_gives_no_right(cast: Cast, result: Result) -> None:
    Affiliation.objects.filter(person=cast.rep_b).update(until=SINCE)
    with pytest.raises(NotAllowed):
        _raise(cast, result)


def test_operators_look_and_find_the_page(cast: Cast, dispute: Dispute) -> None:
    client = _client(cast.staff)
    page = client.get(f"/staff/leaderboard/dispute/{dispute.pk}/change/")
    assert page.status_code in (200, 302)
    assert client.get("/staff/leaderboard/dispute/add/").status_code in (302, 403)
