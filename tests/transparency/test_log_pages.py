"""The log for readers and programs."""

from __future__ import annotations

import base64
import json
from io import StringIO

import pytest
from alliance_node.proofs import tiles
from alliance_node.proofs.merkle import leaf_hash, root_at, verify_inclusion
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from transparency import sequencer
from transparency.actions import append
from transparency.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[Entry]:
    with transaction.atomic():
        made = [append(kind="decision" if n % 2 else "result", body={"n": n}) for n in range(260)]
    sequencer.sequence()
    return made


def test_the_root_can_be_built_from_tiles_alone(client: Client, entries: list[Entry]) -> None:
    newest = Checkpoint.objects.latest_or_none()
    reader = tiles.TileReader(newest.size, lambda path: client.get(f"/log/{path}").content)
    assert root_at(newest.size, reader) == bytes(newest.root)


def test_entry_bundles_hold_the_bytes(client: Client, entries: list[Entry]) -> None:
    bundle = tiles.parse_entry_bundle(client.get("/log/tile/entries/001.p/4").content)
    assert len(bundle) == 4
    assert json.loads(bundle[-1]) == {"kind": "decision", "body": {"n": 259}}


def test_tiles_are_open_to_everyone_and_never_change(client: Client, entries: list[Entry]) -> None:
    answer = client.get("/log/tile/0/000")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "max-age=31536000" in answer["Cache-Control"]
    assert len(answer.content) == 8192


@pytest.mark.parametrize(
    "path", ["0/002", "0/001.p/200", "7/000", "0/1", "0/000.p/256", "../x", "entries/009"]
)
def test_what_is_not_there_is_not_found(client: Client, entries: list[Entry], path: str) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_the_checkpoint_is_plain_text(client: Client, entries: list[Entry]) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.content.decode() == Checkpoint.objects.latest_or_none().note
    assert answer["Content-Type"].startswith("text/plain")


def test_an_empty_log_has_no_checkpoint(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert "The log is empty" in client.get("/en/log/").content.decode()


def test_the_api_gives_a_proof_that_holds(client: Client, entries: list[Entry]) -> None:
    body = client.get(f"/api/v1/log/entries/{entries[7].pk}/").json()
    proof = client.get(f"/api/v1/log/entries/{entries[7].pk}/proof/").json()
    hashed = leaf_hash(base64.b64decode(body["body"]))
    path = [base64.b64decode(item) for item in proof["path"]]
    assert verify_inclusion(
        hashed, proof["index"], proof["size"], path, base64.b64decode(proof["root"])
    )


def test_an_entry_without_a_place_says_so(client: Client) -> None:
    with transaction.atomic():
        entry = append(kind="result", body=b"\xff\x00")
    answer = client.get(f"/api/v1/log/entries/{entry.pk}/proof/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-placed-yet"
    page = client.get(f"/fr/log/{entry.pk}/").content.decode()
    assert "attend sa place dans le journal" in page


def test_pages_filter_and_page_through(
    client: Client, entries: list[Entry], django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(9):
        page = client.get("/en/log/?kind=decision&page=2").content.decode()
    assert "2 / 3" in page
    assert f"/en/log/{entries[1].pk}/" not in page


def test_the_entry_page_shows_bytes_and_path(client: Client, entries: list[Entry]) -> None:
    page = client.get(f"/en/log/{entries[3].pk}/").content.decode()
    assert "&quot;n&quot;: 3" in page
    assert 'role="img"' in page


def test_fsck_counts_and_finds_nothing(entries: list[Entry]) -> None:
    out = StringIO()
    call_command("fsck_log", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"size": 260, "faults": []}
