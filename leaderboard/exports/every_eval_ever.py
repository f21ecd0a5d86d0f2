"""A board as Every Eval Ever records (schema 0.3.0), one JSON object a line.

The format has no place for digests, hardware or signatures: they go into `additional_details`, whose values are texts.
It is a copy for readers of that format, never a source: the signed envelope is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from leaderboard.exports.document import BoardDocument, Stored
from leaderboard.models import System

SCHEMA_VERSION = "0.3.0"


def board_every_eval_ever(document: BoardDocument) -> bytes:
    """Write one record for each row."""
    names = {row["system"] for row in document.rows}
    systems = {system.slug: system for system in System.objects.filter(slug__in=names)}
    lines = (record_of(document, row, systems[row["system"]]) for row in document.rows)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def record_of(document: BoardDocument, row: Stored, system: System) -> dict[str, Any]:
    """Return the record of one row."""
    computed = document.computed_at
    stamp = str(int(computed.timestamp())) if computed else "0"
    model = model_id(system)
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"{document.benchmark}-{document.version.version}/{model.replace('/', '_')}/{stamp}",
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": "AI Alliance portal",
            "source_type": "evaluation_run",
            "source_organization_name": ", ".join(row["organisations"]),
            "source_organization_url": settings.SITE_ORIGIN,
            "evaluator_relationship": "first_party" if row["first_party_only"] else "third_party",
            "additional_details": _texts(_provenance(row)),
        },
        "eval_library": _library(row),
        "model_info": {
            "name": system.name,
            "id": model,
            "developer": system.publisher or "unknown",
            "additional_details": {
                "deployment_type": "unknown",
                "model_availability": "unknown",
            }
            | _texts({"revision": row["revision"], "sha256": row["artefact"]}),
        },
        "evaluation_results": [_result(document, row)],
    }


def model_id(system: System) -> str:
    """Return `organisation/model`, as the format asks."""
    if system.identifier.count("/") == 1:
        return system.identifier
    return f"{system.publisher or 'unknown'}/{system.slug}".replace(" ", "-")


def _library(row: Stored) -> dict[str, str]:
    name, _blank, rest = str(row.get("setting_label") or "unknown").partition(" ")
    return {"name": name, "version": rest.split(" ")[0] or "unknown"}


def _provenance(row: Stored) -> Iterable[tuple[str, Any]]:
    yield "assurance", row["assurance"]
    yield "agreeing_organisations", row["agreeing"]
    yield "dissenting_organisations", row["dissenting"]
    yield "setting", row["setting"]
    yield "nodes", " ".join(row["nodes"])
    for ulid in row["results"][:1]:
        yield "result", f"{settings.SITE_ORIGIN}{reverse('leaderboard:result', args=[ulid])}"


def _result(document: BoardDocument, row: Stored) -> dict[str, Any]:
    metric = document.metric
    bounds = {"min_score": 0, "max_score": 1} if row["is_share"] else {}
    return {
        "evaluation_name": document.benchmark,
        "source_data": {
            "dataset_name": document.benchmark,
            "source_type": "other",
            "additional_details": _texts({"sha256": document.version.dataset_digest}),
        },
        "metric_config": {
            "lower_is_better": not metric.get("higher_is_better", True),
            "metric_id": metric["id"],
            "metric_name": metric.get("name_en") or metric["id"],
            "metric_unit": metric.get("unit") or "",
            "score_type": "continuous",
        }
        | bounds,
        "score_details": {
            "score": float(row["value"]),
            "details": _texts(_ranks(row)),
            "uncertainty": _uncertainty(row),
        },
    }


def _ranks(row: Stored) -> Iterable[tuple[str, Any]]:
    yield "ranked", str(row["ranked"]).lower()
    yield "rank_low", row["rank_low"]
    yield "rank_high", row["rank_high"]
    yield "reason", row["reason"]


def _uncertainty(row: Stored) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if row["low"] is not None and row["high"] is not None:
        found["confidence_interval"] = {
            "lower": float(row["low"]),
            "upper": float(row["high"]),
            "confidence_level": 0.95,
            "method": row["interval"],
        }
    if row["n"]:
        found["num_samples"] = row["n"]
    return found


def _texts(pairs: Iterable[tuple[str, Any]] | Mapping[str, Any]) -> dict[str, str]:
    """Keep what is known, as texts."""
    known = dict(pairs)
    return {name: str(value) for name, value in known.items() if value not in (None, "")}
