"""What a node stated about a run, in the order a sceptic asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.i18n import decimals, whole
from leaderboard.board_words import Fact
from leaderboard.models import Result

_GIBIBYTE = 1024**3


def provenance_of(result: Result, predicate: Mapping[str, Any]) -> list[Fact]:
    """List what the signed predicate says; what it does not say is left out, nothing is filled in."""
    return [fact for fact in _facts(result, predicate) if fact.value]


def _facts(result: Result, predicate: Mapping[str, Any]) -> Iterator[Fact]:
    node, revision, version = result.node, result.system_revision, result.benchmark_version
    system, dataset = predicate.get("system", {}), predicate.get("dataset", {})
    yield Fact(_("Node"), f"{node.node_id}, {node.organisation}", url=node.get_absolute_url())
    yield Fact(_("Relationship"), _relationship(result))
    licence = f", {revision.system.licence}" if revision.system.licence else ""
    yield Fact(
        _("System"),
        f"{revision.system.name} {revision.revision}{licence}",
        url=revision.system.get_absolute_url(),
    )
    yield Fact(_("Digest of the system"), _system_digest(system), is_code=True)
    yield Fact(
        _("Benchmark"),
        f"{version.benchmark.slug} {version.version}",
        url=version.get_absolute_url(),
    )
    if version.adopted_by:
        url = reverse("governance:decision", args=[version.adopted_by])
        yield Fact(_("Adopted by"), version.adopted_by, url=url)
    if dataset.get("sha256"):
        yield Fact(_("Data set"), f"sha256:{dataset['sha256']}", is_code=True)
    elif dataset.get("saltedCommitment"):
        yield Fact(_("Data set, committed"), str(dataset["saltedCommitment"]), is_code=True)
    yield Fact(_("Harness"), f"{result.harness_name} {result.harness_version}")
    yield Fact(_("Settings"), f"sha256:{result.settings_digest}", is_code=True)
    if result.raw_digest:
        yield Fact(_("Raw file"), f"sha256:{result.raw_digest}", is_code=True)
    if result.samples_digest:
        yield Fact(_("Samples"), f"sha256:{result.samples_digest}", is_code=True)
    yield Fact(_("Environment"), _environment(result))
    yield Fact(_("Time and cost"), _cost(result))
    yield Fact(_("Attempt"), whole(result.attempt))
    yield Fact(_("Contamination"), _contamination(result))


def _relationship(result: Result) -> str:
    if result.relationship == Result.Relationship.FIRST_PARTY:
        return _("first party: the node's organisation makes the system")
    return _("third party: the node's organisation does not make the system")


def _system_digest(system: Mapping[str, Any]) -> str:
    digest = str(system.get("digest", ""))
    return _("declared opaque") if digest == "opaque" else digest


def _environment(result: Result) -> str:
    environment = result.environment
    parts = [str(environment[name]) for name in ("cpu", "os") if environment.get(name)]
    memory = environment.get("memoryBytes") or environment.get("memory_bytes")
    if memory:
        parts.append(_("%(size)s GiB of memory") % {"size": decimals(int(memory) / _GIBIBYTE, 1)})
    parts.append(str(result.accelerator) if result.accelerator else _("no accelerator"))
    return ", ".join(parts)


def _cost(result: Result) -> str:
    seconds = result.cost.get("wallSeconds") or result.cost.get("wall_seconds")
    started = format_date(result.started_at, "DATETIME_FORMAT")
    text = _("begun %(when)s UTC") % {"when": started}
    if seconds is None:
        return text
    return f"{text}, {_('%(seconds)s s of wall clock') % {'seconds': decimals(seconds, 1)}}"


def _contamination(result: Result) -> str:
    stated = result.contamination
    names = {
        "none-known": _("none known"),
        "possible": _("possible"),
        "known": _("known"),
        "unknown": _("unknown"),
    }
    declared = names.get(str(stated.get("declared", "")), "")
    notes = str(stated.get("notes") or "")
    return "; ".join(part for part in (declared, notes) if part)
