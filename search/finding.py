"""Ask the index: words in both languages, narrowed by facets, with counts.

The statements are SQL by hand, shaped by what a word costs that is in most of 20,000 things: counting never looks at
texts (`FacetSet`), a page comes from titles if they fill it, and of text that matches only the most promising are
ranked. Whatever waits to be indexed again (`search_change`) is left out.
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
RANKED = MOST_PAGES * PAGE  # of matching texts, those looked at closely


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
    any_of_them: str = ""
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
    links = [link_of_all, " && ", " || ", link_of_all]
    parts, params = [], []
    for number, link in enumerate(links):
        query = link.join(["search_term(%s, %s)"] * count)
        parts.append(f"(({query}){excluded if number < 2 else ''})::text")
        params += [v for term in wanted.included for v in (term.text, number != 1 and term.is_open)]
        params += without if number < 2 else []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        words, exact, some, included = cursor.fetchone()
    if not included:
        return Asked()
    plain = folded(" ".join(term.text for term in wanted.included))
    return Asked(words, exact, some, included, plain)


_PENDING = "AND NOT EXISTS (SELECT 1 FROM search_change c WHERE c.kind = e.kind AND c.object_id = e.object_id)"
_COUNT = """
SELECT s.id, s.kind, s.facets, f.n FROM search_facetset s, (
  SELECT facet_set_id, count(*) AS n FROM search_entry e WHERE {matching} {pending} GROUP BY facet_set_id
) AS f WHERE f.facet_set_id = s.id
"""
_TITLES = """
SELECT id, count(*) OVER () FROM search_entry e
 WHERE e.language = '{language}' AND title_vector @@ %(titles)s::tsquery {not_excluded}
   AND facet_set_id = ANY(%(sets)s) {pending}
 ORDER BY CASE WHEN plain_title = %(plain)s THEN 3 WHEN starts_with(plain_title, %(plain)s) THEN 1.2 ELSE 0 END
          + CASE WHEN title_vector @@ %(exact)s::tsquery THEN 1 ELSE 0 END
          + ts_rank('{{0.05, 0.1, 0.4, 1.0}}', title_vector, %(titles)s::tsquery, 1) DESC, updated DESC, id
 LIMIT %(size)s OFFSET %(skip)s
"""
_TEXTS = """
SELECT id FROM (
  SELECT id, vector, updated FROM search_entry e
   WHERE {matching} AND NOT title_vector @@ %(titles)s::tsquery AND facet_set_id = ANY(%(sets)s) {pending}
   ORDER BY title_vector @@ %(some)s::tsquery DESC, updated DESC, id LIMIT %(ranked)s
) AS candidate
 ORDER BY ts_rank('{{0.05, 0.1, 0.4, 1.0}}', vector, %(words)s::tsquery, 1)
          + CASE WHEN vector @@ %(exact)s::tsquery THEN 0.4 ELSE 0 END DESC, updated DESC, id
 LIMIT %(size)s OFFSET %(skip)s
"""
_NEWEST = """
SELECT id FROM search_entry e WHERE {matching} AND facet_set_id = ANY(%(sets)s) {pending}
 ORDER BY updated DESC, id LIMIT %(size)s OFFSET %(skip)s
"""
_READ = """
SELECT e.id, e.kind, e.object_id, e.title, e.note, e.text, e.url, s.facets, e.updated
  FROM search_entry e JOIN search_facetset s ON s.id = e.facet_set_id WHERE e.id = ANY(%s)
"""


def find(
    asked: Asked, chosen: Chosen, language: str, *, page: int = 1, size: int = PAGE,
    newest: bool = False, is_behind: bool = True,
) -> Result:  # fmt: skip
    """Return one page of what matches, best first, or newest first where nothing is asked for but facets.

    `is_behind` says that changes wait, whose things are then left out.
    """
    matching = f"e.language = '{'fr' if language == 'fr' else 'en'}'"
    matching += " AND vector @@ %(words)s::tsquery" if asked.words else ""
    terms = {"matching": matching, "pending": _PENDING if is_behind else "", "language": language}
    terms["not_excluded"] = (
        "AND vector @@ %(words)s::tsquery" if asked.words != asked.included else ""
    )
    params: dict[str, Any] = {
        "words": asked.words, "exact": asked.exact, "some": asked.any_of_them,
        "titles": asked.included, "plain": asked.plain,
        "size": size, "skip": (page - 1) * size, "ranked": RANKED,
    }  # fmt: skip
    counted = _rows(_COUNT.format(**terms), params)
    kept = [row for row in counted if _fits(row, chosen)]
    total = sum(row[3] for row in kept)
    params["sets"] = [row[0] for row in kept]
    if not total:
        ids = []
    elif not asked.words or newest:
        ids = [row[0] for row in _rows(_NEWEST.format(**terms), params)]
    else:
        ids = _best(terms, params, total)
    kinds: Counter[str] = Counter()
    facets: Counter[str] = Counter()
    for row in counted:
        if set(chosen.facets) <= set(row[2]):
            kinds[row[1]] += row[3]
    for row in kept:
        facets.update(dict.fromkeys(row[2], row[3]))
    return Result(total, _read(ids, asked), dict(kinds), dict(facets), asked.included)


def _fits(row: tuple[Any, ...], chosen: Chosen) -> bool:
    return (not chosen.kind or row[1] == chosen.kind) and set(chosen.facets) <= set(row[2])


def _best(terms: dict[str, str], params: dict[str, Any], total: int) -> list[int]:
    """Return a page's entries: those whose title matches come first, then those whose text does."""
    size, skip = params["size"], params["skip"]
    rows = _rows(_TITLES.format(**terms), params)
    ids = [row[0] for row in rows]
    if len(ids) == size or len(ids) >= total - skip:
        return ids
    if rows:
        titles = rows[0][1]
    elif skip:
        first = _rows(_TITLES.format(**terms), params | {"size": 1, "skip": 0})
        titles = first[0][1] if first else 0
    else:
        titles = 0
    more = params | {"size": size - len(ids), "skip": max(0, skip - titles)}
    return ids + [row[0] for row in _rows(_TEXTS.format(**terms), more)]


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _read(ids: Sequence[int], asked: Asked) -> list[Hit]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        Hit(kind, key, title, note, excerpt(text, asked.included), url, facets, updated)
        for kind, key, title, note, text, url, facets, updated in (rows[each] for each in ids if each in rows)
    ]  # fmt: skip


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
