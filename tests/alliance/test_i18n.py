"""Figures, fields and twins in two languages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation

from alliance import i18n, markdown


class Row(SimpleNamespace):
    name = i18n.Localised("name")


def test_a_bilingual_field_follows_the_language_and_falls_back() -> None:
    both, one = Row(name_en="Board", name_fr="Conseil"), Row(name_en="Board", name_fr="")
    with translation.override("fr"):
        assert (both.name, one.name) == ("Conseil", "Board")
    with translation.override("en"):
        assert both.name == "Board"


@pytest.mark.parametrize(("language", "expected"), [("en", "0.950"), ("fr", "0,950")])
def test_decimals_use_the_mark_of_the_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert i18n.decimals(0.95, 3) == expected


def test_large_numbers_are_grouped_with_a_narrow_space() -> None:
    with translation.override("fr"):
        assert i18n.whole(12300) == "12\u202f300"


@pytest.mark.parametrize(
    ("path", "twin"),
    [
        ("/en/members/ibm/", "/fr/members/ibm/"),
        ("/fr/", "/fr/"),
        ("/api/v1/", "/api/v1/"),
        ("/en/", "/fr/"),
    ],
)
def test_the_twin_of_a_page(path: str, twin: str) -> None:
    assert i18n.twin_path(path, "fr") == twin


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://e.example" onclick="x()">y</a>',
    ],
)
def test_markdown_lets_no_code_through(attack: str) -> None:
    html = markdown.render(attack)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert '<a href="https://e.example" onclick' not in html
