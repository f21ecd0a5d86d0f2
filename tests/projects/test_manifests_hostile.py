"""Whatever bytes come: a reading with remarks, never an exception, never a flood."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.manifests import read_manifest
from projects.manifests.findings import Level
from projects.manifests.formats import FORMATS, NAMES
from projects.manifests.publiccode.vocabulary import DESCRIPTION, TOP
from projects.manifests.sources.text import MAX_BYTES
from tests.projects.test_manifests_quirks import TODAY

forms = st.sampled_from(FORMATS)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
keys = st.sampled_from(
    sorted(TOP | DESCRIPTION | {"author", "license", "@context", "en"})
) | st.text(max_size=10)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


@settings(deadline=None, max_examples=60)
@given(raw=st.binary(max_size=400), form=forms)
def test_any_bytes(raw: bytes, form: str) -> None:
    """Arbitrary bytes are read or refused."""
    read_manifest(raw, name=NAMES[form], today=TODAY)


@settings(deadline=None, max_examples=60)
@given(text=st.text(alphabet="abc:-[]{}&*!|>'\"\t\n #,?%@`1.~<", max_size=120), form=forms)
def test_any_marks(text: str, form: str) -> None:
    """Texts made of the formats' own signs are read or refused."""
    read_manifest(text.encode(), name=NAMES[form], today=TODAY)


@settings(deadline=None, max_examples=60)
@given(tree=st.dictionaries(keys, trees, max_size=8), form=forms)
def test_any_tree(tree: dict[str, object], form: str) -> None:
    """Right keys with wrong values bring remarks, each with a place."""
    raw = json.dumps(tree).encode()
    for finding in read_manifest(raw, name=NAMES[form], today=TODAY).findings:
        assert finding.place.line >= 1


def test_too_large() -> None:
    """A file over the limit is not parsed at all."""
    reading = read_manifest(b"a: " + b"x" * MAX_BYTES, name="publiccode.yml", today=TODAY)
    assert [(one.rule, one.level) for one in reading.findings] == [("too-large", Level.ERROR)]


def test_markup_without_end() -> None:
    """Texts full of opened tags and comments take no time to clean."""
    for piece in ("<!--", "<script>", "<a ", "<"):
        raw = json.dumps({"@context": "x", "name": piece * 40_000}).encode()
        assert read_manifest(raw, name="codemeta.json", today=TODAY).entry is None
