"""The demonstration: made with the real actions, and made again without a change."""

from __future__ import annotations

import pytest
from django.test import Client

import governance.demo
import leaderboard.seed
import members.demo
import members.seed
from governance.models import Decision, Meeting, Minutes, Proposal


@pytest.mark.django_db
def test_it_is_made_once(settings: object, client: Client) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    for step in (members.seed.seed, leaderboard.seed.seed, members.demo.demo):
        step()
    governance.demo.demo()

    def counted() -> list[int]:
        return [model.objects.count() for model in (Decision, Meeting, Minutes, Proposal)]

    first = counted()
    governance.demo.demo()
    assert counted() == first
    held, ahead = Meeting.objects.order_by("starts_at")
    assert (held.state, ahead.state) == ("closed", "scheduled")
    assert held.minutes.get().is_approved
    assert Decision.objects.filter(vote__meeting=held, outcome="carried").count() == 1
    for meeting in (held, ahead):
        for language in ("en", "fr"):
            page = client.get(f"/{language}{meeting.get_absolute_url()[3:]}")
            assert page.status_code == 200
