"""Strict on output: what the portal writes passes its own validator and says the same when read again."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.manifests import Entry, Party, codemeta, read_manifest
from projects.manifests.entry import Dependency
from projects.manifests.findings import Level
from projects.manifests.publiccode.vocabulary import (
    CATEGORIES,
    PLATFORMS,
    SCOPES,
    SOFTWARE_TYPES,
    STATUSES,
)
from projects.manifests.publiccode.writing import complete, write
from tests.projects.test_manifests_quirks import FIXTURES, TODAY, read

# Any printable text without markup; blanks at the ends are not kept.
_char = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="<")
words = st.text(_char, min_size=1, max_size=40).map(str.strip).filter(bool)
paragraphs = st.lists(words, min_size=1, max_size=5).map("\n".join)
addresses = st.text(string.ascii_lowercase, min_size=1, max_size=8).map(
    lambda name: f"https://{name}.example.org/"
)
parties = st.builds(Party, words, addresses)
tags = st.sampled_from(["en", "fr", "pt-BR"])
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def few(one: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(one, max_size=3, unique=True).map(tuple)


entries = st.builds(
    Entry,
    name=words,
    repository=st.just("https://code.example.org/harbour/tide-tables"),
    homepage=addresses | st.just(""),
    summaries=st.dictionaries(tags, words, max_size=2),
    texts=st.dictionaries(tags, paragraphs, max_size=2),
    features=st.dictionaries(tags, few(words), max_size=2),
    licence=st.sampled_from(["", "MIT", "Apache-2.0 OR MIT", "CC-BY-4.0"]),
    copyright_owner=words | st.just(""),
    version=words | st.just(""),
    released=st.none() | days,
    status=st.sampled_from(["", *STATUSES]),
    software_type=st.sampled_from(["", *SOFTWARE_TYPES]),
    platforms=few(st.sampled_from(PLATFORMS)),
    categories=few(st.sampled_from(CATEGORIES)),
    scopes=few(st.sampled_from(SCOPES)),
    organisation=st.none() | parties,
    funders=st.lists(parties, max_size=2).map(tuple),
    maintenance=st.sampled_from(["", "internal", "community", "none", "contract"]),
    maintainers=st.lists(words.map(Party), max_size=2).map(tuple),
    used_by=few(words),
    part_of=words | st.just(""),
    is_localisable=st.none() | st.booleans(),
    languages=few(tags),
    requires=st.lists(
        st.builds(Dependency, words, version=words | st.just(""), is_optional=st.booleans()),
        max_size=2,
    ).map(tuple),
)


@given(entry=entries)
@settings(deadline=None, max_examples=40)
def test_publiccode(entry: Entry) -> None:
    """Any entry, completed and written, is valid without one remark; nothing that was said is lost."""
    draft = complete(entry)
    reading = read_manifest(write(draft).encode(), name="publiccode.yml", today=TODAY)
    assert [(one.rule, one.path, one.level) for one in reading.findings] == []
    again = reading.entry
    assert again is not None
    expected = replace(draft.entry, status_word=draft.entry.status)
    if expected.maintenance == "none":
        expected = replace(expected, maintainers=())
    assert again == replace(expected, texts=again.texts, features=again.features)
    for tag, text in again.texts.items():
        assert text == draft.entry.texts[tag].strip()


@given(entry=entries)
@settings(deadline=None, max_examples=40)
def test_publiccode_is_stable(entry: Entry) -> None:
    """What is written is complete: writing it once more changes nothing and fills nothing in."""
    first = complete(entry)
    again = read_manifest(write(first).encode(), name="publiccode.yml", today=TODAY).entry
    assert again is not None
    second = complete(again)
    assert second.guessed == ()
    assert write(second) == write(replace(first, guessed=()))


@given(entry=entries)
@settings(deadline=None, max_examples=40)
def test_codemeta(entry: Entry) -> None:
    """codemeta.json comes back without an error, with name, address, licence and people."""
    reading = read_manifest(codemeta.write(entry).encode(), name="codemeta.json", today=TODAY)
    assert not [one for one in reading.findings if one.level is Level.ERROR]
    assert {one.rule for one in reading.findings} <= {"advised"}
    again = reading.entry
    assert again is not None
    assert (again.name, again.repository, again.licence, again.released) == (
        entry.name,
        entry.repository,
        entry.licence,
        entry.released,
    )
    assert again.maintainers == tuple(dict.fromkeys(entry.maintainers))
    assert again.status == entry.status or (entry.status, again.status) == ("beta", "development")


def test_every_usable_fixture_goes_out_strictly() -> None:
    """What was read tolerantly is written strictly, in both formats."""
    for path in sorted(FIXTURES.glob("*/*.*")):
        reading = read(f"{path.parent.name}/{path.name}")
        for entry in reading.entries or ([reading.entry] if reading.entry else []):
            raw = write(complete(entry)).encode()
            found = read_manifest(raw, name="publiccode.yml", today=TODAY)
            assert {one.rule for one in found.findings} <= {"contract-over"}, (
                path
            )  # a fact, not a fault
            found = read_manifest(codemeta.write(entry).encode(), name="codemeta.json", today=TODAY)
            assert found.is_valid, path


def test_what_was_filled_in_is_said() -> None:
    """A file with guesses begins with the list of them."""
    text = write(complete(Entry(name="Tides", repository="https://code.example.org/a/b")))
    assert text.startswith("# The catalogue did not know these; please check them:\n#   ")
    assert "#   legal/license\n" in text
    assert json.loads(codemeta.write(Entry(name="Tides")))["name"] == "Tides"
