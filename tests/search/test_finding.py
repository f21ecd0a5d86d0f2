"""One search over everything public: both languages, accents, phrases, exclusions, slips, facets."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from search import finding
from search.asking import Answer, ask, question_of

pytestmark = [pytest.mark.usefixtures("indexed"), pytest.mark.django_db]


def asked(query: str, language: str = "en") -> Answer:
    return ask(question_of(QueryDict(query)), language)


def urls(answer: Answer) -> list[str]:
    return [hit.url for hit in answer.result.hits]


def every_hit(query: str, size: int) -> list[finding.Hit]:
    pages = ask(question_of(QueryDict(query)), "en", size=size).pages
    numbers = range(1, pages + 1)
    return [
        hit
        for page in numbers
        for hit in ask(question_of(QueryDict(f"{query}&page={page}")), "en", size=size).result.hits
    ]


@pytest.mark.parametrize(
    ("query", "language", "url"),
    [
        ("q=TERRATORCH", "en", "/en/projects/terratorch/"),
        ("q=ecole+polytechnique", "en", "/en/members/epfl/"),
        ("q=%C3%A9cole+polytechnique", "fr", "/fr/members/epfl/"),
        ("q=semi-conducteurs", "fr", "/fr/projects/semikong/"),
        ("q=semiconductor", "fr", "/fr/projects/semikong/"),
        ("q=semi-conducteurs", "en", "/en/projects/semikong/"),
        ("q=confiance+et+surete", "fr", "/fr/projects/?area=trust-and-safety"),
        ("q=hanoi", "en", "/en/events/2025-ai-semiconductor-conference/"),
        ("q=docl", "en", "/en/projects/docling/"),
    ],
)
def test_accents_capitals_endings_and_language_do_not_matter(
    query: str, language: str, url: str
) -> None:
    answer = asked(query, language)
    assert not answer.meant
    assert url in urls(answer)


def test_a_title_comes_before_a_mention_and_the_whole_title_first() -> None:
    assert urls(asked("q=docling"))[0] == "/en/projects/docling/"
    assert urls(asked("q=IBM"))[0] == "/en/members/ibm/"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("doclnig", "docling"),
        ("tapetsry", "tapestry"),
        ("servicenwo", "servicenow"),
        ("xqzwvk", ""),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven_and_said(words: str, meant: str) -> None:
    answer = asked(f"q={words}")
    assert answer.meant == meant
    assert answer.result.total or not meant


def test_phrases_and_exclusions_are_kept() -> None:
    every = asked("q=models").result.total
    assert 0 < asked('q="open models"').result.total < every
    without = asked("q=models+-open")
    assert 0 < without.result.total < every
    assert asked('q="federale de lausanne"').result.total
    assert not asked('q="lausanne federale"', "fr").result.total
    assert asked("q=models+%E2%88%92open").result.total == without.result.total


def test_where_no_entry_holds_all_words_those_with_some_are_shown() -> None:
    answer = asked("q=docling+hanoi")
    assert answer.is_partial
    assert "/en/projects/docling/" in urls(answer)


@pytest.mark.parametrize("query", ["q=-docling", "q=the+le", "q=%F0%9F%99%82", "q=%22%22"])
def test_what_asks_for_no_word_finds_nothing(query: str) -> None:
    answer = asked(query)
    assert answer.result.total == 0


def test_facets_narrow_and_their_counts_hold() -> None:
    everything = asked("q=models")
    for kind, count in everything.result.kinds.items():
        assert asked(f"q=models&kind={kind}").result.total == count
    narrowed = [f for f in everything.result.facets if f.startswith("area:")]
    assert narrowed
    for each in narrowed:
        name, _colon, value = each.partition(":")
        assert asked(f"q=models&{name}={value}").result.total == everything.result.facets[each]


def test_facets_alone_list_the_newest_first() -> None:
    answer = asked("kind=projects")
    days = [hit.updated for hit in answer.result.hits]
    assert answer.result.total > 20
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("ranked", [8, 16, 200])
@pytest.mark.parametrize(
    "query", ["q=open", "q=models+-docling", "q=open&kind=projects", "kind=projects"]
)
def test_pages_follow_each_other_without_gaps(
    query: str, ranked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pages and few ranked ones make of dozens what thousands are: titles fill pages, and many follow."""
    monkeypatch.setattr(finding, "RANKED", ranked)
    hits = every_hit(query, size=4)
    total = asked(query).result.total
    assert len({hit.url for hit in hits}) == len(hits) == min(total, 4 * finding.MOST_PAGES) > 8


@pytest.mark.parametrize("ranked", [8, 200])
def test_words_in_titles_come_before_words_in_texts(
    ranked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RANKED", ranked)
    titles = ["open" in hit.title.lower() for hit in every_hit("q=open", size=4)]
    assert titles.count(True) > 8
    assert titles == sorted(titles, reverse=True)


def test_an_unknown_kind_means_all_and_a_strange_page_the_first() -> None:
    assert len(asked("q=docling&kind=nonsense").result.kinds) > 1
    for page in ("0", "-1", "x", "²", "99999999999999999999"):
        asked(f"q=docling&page={page}")
