"""From what a statement calls a system or a device to its row; unknown ones are entered as named."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from alliance_node.proofs import predicate
from alliance_node.proofs.predicate import OPAQUE, SystemRef
from django.utils.text import slugify

from leaderboard.models import Accelerator, System, SystemRevision


class Revision(NamedTuple):
    """A revision's key, and the address of its system."""

    id: int
    slug: str


def revisions_of(refs: Iterable[SystemRef]) -> dict[SystemRef, Revision]:
    """Return the revisions of many systems, entering the new ones; a few queries for all."""
    wanted = set(refs)
    known = _known_revisions(wanted)
    new = {ref for ref in wanted if _name(ref) not in known}
    if new:
        _enter_systems({ref.id for ref in new})
        rows = System.objects.filter(identifier__in={ref.id for ref in new})
        by_name = {system.identifier: system for system in rows}
        SystemRevision.objects.bulk_create(
            (
                SystemRevision(system=by_name[identifier], revision=revision, digest=digest)
                for identifier, revision, digest in sorted({_name(ref) for ref in new})
            ),
            ignore_conflicts=True,
        )
        known |= _known_revisions(new)
    return {ref: known[_name(ref)] for ref in wanted}


def _known_revisions(refs: Iterable[SystemRef]) -> dict[tuple[str, str, str], Revision]:
    rows = SystemRevision.objects.filter(system__identifier__in={ref.id for ref in refs})
    found = rows.order_by().values_list(
        "system__identifier", "revision", "digest", "pk", "system__slug"
    )
    return {
        (name, revision, digest): Revision(pk, slug) for name, revision, digest, pk, slug in found
    }


def _enter_systems(identifiers: set[str]) -> None:
    """Enter systems under addresses of their own, in one order, so that two pulls never wait in a circle."""
    known = System.objects.filter(identifier__in=identifiers).values_list("identifier", flat=True)
    new = sorted(identifiers - set(known))
    short = {identifier: _short_slug(identifier) for identifier in new}
    taken = set(System.objects.filter(slug__in=short.values()).values_list("slug", flat=True))
    rows = []
    for identifier, slug in short.items():
        if not slug or slug in taken:
            slug = _long_slug(identifier)
        taken.add(slug)
        rows.append(System(identifier=identifier, name=identifier, slug=slug))
    System.objects.bulk_create(rows, ignore_conflicts=True)


def _name(ref: SystemRef) -> tuple[str, str, str]:
    digest = "" if ref.digest == OPAQUE else ref.digest.removeprefix("sha256:")
    return ref.id, ref.revision, digest


def accelerator_of(ref: predicate.Accelerator | None) -> Accelerator | None:
    """Return the device a statement names, if it names one."""
    if ref is None:
        return None
    device, _ = Accelerator.objects.get_or_create(vendor=ref.vendor[:120], model=ref.model[:200])
    return device


def slug_of(identifier: str) -> str:
    """Make an address; two identifiers that would share one are told apart by a digest."""
    slug = _short_slug(identifier)
    if slug and not System.objects.filter(slug=slug).exclude(identifier=identifier).exists():
        return slug
    return _long_slug(identifier)


def _short_slug(identifier: str) -> str:
    return slugify(identifier.replace("/", "-").replace(".", "-").replace(":", "-"))[:100]


def _long_slug(identifier: str) -> str:
    named = sha256(identifier.encode()).hexdigest()[:8]
    return f"{_short_slug(identifier) or 'system'}-{named}"
