"""A board, or a system's boards, as Hugging Face `.eval_results` YAML.

The format holds one value an entry and neither interval nor revision: what it cannot hold stands in `notes`. JSON texts
are YAML texts, so that no name can break out of its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from leaderboard.exports.document import BoardDocument, Stored


def board_eval_results(document: BoardDocument) -> bytes:
    """Write one entry for each row."""
    return _yaml(entry_of(document, row) for row in document.rows)


def entry_of(document: BoardDocument, row: Stored) -> dict[str, Any]:
    """Return the entry of one row."""
    computed = document.computed_at
    links = {"name": "AI Alliance portal"}
    if row["results"]:
        url = reverse("leaderboard:result", args=[row["results"][0]])
        links = {"url": f"{settings.SITE_ORIGIN}{url}"} | links
    return {
        "dataset": {
            "id": document.benchmark,
            "task_id": document.metric_id,
            "revision": document.version.version,
        },
        "value": float(row["value"]),
        "date": computed.date().isoformat() if computed else None,
        "source": links,
        "evaluation_framework": row.get("setting_label") or None,
        "notes": "; ".join(_notes(row)),
    }


def _notes(row: Stored) -> Iterator[str]:
    yield f"{row['name']} {row['revision']}"
    if row["n"]:
        yield f"n = {row['n']}"
    if row["low"] is not None:
        yield f"95 % interval {row['low']} to {row['high']} ({row['interval']})"
    if row["ranked"]:
        yield f"rank range {row['rank_low']} to {row['rank_high']}"
    else:
        yield f"not ranked: {row['reason']}"
    yield row["assurance"]


def _yaml(entries: Iterable[Mapping[str, Any]]) -> bytes:
    lines = [line for entry in entries for line in _block(entry)]
    return ("\n".join(lines) + "\n" if lines else "[]\n").encode()


def _block(entry: Mapping[str, Any]) -> Iterator[str]:
    start = "- "
    for name, value in entry.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            yield f"{start}{name}:"
            yield from (
                f"    {key}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items()
            )
        else:
            yield f"{start}{name}: {json.dumps(value, ensure_ascii=False)}"
        start = "  "
