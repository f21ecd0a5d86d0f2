"""A template that nobody has filled in is not opened, put or adopted."""

from __future__ import annotations

import pytest
from django.test import Client

from governance import actions
from governance.actions import Draft
from governance.errors import DraftUnfinished
from governance.kinds import KINDS, PLACEHOLDERS
from governance.rules.placeholders import left_in
from tests.factories.governance import Chamber

MEMBER = KINDS["admit-member"]


def test_every_template_is_found_out() -> None:
    for kind in KINDS.values():
        assert left_in(kind.text_en, PLACEHOLDERS), kind.slug
        assert left_in(kind.text_fr, PLACEHOLDERS), kind.slug


def test_lines_are_named_and_ordinary_brackets_are_not() -> None:
    text = "See <https://example.org>, <b>bold</b>, p < 0.05 > 0.\n\nIt does: <one sentence>."
    assert left_in(text, PLACEHOLDERS) == [(3, "<one sentence>")]


@pytest.mark.django_db
def test_it_stays_a_draft_until_it_is_filled(chamber: Chamber, client: Client) -> None:
    blank = {name: getattr(MEMBER, name) for name in ("title_en", "title_fr", "text_en", "text_fr")}
    proposal = chamber.propose(**blank)
    with pytest.raises(DraftUnfinished) as error:
        actions.open_discussion(viewer=chamber.viewer(2), proposal=proposal)
    assert "Text in English, line 3: <one sentence>" in error.value.message
    assert "Title in English, line 1: <organisation>" in error.value.message
    client.force_login(chamber.person(2))
    path = f"/fr/governance/proposals/{proposal.pk}/manage/"
    page = client.post(f"{path}open/", follow=True).content.decode()
    assert "ligne 3" in page
    filled = Draft(title_en="Admit Tides", text_en="It measures tides.")
    actions.revise(viewer=chamber.viewer(2), proposal=proposal, draft=filled)
    proposal = actions.open_discussion(viewer=chamber.viewer(2), proposal=proposal)
    assert proposal.state == "discussion"
    with pytest.raises(DraftUnfinished):
        actions.revise(viewer=chamber.viewer(2), proposal=proposal, draft=Draft(**blank))
    with pytest.raises(DraftUnfinished):
        actions.put_amendment(
            viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3), draft=Draft(**blank),
            why="Better.",
        )  # fmt: skip
