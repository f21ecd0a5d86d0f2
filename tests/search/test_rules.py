"""Understanding a query, and slips of the keyboard: no database."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.excerpts import excerpt, marked
from search.rules import (
    LONGEST,
    MOST_TERMS,
    corrected,
    distance,
    folded,
    nearest,
    parse,
    vocabulary,
    written,
)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("open  Models", "open models"),
        ('"open models" -Safety', '"open models" -safety'),
        ("« données ouvertes »", '"données ouvertes"'),
        ("l’évaluation", '"l évaluation"'),
        ("TOC-2026-014", '"toc 2026 014"'),
        ("a −b", "a -b"),
        ('"never closed', '"never closed"'),
        ("-", ""),
        ("snake_case", '"snake case"'),
    ],
)
def test_a_query_reads_as_it_was_meant(text: str, back: str) -> None:
    assert written(parse(text)) == back


def test_only_the_last_bare_word_may_go_on() -> None:
    assert [term.is_open for term in parse("open models").terms] == [False, True]
    assert not any(term.is_open for term in parse('models "open').terms)
    assert not parse("of").terms[0].is_open


@given(st.text(max_size=600))
@example("«000")
def test_no_text_is_too_strange(text: str) -> None:
    wanted = parse(text)
    assert len(wanted.terms) <= MOST_TERMS
    assert sum(len(term.text) for term in wanted.terms) <= 2 * LONGEST
    assert parse(written(wanted)).terms[:1] == wanted.terms[:1] or len(wanted.terms) != 1


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


def test_neighbours_swapped_count_once() -> None:
    assert distance("doclnig", "docling") == 1
    assert nearest("doclnig", ["doctrine", "docling"]) == "docling"
    assert nearest("docling", ["helicopter"]) is None


def test_a_correction_keeps_phrases_and_exclusions() -> None:
    wanted = parse('"opne models" -opne')
    assert written(corrected(wanted, {"opne": "open"})) == '"open models" -opne'


def test_folding_and_known_words() -> None:
    assert folded("Œuvre ÉVALUÉE straße") == "oeuvre evaluee strasse"
    assert vocabulary(["Évaluer les 2026 modèles"]) == {"evaluer": "évaluer", "modeles": "modèles"}


def test_excerpts_stand_around_the_words() -> None:
    text = "word " * 200 + "the évaluation of models " + "word " * 200
    part = excerpt(text, "'evalu' & 'model'")
    assert len(part) < 400
    assert "évaluation" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert "<mark>évaluation</mark>" in marked(part, "'evalu'")


@given(st.text(max_size=300), st.sampled_from(["'evalu'", "'b' & 'lt'", "'a':*", ""]))
def test_no_text_gets_through_unescaped(text: str, words: str) -> None:
    html = marked(text, words).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in html
    assert '"' not in html
