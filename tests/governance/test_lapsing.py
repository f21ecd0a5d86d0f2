"""Proposals that nobody carries on lapse by themselves: by the worker, or for the next reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pgtrigger
import pytest
from django.test import Client

from governance import actions
from governance.errors import WrongState
from governance.models import Body, GovernanceEvent, Proposal, Revision
from governance.rules import MAY_LAPSE, ProposalState, lapses_at
from governance.tasks import lapse_overdue
from tests.factories.governance import Chamber

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def age(proposal: Proposal, days: int) -> Proposal:
    """Let a proposal have stood still for some days."""
    at = datetime.now(UTC) - days * DAY
    Proposal.objects.filter(pk=proposal.pk).update(state_since=at)
    with pgtrigger.ignore("governance.Revision:revision_append_only"):
        Revision.objects.filter(proposal=proposal).update(created_at=at)
    return proposal


def test_only_what_waits_for_somebody_lapses_and_zero_days_is_never() -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    for state in ProposalState:
        wanted = since + 90 * DAY if state in MAY_LAPSE else None
        assert lapses_at(state, since, 90) == wanted
        assert lapses_at(state, since, 0) is None


@pytest.mark.parametrize("bring", ["propose", "discussed", "seconded"])
def test_the_worker_lapses_what_stood_still(chamber: Chamber, bring: str) -> None:
    old, young = getattr(chamber, bring)(), getattr(chamber, bring)(seat=3)
    age(old, 91)
    age(young, 89)
    lapse_overdue()
    assert Proposal.objects.get(pk=old.pk).state == "lapsed"
    assert Proposal.objects.get(pk=young.pk).state == young.state
    event = GovernanceEvent.objects.get(kind="lapsed")
    assert (event.proposal_id, event.actor_id) == (old.pk, None)
    lapse_overdue()
    assert GovernanceEvent.objects.filter(kind="lapsed").count() == 1


def test_a_body_may_give_other_days_or_none(chamber: Chamber) -> None:
    proposal = age(chamber.discussed(), 400)
    Body.objects.filter(pk=chamber.body.pk).update(lapse_days=0)
    assert actions.lapse_all_overdue() == 0
    Body.objects.filter(pk=chamber.body.pk).update(lapse_days=401)
    assert actions.lapse_all_overdue() == 0
    Body.objects.filter(pk=chamber.body.pk).update(lapse_days=400)
    assert actions.lapse_all_overdue() == 1
    assert Proposal.objects.get(pk=proposal.pk).state == "lapsed"


def test_a_revision_carries_a_proposal_on(chamber: Chamber) -> None:
    proposal = age(chamber.discussed(), 100)
    actions.revise(
        viewer=chamber.viewer(2), proposal=proposal,
        draft=actions.Draft(title_en="Publish figures", text_en="Every month."),
    )  # fmt: skip
    assert actions.lapse_all_overdue() == 0


def test_a_called_proposal_stays(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    chamber.call(proposal)
    age(proposal, 400)
    assert actions.lapse_all_overdue() == 0


def test_the_next_reader_closes_it_where_no_worker_is_alive(
    chamber: Chamber, client: Client
) -> None:
    page, api = age(chamber.discussed(), 91), age(chamber.discussed(seat=3), 91)
    assert "Lapsed" in client.get(page.get_absolute_url()).content.decode()
    assert client.get(f"/api/v1/proposals/{api.pk}/").json()["state"] == "lapsed"
    with pytest.raises(WrongState):
        actions.second(viewer=chamber.viewer(4), proposal=page, seat=chamber.seat(4))


def test_the_page_says_until_when(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    text = client.get(proposal.get_absolute_url()).content.decode()
    assert "It lapses unless it is seconded or revised before" in text
