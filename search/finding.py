"""Ask the index: words in both languages, narrowed by facets, with counts.

The statements are SQL by hand, shaped by what a word costs that is in most of 20,000 things: titles first, from their
own index; one scan of the matches, which only counts by combinations of facets (`FacetSet`) where titles fill the
page; and ranks only for the most promising. Whatever waits to be indexed again (`search_change`) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from search.excerpts import excerpt
from search.rules import Wanted, folded

PAGE = 20
MOST_PAGES = 25  # who has read five hundred hits needs other words
RANKED = 200  # of the matches, those looked at closely; the others follow by day


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows a search: a kind, and `name:value` facets, all of which must hold."""

    kind: str = ""
    facets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kind or self.facets)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found. `excerpt` is plain text around the words."""

    kind: str
    object_id: int
    title: str
    note: str
    excerpt: str
    url: str
    facets: list[str]
    updated: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """One page of what was found, and how much there is of each kind and facet."""

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    facets: dict[str, int] = field(default_factory=dict)
    marks: str = ""  # the words found, in PostgreSQL's words


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in PostgreSQL's words. All is empty where only frequent words are asked for, which no entry keeps."""

    words: str = ""  # what must hold
    exact: str = ""  # the same without words that may go on
    included: str = ""  # without exclusions, for titles and marks
    plain: str = ""  # as a title would read


def understood(wanted: Wanted, *, any_of_them: bool = False) -> Asked:
    """Turn a query into PostgreSQL's words: every term (or any of them), in French or in English, and no exclusion."""
    if not wanted.included:
        return Asked()
    count = len(wanted.included)
    excluded = "".join(" && !!search_term(%s, false)" for _term in wanted.excluded)
    without = [term.text for term in wanted.excluded]
    link_of_all = " || " if any_of_them else " && "
    links = [link_of_all, " && ", link_of_all]
    parts, params = [], []
    for number, link in enumerate(links):
        query = link.join(["search_term(%s, %s)"] * count)
        parts.append(f"(({query}){excluded if number < 2 else ''})::text")
        params += [v for term in wanted.included for v in (term.text, number != 1 and term.is_open)]
        params += without if number < 2 else []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        words, exact, included = cursor.fetchone()
    if not included:
        return Asked()
    plain = folded(" ".join(term.text for term in wanted.included))
    return Asked(words, exact, included, plain)


_PENDING = "AND NOT EXISTS (SELECT 1 FROM search_change c WHERE c.kind = e.kind AND c.object_id = e.object_id)"
_SETS = "SELECT id FROM search_facetset WHERE (%(kind)s = '' OR kind = %(kind)s) AND facets @> %(facets)s::varchar[]"
# Whole titles (tier 2) come before words in titles (1), and those before words in texts (0).
_TITLED = f"""
SELECT e.id, CASE WHEN e.plain_title = %(plain)s THEN 2 ELSE 1 END AS tier FROM search_entry e
 WHERE {{language}} AND e.title_vector @@ %(included)s::tsquery {{also}} {{pending}} AND e.facet_set_id IN ({_SETS})
 ORDER BY tier DESC, e.updated DESC, e.id LIMIT %(end)s
"""  # noqa: S608 - parts of ours
_HITS = "search_entry e WHERE {language} {fitting} {pending}"
_LATEST = f"""
SELECT e.id, 0 FROM {_HITS} AND e.facet_set_id IN ({_SETS})
 ORDER BY e.updated DESC, e.id LIMIT %(limit)s OFFSET %(skip)s
"""  # noqa: S608 - parts of ours
# Without words this reads an index alone.
_COUNTS = """
SELECT NULL::bigint AS id, s.kind, s.facets, f.n FROM search_facetset s JOIN (
  SELECT facet_set_id, count(*) AS n FROM {hits} GROUP BY facet_set_id) AS f ON f.facet_set_id = s.id
"""
# One scan of the matches serves counting and those that follow the titles: cheaper than two, dearer than counting.
_COUNTS_AND_OTHERS = f"""
WITH hit AS MATERIALIZED (SELECT e.id, e.facet_set_id, e.updated FROM {_HITS}), other AS (
  SELECT id, updated FROM hit WHERE facet_set_id IN ({_SETS}) AND id <> ALL(%(titled)s::bigint[])
   ORDER BY updated DESC, id LIMIT %(limit)s OFFSET %(skip)s)
{_COUNTS.format(hits="hit")} UNION ALL
SELECT id, NULL, NULL, row_number() OVER (ORDER BY updated DESC, id) FROM other
"""  # noqa: S608 - parts of ours
_READ = """
SELECT e.kind, e.object_id, e.title, e.note, e.text, e.url, s.facets, e.updated
  FROM unnest(%(ids)s::bigint[], %(tiers)s::int[]) WITH ORDINALITY AS found (id, tier, place)
  JOIN search_entry e ON e.id = found.id JOIN search_facetset s ON s.id = e.facet_set_id
 ORDER BY {order} LIMIT %(size)s OFFSET %(skip)s
"""
_BEST_FIRST = """
found.tier DESC, ts_rank('{0.05, 0.1, 0.4, 1.0}', e.vector, %(words)s::tsquery, 1)
  + CASE WHEN e.vector @@ %(exact)s::tsquery THEN 0.4 ELSE 0 END
  + CASE WHEN starts_with(e.plain_title, %(plain)s) THEN 0.6 ELSE 0 END DESC, e.updated DESC, e.id
"""


def find(
    asked: Asked, chosen: Chosen, language: str, *, page: int = 1, size: int = PAGE,
    newest: bool = False, is_behind: bool = True,
) -> Result:  # fmt: skip
    """Return one page of what matches, best first, or newest first where nothing is asked for but facets.

    `is_behind` says that changes wait, whose things are then left out.
    """
    search = _Search(asked, chosen, language, is_behind)
    skip = (page - 1) * size
    by_words = bool(asked.words) and not newest
    is_ranked = by_words and skip < RANKED
    begin, end = (0, RANKED) if is_ranked else (skip, skip + size)
    if asked.words:
        titled = search.titled(end) if by_words else []
        sets, others = search.counted(titled, begin, end)
        found = titled[begin:] + others
    else:
        sets, found = search.counts(), search.latest(begin, end)
    hits = search.read(found, size, skip if is_ranked else 0, is_ranked=is_ranked)
    return _counted(sets, chosen, hits, asked)


class _Search:
    """The statements of one search."""

    def __init__(self, asked: Asked, chosen: Chosen, language: str, is_behind: bool) -> None:
        self.asked = asked
        self.params: dict[str, Any] = {
            "words": asked.words, "exact": asked.exact, "included": asked.included, "plain": asked.plain,
            "kind": chosen.kind, "facets": list(chosen.facets),
        }  # fmt: skip
        fitting = "AND e.vector @@ %(words)s::tsquery"
        self.parts = {
            "language": f"e.language = '{'fr' if language == 'fr' else 'en'}'",
            "fitting": fitting if asked.words else "",
            # Titles are part of what `words` looks through, so they need another look only for exclusions.
            "also": fitting if asked.words != asked.included else "",
            "pending": _PENDING if is_behind else "",
        }

    def titled(self, end: int) -> list[tuple[int, int]]:
        """Return the first things, up to `end`, with the words in their titles, as (id, tier)."""
        return self._rows(_TITLED, end=end)

    def latest(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Return what changed last, as (id, tier)."""
        return self._rows(_LATEST, skip=begin, limit=end - begin)

    def counts(self) -> list[tuple[Any, ...]]:
        """Return how much each combination of facets has, as (kind, facets, count)."""
        return [row[1:] for row in self._rows(_COUNTS.replace("{hits}", _HITS))]

    def counted(
        self, titled: list[tuple[int, int]], begin: int, end: int
    ) -> tuple[list[tuple[Any, ...]], list[tuple[int, int]]]:
        """Return the counts, and what follows the titled things between `begin` and `end`."""
        known = len(titled)
        if known == end:
            return self.counts(), []
        rows = self._rows(
            _COUNTS_AND_OTHERS, titled=[key for key, _tier in titled], skip=max(0, begin - known),
            limit=end - max(begin, known),
        )  # fmt: skip
        others = sorted((row for row in rows if row[0]), key=lambda row: row[3])
        return [row[1:] for row in rows if not row[0]], [(row[0], 0) for row in others]

    def read(
        self, found: list[tuple[int, int]], size: int, skip: int, *, is_ranked: bool
    ) -> list[Hit]:
        """Return the hits of one page, out of those found, in their order or the best first."""
        if not found:
            return []
        rows = self._rows(
            _READ.replace("{order}", _BEST_FIRST if is_ranked else "found.place"),
            ids=[key for key, _tier in found], tiers=[tier for _key, tier in found], size=size, skip=skip,
        )  # fmt: skip
        return [
            Hit(kind, key, title, note, excerpt(text, self.asked.included), url, facets, updated)
            for kind, key, title, note, text, url, facets, updated in rows
        ]

    def _rows(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        for name, part in self.parts.items():
            statement = statement.replace(f"{{{name}}}", part)
        with connection.cursor() as cursor:
            cursor.execute(statement, self.params | params)
            return cursor.fetchall()


def _counted(sets: list[tuple[Any, ...]], chosen: Chosen, hits: list[Hit], asked: Asked) -> Result:
    """Add up combinations of facets: kinds as if none were chosen, facets within the kind."""
    total, wanted = 0, set(chosen.facets)
    kinds: Counter[str] = Counter()
    facets: Counter[str] = Counter()
    for kind, held, count in sets:
        if wanted <= set(held):
            kinds[kind] += count
            if not chosen.kind or kind == chosen.kind:
                total += count
                for each in held:
                    facets[each] += count
    return Result(total, hits, dict(kinds), dict(facets), asked.included)


def known_near(words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return, for words that no entry holds, the known words that look like them, as (folded, shown)."""
    near: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.word, w.plain, w.shown FROM unnest(%s::varchar[]) AS a (word), LATERAL (
              SELECT plain, shown FROM search_word WHERE plain %% a.word
              ORDER BY similarity(plain, a.word) DESC, plain LIMIT 12) AS w
             WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE plain = a.word)
            """,
            [list(words)],
        )
        for word, plain, shown in cursor.fetchall():
            near.setdefault(word, []).append((plain, shown))
    return near
