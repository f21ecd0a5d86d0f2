"""Pages of results, systems and nodes; the recipe is run for real."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from leaderboard.models import Node, PullAttempt, Quarantined, Result
from leaderboard.result_page import ResultPage, peers_of
from tests.leaderboard.boards import BEGAN, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all()
    made.refresh()
    return made


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return answer.content.decode()


def result_of(system: str, node: str) -> Result:
    return Result.objects.get(system_revision__system__slug=system, node__slug=node)


def test_a_result_shows_figure_ladder_replications_and_provenance(
    client: Client, world: World
) -> None:
    page = page_of(client, result_of("py3langid", "node-b").get_absolute_url())
    assert "97 of 100" in page
    assert "accuracy 0.97, rank range 1–2" in page
    assert "From 0.915 to 0.990." in page
    assert "Replicated ×3" in page
    assert "97 of 100 counted again from the samples" in page
    assert "this result" in page
    assert page.count("the same items right") == 2
    assert "Inclusion in the public log" in page
    assert "openssl pkeyutl -verify" in page
    assert "Short phrases" in page
    assert "style=" not in page


def test_disagreement_is_said_in_figures(client: Client, world: World) -> None:
    odd = world.result("py3langid", "d", wrong=set(range(30)))
    world.refresh()
    page = page_of(client, odd.get_absolute_url())
    assert "0.27 apart, outside tolerance" in page
    assert "more than chance explains" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("retracted", "Retracted: a bug in our harness"),
        ("superseded", "Superseded: the node signed a later result"),
        ("equivocated", "signed two different results for one run"),
    ],
)
def test_a_result_without_weight_says_so_first(
    client: Client, world: World, state: str, words: str
) -> None:
    found = result_of("pycld2", "node-a")
    Result.objects.filter(pk=found.pk).update(
        state=state,
        reason=state,
        reason_text="a bug in our harness" if state == "retracted" else "",
    )
    assert words in page_of(client, found.get_absolute_url())


def test_the_recipe_of_the_page_verifies_with_openssl(
    client: Client, world: World, tmp_path: Path
) -> None:
    """Download what the page names, then run its commands as they stand (jq is replaced by the same reads)."""
    if not shutil.which("openssl"):
        pytest.fail("OpenSSL 3 is needed to test the recipe")
    found = result_of("langid", "node-a")
    page = ResultPage(found, peers_of(found), None)
    envelope = client.get(page.envelope_url)
    (tmp_path / "envelope.json").write_bytes(
        b"".join(envelope.streaming_content) if envelope.streaming else envelope.content  # type: ignore[arg-type]
    )
    (tmp_path / "node.pem").write_bytes(client.get(page.key_url).content)
    _with_jq(tmp_path)
    fetch, encode, signature, verify = (step.commands for step in page.recipe)
    script = "\n".join(["set -e", fetch.splitlines()[-1], encode, signature, verify])
    done = _run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout

    raw = (tmp_path / "payload").read_bytes()
    (tmp_path / "payload").write_bytes(raw.replace(b"0.95", b"0.99"))
    forged = "\n".join(["set -e", encode.splitlines()[-1], verify])
    assert _run(forged, tmp_path).returncode != 0


def _run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder}:/usr/local/bin:/usr/bin:/bin"
    return subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def _with_jq(folder: Path) -> None:
    """Put a jq that knows the recipe's two reads on the path, where the machine has none."""
    if shutil.which("jq"):
        return
    stand_in = folder / "jq"
    stand_in.write_text(
        "#!/usr/bin/env python3\nimport json, sys\n"
        "said = json.load(open(sys.argv[3]))\n"
        "print(said['payload'] if sys.argv[2] == '.payload' else said['signatures'][0]['sig'])\n"
    )
    stand_in.chmod(0o755)


def test_a_key_is_served_only_once_it_is_confirmed(client: Client, world: World) -> None:
    key = world.nodes["a"].keys.get()
    path = f"/en/leaderboard/nodes/node-a/keys/{key.kid}.pem"
    assert client.get(path).content.startswith(b"-----BEGIN PUBLIC KEY-----")
    world.nodes["a"].keys.update(confirmed_at=None)
    assert client.get(path).status_code == 404


def test_a_system_shows_its_cells_and_leads_to_its_results(client: Client, world: World) -> None:
    page = page_of(client, "/en/leaderboard/systems/py3langid/")
    assert "0.915–0.990" in page
    assert "No uncertainty was published" in page
    assert page.count("/en/leaderboard/results/") == 3
    assert "<figure>" not in page


def test_a_systems_history_is_drawn_once_it_changed(client: Client, world: World) -> None:
    world.result("py3langid", "d", wrong={1, 2, 3, 4, 5})
    world.refresh()
    page = page_of(client, "/en/leaderboard/systems/py3langid/")
    assert "from 0.970 to 0.965 over 2 versions of the board" in page


def test_a_node_shows_pulls_quarantine_with_advice_and_keys(client: Client, world: World) -> None:
    node = world.nodes["a"]
    now = timezone.now()
    for token, (outcome, items, repeats) in enumerate(
        [("ok", 3, 1), ("unchanged", 0, 41), ("timeout", 0, 1)], start=1
    ):
        PullAttempt.objects.create(
            node=node, lease_token=token, started_at=now, finished_at=now, outcome=outcome,
            items_new=items, repeats=repeats, took_ms=1234,
        )  # fmt: skip
    Quarantined.objects.create(
        node=node, seq=9, digest="a" * 64, reason_code="wrong-value",
        field="predicate.metrics[0].value", detail="0.96 stated, 0.95 from counts",
    )  # fmt: skip
    page = page_of(client, "/en/leaderboard/nodes/node-a/")
    assert "3 items verified and entered" in page
    assert "checkpoint unchanged, 41 times in a row" in page
    assert "The node took too long to answer." in page
    assert "0.96 stated, 0.95 from counts" in page
    assert "Send a corrected run that supersedes this one" in page
    assert node.keys.get().kid in page


@pytest.mark.parametrize(
    ("health", "words"),
    [
        ("stale", "three intervals have passed"),
        ("down", "keeps trying, less often"),
        ("inconsistent", "contradicts what it signed before"),
    ],
)
def test_troubled_nodes_are_said_in_public(
    client: Client, world: World, health: str, words: str
) -> None:
    Node.objects.filter(slug="node-b").update(health=health, last_success_at=BEGAN)
    for path in ("/en/leaderboard/nodes/", "/en/leaderboard/nodes/node-b/"):
        assert words in page_of(client, path)


def test_a_node_that_waits_for_its_keys_is_not_shown(client: Client, world: World) -> None:
    Node.objects.filter(slug="node-b").update(state="pending")
    assert client.get("/en/leaderboard/nodes/node-b/").status_code == 404
    assert (
        'href="/en/leaderboard/nodes/node-b/"'
        not in client.get("/en/leaderboard/nodes/")
        .content.decode()
        .split('<section class="sec" aria-labelledby="cover')[0]
    )


def test_an_organisation_shows_the_nodes_it_runs(client: Client, world: World) -> None:
    slug = world.nodes["a"].organisation.slug
    page = page_of(client, f"/en/members/{slug}/")
    assert 'href="/en/leaderboard/nodes/node-a/"' in page
