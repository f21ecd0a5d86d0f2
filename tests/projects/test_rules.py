"""Pure rules: partial dates, repository addresses, SPDX expressions, moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import dates, licences, moments, repositories


@pytest.mark.parametrize("text", ["2026", "2026-04", "2026-04-07", "2024-02-29"])
def test_years_months_and_days_are_dates(text: str) -> None:
    assert dates.is_partial_date(text)


@pytest.mark.parametrize(
    "text", ["", "26", "2026-13", "2026-02-30", "2026-4-7", "2026-04-07T00", "soon", "2025-02-29"]
)
def test_other_texts_are_not(text: str) -> None:
    assert not dates.is_partial_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://github.com/The-AI-Alliance/gofannon",
            "https://github.com/The-AI-Alliance/gofannon",
        ),
        (
            "http://www.GitHub.com/The-AI-Alliance/gofannon.git/",
            "https://github.com/The-AI-Alliance/gofannon",
        ),
        ("git@github.com:IBM/terratorch.git", "https://github.com/IBM/terratorch"),
        ("ssh://git@gitlab.com/group/sub/name.git", "https://gitlab.com/group/sub/name"),
        ("git+https://codeberg.org/a/b", "https://codeberg.org/a/b"),
        ("https://github.com/a/b/tree/main/docs?tab=readme#top", "https://github.com/a/b"),
        ("https://gitlab.com/a/b/-/tree/main", "https://gitlab.com/a/b"),
        ("https://git.example.org:8443/name", "https://git.example.org:8443/name"),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
    ],
)
def test_every_spelling_of_a_repository_becomes_one(text: str, expected: str) -> None:
    assert repositories.normalised(text) == expected
    assert repositories.normalised(expected) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-an-address"), ("gofannon", "not-an-address"), ("javascript:alert(1)//a.b/c/d", "not-an-address"),
        ("file:///etc/passwd", "not-an-address"), ("https://github.com/only-owner", "no-repository"),
        ("https://github.com/", "no-repository"), ("https://[::1", "not-an-address"),
        ("https://localhost/a/b", "not-an-address"),
        ("https://github.com/a/../b", "not-an-address"), ("https://github.com/a/b c", "not-an-address"),
        ("https://github.com:99999999/a/b", "not-an-address"),
    ],
)  # fmt: skip
def test_what_is_no_repository_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(repositories.BadAddress) as refusal:
        repositories.normalised(text)
    assert refusal.value.code == code


def test_capitals_do_not_matter_on_forges_that_ignore_them() -> None:
    assert repositories.key_of("https://github.com/IBM/X") == repositories.key_of(
        "https://github.com/ibm/x"
    )
    assert repositories.key_of("https://git.example.org/A") != repositories.key_of(
        "https://git.example.org/a"
    )


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader_of_addresses(text: str) -> None:
    try:
        url = repositories.normalised(text)
    except repositories.BadAddress:
        return
    assert repositories.normalised(url) == url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        (
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
        ),
        (
            "CDLA-Permissive-2.0 AND (MIT OR BSD-3-Clause)",
            "CDLA-Permissive-2.0 AND (MIT OR BSD-3-Clause)",
        ),
    ],
)
def test_expressions_are_written_as_spdx_writes_them(text: str, expected: str) -> None:
    assert licences.canonical(text) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "MIT OR", "(MIT", "Apache 2", "MIT AND AND X", "x" * 400, "(" * 200]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(licences.BadLicence):
        licences.canonical(text)


def test_an_unknown_identifier_is_named() -> None:
    with pytest.raises(licences.BadLicence) as refusal:
        licences.canonical("MIT OR Apache-3.0")
    assert refusal.value.unknown == ("Apache-3.0",)


def test_days_without_hours_fill_their_days_at_the_venue() -> None:
    begin, end = moments.span(
        starts_on=date(2025, 3, 30),
        ends_on=None,
        starts_time=None,
        ends_time=None,
        zone="Europe/Paris",
    )
    assert begin == datetime(2025, 3, 29, 23, tzinfo=UTC)
    assert end == datetime(2025, 3, 30, 22, tzinfo=UTC)  # a day of 23 hours


@pytest.mark.parametrize(("day", "hour"), [(date(2026, 1, 15), 14), (date(2026, 7, 15), 13)])
def test_hours_follow_the_clocks_of_the_venue(day: date, hour: int) -> None:
    begin, end = moments.span(
        starts_on=day, ends_on=None, starts_time=time(15), ends_time=time(16), zone="Europe/Paris"
    )
    assert begin == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert (end - begin).total_seconds() == 3600


def test_spans_overlap_only_where_they_share_a_moment() -> None:
    a, b, c = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))
    assert moments.overlap((a, c), (b, c))
    assert not moments.overlap((a, b), (b, c))
