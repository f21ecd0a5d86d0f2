"""Templates: each fills a form that can be sent once its gaps are filled."""

from __future__ import annotations

import pytest
from django.test import Client

from governance.kinds import KINDS
from tests.factories.governance import Chamber

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_a_template_fills_the_form_in_both_languages(
    chamber: Chamber, client: Client, slug: str
) -> None:
    client.force_login(chamber.person(2))
    kind = KINDS[slug]
    page = client.get(f"/fr/governance/bodies/{chamber.body.slug}/propose/?kind={slug}")
    text = page.content.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
    assert kind.title_en in text
    assert kind.title_fr in text
    assert kind.effect_kind in ("", kind.effect)


def test_ten_kinds_and_free_text(chamber: Chamber, client: Client) -> None:
    assert len(KINDS) == 10
    client.force_login(chamber.person(2))
    page = client.get(f"/en/governance/bodies/{chamber.body.slug}/propose/?kind=unheard-of")
    assert page.status_code == 200
    assert KINDS["adopt-benchmark"].effect_kind == "leaderboard.adopt_benchmark"
