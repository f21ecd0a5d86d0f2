"""Ask the index: words in both languages, narrowed by facets, with counts.

The statement is SQL by hand, shaped by what a word costs that is in most of 20,000 things: one scan of the matches,
counting by combinations of facets (`FacetSet`), and ranks only for the most promising. Whatever waits to be indexed
again (`search_change`) is left out.
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
# One scan of the matches serves counting and paging. `tier` puts whole titles before words in titles, and those before
# words in texts.
_FIND = """
WITH hit AS MATERIALIZED (
  SELECT e.id, e.facet_set_id, e.updated, {tier} AS tier FROM search_entry e WHERE {matching} {pending}
), page AS ({page})
SELECT NULL::bigint AS id, s.kind, s.facets, f.n FROM search_facetset s JOIN (
  SELECT facet_set_id, count(*) AS n FROM hit GROUP BY facet_set_id) AS f ON f.facet_set_id = s.id
UNION ALL SELECT id, NULL, NULL, place FROM page
"""
_KEPT = """
SELECT id, tier, updated FROM hit WHERE facet_set_id IN (
  SELECT id FROM search_facetset s WHERE (%(kind)s = '' OR s.kind = %(kind)s) AND s.facets @> %(facets)s::varchar[])
 ORDER BY tier DESC, updated DESC, id
"""
_IN_ORDER = f"""
SELECT id, row_number() OVER (ORDER BY tier DESC, updated DESC, id) AS place
  FROM ({_KEPT} LIMIT %(size)s OFFSET %(skip)s) AS kept
"""  # noqa: S608 - parts of ours
_RANKED = f"""
SELECT id, row_number() OVER (ORDER BY tier DESC, score DESC, updated DESC, id) AS place FROM (
  SELECT k.id, k.tier, k.updated, ts_rank('{{0.05, 0.1, 0.4, 1.0}}', e.vector, %(words)s::tsquery, 1)
         + CASE WHEN e.vector @@ %(exact)s::tsquery THEN 0.4 ELSE 0 END
         + CASE WHEN starts_with(e.plain_title, %(plain)s) THEN 0.6 ELSE 0 END AS score
    FROM ({_KEPT} LIMIT %(ranked)s) AS k JOIN search_entry e ON e.id = k.id
) AS ranked ORDER BY place LIMIT %(size)s OFFSET %(skip)s
"""  # noqa: S608 - parts of ours
_TIER = """
CASE WHEN e.id IN (SELECT id FROM search_entry WHERE {language} AND plain_title = %(plain)s) THEN 2
     WHEN e.id IN (SELECT id FROM search_entry WHERE {language} AND title_vector @@ %(titles)s::tsquery) THEN 1
     ELSE 0 END
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
    spoken = f"language = '{'fr' if language == 'fr' else 'en'}'"
    matching = f"e.{spoken}"
    matching += " AND vector @@ %(words)s::tsquery" if asked.words else ""
    skip = (page - 1) * size
    by_words = bool(asked.words) and not newest
    statement = _FIND.format(
        matching=matching,
        pending=_PENDING if is_behind else "",
        tier=_TIER.format(language=spoken) if by_words else "0",
        page=(_RANKED if by_words and skip < RANKED else _IN_ORDER),
    )
    params: dict[str, Any] = {
        "words": asked.words, "exact": asked.exact, "titles": asked.included, "plain": asked.plain, "size": size,
        "skip": skip, "ranked": RANKED, "kind": chosen.kind, "facets": list(chosen.facets),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    ids = [row[0] for row in sorted((row for row in rows if row[0]), key=lambda row: row[3])]
    return _counted([row[1:] for row in rows if not row[0]], chosen, _read(ids, asked), asked)


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
