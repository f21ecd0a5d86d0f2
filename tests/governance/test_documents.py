"""Adopted texts: a decision's text becomes the next version of a standard or charter, and founds a group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client

from governance import actions, effects
from governance.models import Body, Decision, Document, DocumentVersion, GroupBrief
from governance.rules import PRESETS, Position
from governance.rules.participation import Share, participation
from tests.factories.governance import Chamber, make_chamber
from tests.governance.rolls import roll_of

pytestmark = pytest.mark.django_db
STANDARD = {"document": "reports", "kind": "guideline"}
GROUP = {"slug": "wg-tides", "code": "WG-TIDES", "name_en": "Tides", "name_fr": "Marées"}


def decide(chamber: Chamber, kind: str, params: dict[str, Any], **text: str) -> Decision:
    vote = chamber.call(chamber.seconded(effect_kind=kind, effect_params=params, **text))
    chamber.cast_all(vote, "f" * len(chamber.people))
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    return decision


def test_a_standard_grows_by_decisions(chamber: Chamber, client: Client) -> None:
    first = decide(
        chamber, "governance.adopt_standard", STANDARD, title_en="Reports", text_en="State n."
    )
    page = client.get("/en/governance/documents/reports/").content.decode()
    assert "State n." in page
    assert first.number in page
    second = decide(
        chamber, "governance.adopt_standard", STANDARD, title_en="Reports", text_en="State n and the seed.",
        supersedes=first.number,
    )  # fmt: skip
    page = client.get("/fr/governance/documents/reports/").content.decode()
    assert "<ins> and the seed</ins>" in page
    assert second.effects.get().state == "done"
    old = client.get("/en/governance/documents/reports/?version=1").content.decode()
    assert "A later version is in force." in old
    assert client.get("/en/governance/documents/reports/?version=99").status_code == 200
    assert "Reports" in client.get("/en/governance/documents/").content.decode()
    assert client.get("/en/governance/documents/nothing/").status_code == 404
    assert "/documents/reports/" in client.get(second.get_absolute_url()).content.decode()
    for write in (
        lambda: DocumentVersion.objects.all().delete(),
        lambda: DocumentVersion.objects.update(text_en="x"),
    ):
        with pytest.raises(Error), transaction.atomic():
            write()


def test_a_charter_is_the_bodys_own_or_of_one_below(chamber: Chamber, client: Client) -> None:
    decide(chamber, "governance.adopt_charter", {"body": chamber.body.slug}, text_en="We decide.")
    assert "Charter, version 1" in client.get(chamber.body.get_absolute_url()).content.decode()
    other = make_chamber(3)
    refused = decide(chamber, "governance.adopt_charter", {"body": other.body.slug})
    effect = refused.effects.get()
    assert (effect.state, effect.code) == ("refused", "body-not-below")
    Body.objects.filter(pk=other.body.pk).update(parent=chamber.body)
    done = decide(chamber, "governance.adopt_charter", {"body": other.body.slug})
    assert done.effects.get().state == "done"
    assert Document.objects.filter(kind="charter").count() == 2


def test_a_group_is_chartered(chamber: Chamber, client: Client) -> None:
    decision = decide(
        chamber, "governance.charter_group", GROUP, text_en="**Purpose.** To measure tides."
    )
    group = Body.objects.get(slug="wg-tides")
    assert (group.kind, group.parent, group.code) == ("working-group", chamber.body, "WG-TIDES")
    page = client.get(group.get_absolute_url()).content.decode()
    assert "To measure tides." in page
    assert "Join this group" in page
    assert decision.effects.get().state == "done"
    again = chamber.seconded  # the same group cannot even be proposed twice
    with pytest.raises(effects.EffectRefused) as refusal:
        again(effect_kind="governance.charter_group", effect_params=GROUP)
    assert refusal.value.code == "body-exists"


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("governance.adopt_standard", {"document": "Not a slug", "kind": "guideline"}, "slug-form"),
        ("governance.adopt_standard", {"document": "reports", "kind": "law"}, "document-kind"),
        ("governance.adopt_standard", {"document": "reports"}, "effect-params"),
        ("governance.adopt_charter", {"body": "nobody"}, "body-unknown"),
        ("governance.charter_group", GROUP | {"code": "small"}, "code-form"),
        ("governance.charter_group", GROUP | {"name_fr": " "}, "name-length"),
        ("governance.charter_group", GROUP | {"slug": "a b"}, "slug-form"),
    ],
)
def test_what_cannot_be_done_is_refused_when_it_is_proposed(
    chamber: Chamber, kind: str, params: dict[str, str], code: str
) -> None:
    with pytest.raises(effects.EffectRefused) as refusal:
        chamber.propose(effect_kind=kind, effect_params=params)
    assert refusal.value.code == code


def test_the_kind_of_a_document_stays(chamber: Chamber) -> None:
    decide(chamber, "governance.adopt_standard", STANDARD)
    with pytest.raises(effects.EffectRefused) as refusal:
        effects.get("governance.adopt_standard").check(STANDARD | {"kind": "standard"})
    assert refusal.value.code == "document-kind"


def test_participation_counts_the_votes_a_seat_could_be_heard_in(
    chamber: Chamber, client: Client
) -> None:
    assert participation([]) == {}
    votes = [(roll_of(2, vacant=1), frozenset({1})), (roll_of(3), frozenset({1, 3}))]
    assert participation(votes) == {1: Share(2, 2), 2: Share(0, 2), 3: Share(1, 1)}
    vote = chamber.call(rule=replace(PRESETS["simple-majority"], early=True))
    chamber.cast_all(vote, "fff")
    actions.close_vote(vote_id=vote.pk)
    actions.record_late(
        viewer=chamber.viewer(4), vote_id=vote.pk, seat_number=4, position=Position.FOR.value
    )
    page = client.get(chamber.body.get_absolute_url()).content.decode()
    assert page.count(">1 of 1<") == 4
    assert page.count(">0 of 1<") == 1


def test_full_text_search_knows_endings(chamber: Chamber, client: Client) -> None:
    decision = decide(
        chamber, "", {}, title_en="Measuring the tides", title_fr="Mesurer les marées",
        text_en="We measured.", text_fr="Des navires naviguaient.",
    )  # fmt: skip
    for words in ("measures", "tide", "naviguer", "navire", "marees", '"the tides"', "tide -ship"):
        found = client.get("/api/v1/decisions/", {"q": words}).json()["results"]
        assert [row["number"] for row in found] == [decision.number], words
    assert client.get("/api/v1/decisions/", {"q": "tide -measure"}).json()["results"] == []


def test_a_groups_brief_comes_with_its_charter(chamber: Chamber, client: Client) -> None:
    brief = {
        "in_scope_en": "gauges; altimetry", "in_scope_fr": "marégraphes; altimétrie",
        "first_questions_en": "Which are open?", "deliverables_en": "a catalogue by June",
    }  # fmt: skip
    decide(chamber, "governance.charter_group", GROUP | brief, title_en="Tides", text_en="Measure.")
    group = Body.objects.get(slug="wg-tides")
    page = client.get(group.get_absolute_url()).content.decode()
    for words in ("<li>altimetry</li>", "Which are open?", "a catalogue by June"):
        assert words in page
    assert (
        "<li>altimétrie</li>" in client.get("/fr" + group.get_absolute_url()[3:]).content.decode()
    )
    later = {"body": "wg-tides", "out_of_scope_en": "weather"}
    decision = decide(
        chamber, "governance.adopt_charter", later, title_en="Tides", text_en="Measure well."
    )
    said = client.get("/api/v1/bodies/wg-tides/").json()["brief"]
    assert (said["out_of_scope_en"], said["in_scope_en"]) == ("weather", "gauges\naltimetry")
    assert said["decision"] == decision.number
    first = client.get("/en/governance/documents/charter-wg-tides/?version=1").content.decode()
    assert "altimetry" in first
    assert "weather" not in first
    with pytest.raises(Error), transaction.atomic():
        GroupBrief.objects.update(in_scope_en="x")


def test_a_brief_that_cannot_be(chamber: Chamber) -> None:
    effect = effects.get("governance.adopt_charter")
    for params, code in (
        ({"body": chamber.body.slug, "in_scope_en": "x"}, "brief-needless"),
        ({"body": chamber.body.slug, "in_scope_en": "x" * 201}, "brief-form"),
        ({"body": chamber.body.slug, "in_scope_en": "x;" * 13}, "brief-form"),
    ):
        with pytest.raises(effects.EffectRefused) as error:
            effect.check(params)
        assert error.value.code == code
