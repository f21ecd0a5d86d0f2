"""From what a statement calls a system or a device to its row; unknown ones are entered as named."""

from __future__ import annotations

from hashlib import sha256

from alliance_node.proofs import predicate
from alliance_node.proofs.predicate import OPAQUE, SystemRef
from django.utils.text import slugify

from leaderboard.models import Accelerator, System, SystemRevision


def revision_of(ref: SystemRef) -> SystemRevision:
    """Return the revision with this digest, entering system and revision where they are new."""
    system, _ = System.objects.get_or_create(
        identifier=ref.id, defaults={"name": ref.id, "slug": slug_of(ref.id)}
    )
    digest = "" if ref.digest == OPAQUE else ref.digest.removeprefix("sha256:")
    revision, _ = SystemRevision.objects.get_or_create(
        system=system, revision=ref.revision, digest=digest
    )
    return revision


def accelerator_of(ref: predicate.Accelerator | None) -> Accelerator | None:
    """Return the device a statement names, if it names one."""
    if ref is None:
        return None
    device, _ = Accelerator.objects.get_or_create(vendor=ref.vendor[:120], model=ref.model[:200])
    return device


def slug_of(identifier: str) -> str:
    """Make an address; two identifiers that would share one are told apart by a digest."""
    slug = slugify(identifier.replace("/", "-").replace(".", "-").replace(":", "-"))[:100]
    if slug and not System.objects.filter(slug=slug).exclude(identifier=identifier).exists():
        return slug
    return f"{slug or 'system'}-{sha256(identifier.encode()).hexdigest()[:8]}"
