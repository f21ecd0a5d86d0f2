"""Keep the index in step with what is public.

Triggers note each change in its own transaction; searches leave noted things out until their entries are made again,
so what became hidden is gone at once. One transaction at a time makes entries (an advisory lock): an older state of a
thing can never be written over a newer one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from alliance.i18n import LANGUAGE_CODES
from alliance.pages import purge
from search.models import Change, Entry, FacetSet, Word
from search.rules import folded, spaced, vocabulary
from search.sources import Described, Source, all_sources, source_of

_LOCK = 0x5EA7C4  # this room's advisory lock
_TITLE, _NOTE = 300, 300

# Both languages of a thing come in one record: each text is split into words once and weighed for both entries.
_WRITE = """
INSERT INTO search_entry AS e (kind, object_id, language, facet_set_id, title, plain_title, note, text, url, digest,
                               updated, title_vector, vector)
SELECT r.kind, r.object_id, x.*
  FROM jsonb_to_recordset(%s::jsonb) AS r (kind text, object_id bigint, facet_set bigint, digest text,
       updated timestamptz, en jsonb, fr jsonb),
       LATERAL (SELECT to_tsvector('search_en', r.en ->> 'title_words') AS title_en,
                       to_tsvector('search_fr', r.fr ->> 'title_words') AS title_fr,
                       to_tsvector('search_en', r.en ->> 'text_words') AS text_en,
                       to_tsvector('search_fr', r.fr ->> 'text_words') AS text_fr OFFSET 0) AS v,
       LATERAL (VALUES ('en', r.en, v.title_en, v.title_fr, v.text_en, v.text_fr),
                       ('fr', r.fr, v.title_fr, v.title_en, v.text_fr, v.text_en))
            AS l (code, said, own_title, other_title, own_text, other_text),
       LATERAL (SELECT l.code, r.facet_set, l.said ->> 'title', l.said ->> 'plain_title', l.said ->> 'note',
                       l.said ->> 'text', l.said ->> 'url', r.digest, COALESCE(r.updated, statement_timestamp()),
                       setweight(l.own_title, 'A') || setweight(l.other_title, 'B'),
                       setweight(l.own_title, 'A') || setweight(l.other_title, 'B')
                       || setweight(l.own_text, 'C') || setweight(l.other_text, 'D')) AS x
ON CONFLICT (kind, object_id, language) DO UPDATE SET
  facet_set_id = EXCLUDED.facet_set_id, title = EXCLUDED.title, plain_title = EXCLUDED.plain_title,
  note = EXCLUDED.note, text = EXCLUDED.text, url = EXCLUDED.url, digest = EXCLUDED.digest,
  updated = EXCLUDED.updated, title_vector = EXCLUDED.title_vector, vector = EXCLUDED.vector
"""


def is_behind() -> bool:
    """Say whether changes wait."""
    return Change.objects.exists()


@transaction.atomic
def index_changes(limit: int = 500) -> int:
    """Make the entries of things that changed again; return how many notes were settled, 0 if another is at it."""
    if not _locked(wait=False):
        return 0
    notes = list(Change.objects.order_by("pk").values_list("pk", "kind", "object_id")[:limit])
    things: dict[str, set[int]] = defaultdict(set)
    for _pk, kind, object_id in notes:
        things[kind].add(object_id)
    for kind, keys in things.items():
        _index(kind, keys)
    Change.objects.filter(pk__in=[pk for pk, _kind, _key in notes]).delete()
    if notes:
        purge("search")
    return len(notes)


def reindex(kinds: Iterable[str] = (), size: int = 500) -> dict[str, int]:
    """Settle what waits, then compare every entry with what is public; return the number of things of each kind."""
    while index_changes():
        pass
    wanted = set(kinds)
    chosen = [source for source in all_sources() if not wanted or source.kind in wanted]
    counted = {source.kind: _reindex_kind(source, size) for source in chosen}
    if not wanted:
        Entry.objects.exclude(kind__in=counted).delete()
        _forget_words()
        FacetSet.objects.filter(entries=None).delete()
    purge("search")
    return counted


@transaction.atomic
def _reindex_kind(source: Source, size: int) -> int:
    _locked(wait=True)
    seen: set[int] = set()
    rows = iter(source.rows())
    while batch := list(islice(rows, size)):
        _write(source, batch)
        seen |= {row.pk for row in batch}
    Entry.objects.filter(kind=source.kind).exclude(object_id__in=seen).delete()
    return len(seen)


def _locked(*, wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _index(kind: str, keys: set[int]) -> None:
    source = source_of(kind)
    public = list(source.rows().filter(pk__in=keys)) if source else []
    if source and public:
        _write(source, public)
    gone = keys - {row.pk for row in public}
    Entry.objects.filter(kind=kind, object_id__in=gone).delete()


def _write(source: Source, rows: Iterable[Any]) -> None:
    """Write what changed of things, both languages in one statement, and the words they hold."""
    records = [_record(source, row) for row in rows]
    held = dict(
        Entry.objects.filter(kind=source.kind, object_id__in=[each["object_id"] for each in records])
        .values_list("object_id", "digest")
    )  # fmt: skip
    changed = [each for each in records if held.get(each["object_id"]) != each["digest"]]
    if not changed:
        return
    sets = _facet_sets(source.kind, {tuple(each["facets"]) for each in changed})
    for each in changed:
        each["facet_set"] = sets[tuple(each.pop("facets"))]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(changed)])
    said = [each[code] for each in changed for code in LANGUAGE_CODES]
    _learn_words(each[part] for each in said for part in ("title", "text"))


def _facet_sets(kind: str, wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    rows = FacetSet.objects.filter(kind=kind, facets__in=[list(each) for each in wanted])
    known = {tuple(row.facets): row.pk for row in rows}
    fresh = FacetSet.objects.bulk_create(
        FacetSet(kind=kind, facets=list(each)) for each in sorted(wanted - known.keys())
    )
    return known | {tuple(row.facets): row.pk for row in fresh}


def _learn_words(texts: Iterable[str]) -> None:
    words = vocabulary(texts)
    known = set(Word.objects.filter(plain__in=words).values_list("plain", flat=True))
    fresh = [Word(plain=plain, shown=words[plain]) for plain in sorted(words.keys() - known)]
    Word.objects.bulk_create(fresh, ignore_conflicts=True)


def _record(source: Source, row: Any) -> dict[str, Any]:
    said: dict[str, Described] = {}
    record: dict[str, Any] = {"kind": source.kind, "object_id": row.pk}
    for code in LANGUAGE_CODES:
        with translation.override(code):
            said[code] = here = source.describe(row)
            record[code] = {
                "title": here.title[:_TITLE],
                "plain_title": folded(spaced(here.title))[:_TITLE],
                "note": here.note[:_NOTE],
                "text": here.text,
                "url": row.get_absolute_url(),
                "title_words": spaced(here.title),
                "text_words": spaced(f"{here.note} {here.text}"),
            }
    here = said[LANGUAGE_CODES[0]]
    record["facets"] = sorted({*here.facets, *(f"language:{each}" for each in here.languages)})
    record["updated"] = here.updated.isoformat() if here.updated else None
    whole = json.dumps(record, sort_keys=True, ensure_ascii=False).encode()
    return record | {"digest": hashlib.sha256(whole).hexdigest()[:32]}


@transaction.atomic
def _forget_words() -> None:
    """Take away the words that no entry holds any more."""
    _locked(wait=True)
    held: set[str] = set()
    for title, text in Entry.objects.values_list("title", "text").iterator():
        held |= vocabulary((title, text)).keys()
    gone = [plain for plain in Word.objects.values_list("plain", flat=True) if plain not in held]
    Word.objects.filter(plain__in=gone).delete()
