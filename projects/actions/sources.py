"""Registering sources and looking after them."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.outbound import OutboundError, check_url
from alliance.pages import purge
from members.models import Organisation, Person
from projects.errors import SourceRefused
from projects.manifests import formats
from projects.manifests.fetching import raw_address
from projects.models import CatalogueCopy, Curation, Project, Source

State = Source.State
RESERVED = ("rules", "manifest", "register", "catalogue")


def register_manifest(
    *, project: Project, url: str, speaks_for: Collection[str], actor: Person | None
) -> Source:
    """Let a project's manifest speak for its entry; the first harvest follows at once."""
    address = _checked(raw_address(url.strip()))
    form = formats.by_name(urlsplit(address).path)
    if form not in ("publiccode", "codemeta", "cff"):
        raise SourceRefused(
            _("The address must end in publiccode.yml, codemeta.json or CITATION.cff."),
            code="no-manifest",
        )
    return _register(
        Source(
            slug=_slug(f"{project.slug}-{form}"),
            name=formats.NAMES[form],
            kind=Source.Kind.MANIFEST,
            url=address,
            project=project,
            speaks_for=sorted(set(speaks_for) & set(Source.Part.values)),
            registered_by=actor,
        )
    )


def register_catalogue(
    *, kind: str, name: str, url: str, organisation: Organisation | None = None, actor: Person | None = None,
    interval: int | None = None,
) -> Source:  # fmt: skip
    """Take up a catalogue of others: a sister portal, CKAN, DCAT or a landscape."""
    source = Source(
        slug=_slug(name), name=name, kind=kind, url=_checked(url.strip()), organisation=organisation,
        registered_by=actor,
    )  # fmt: skip
    if interval:
        source.interval = interval
    return _register(source)


def check_now(*, source: Source) -> Source:
    """Harvest as soon as a worker is free, whatever the pause was."""
    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        if held.state != State.ACTIVE:
            raise SourceRefused(_("The source is paused: resume it first."), code="source-paused")
        held.next_harvest_at, held.rung_at = database_now(), None
        held.save(update_fields=["next_harvest_at", "rung_at"])
        _ring(held)
    return held


def set_parts(*, source: Source, speaks_for: Collection[str]) -> Source:
    """Choose what of the entry the manifest speaks for; the rest is the portal's own curation."""
    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        held.speaks_for = sorted(set(speaks_for) & set(Source.Part.values))
        held.next_harvest_at = database_now()
        held.save(update_fields=["speaks_for", "next_harvest_at"])
        # An unchanged file is read again, because more of it may count now.
        held.objects_found.update(etag="")
        _ring(held)
    return held


def pause_source(*, source: Source) -> Source:
    """Stop harvesting until it is resumed; what was taken stays."""
    return _move(source, {State.ACTIVE}, State.PAUSED)


def resume_source(*, source: Source) -> Source:
    """Harvest again, at once."""
    return _move(source, {State.PAUSED}, State.ACTIVE)


def withdraw_source(*, source: Source) -> Source:
    """Give a source up. Copies that it brought are no longer shown; a project's entry keeps what it says."""
    return _move(source, {State.ACTIVE, State.PAUSED}, State.WITHDRAWN)


def curate_copy(
    *, copy: CatalogueCopy, actor: Person | None, note_en: str = "", note_fr: str = "", is_hidden: bool = False,
    same_as: Project | None = None,
) -> Curation:  # fmt: skip
    """Lay the portal's own words over a copy; the copy itself stays as its origin wrote it."""
    with transaction.atomic():
        row, _made = Curation.objects.update_or_create(
            copy=copy,
            defaults={
                "note_en": note_en, "note_fr": note_fr, "is_hidden": is_hidden, "same_as": same_as, "by": actor,
            },
        )  # fmt: skip
        purge("sources", f"source:{copy.source.slug}")
    return row


def _register(source: Source) -> Source:
    try:
        with transaction.atomic():
            source.save()
            purge("sources")
            if source.project is not None:
                purge(f"project:{source.project.slug}")
            _ring(source)
    except IntegrityError as error:
        if "source_once" not in str(error):
            raise
        raise SourceRefused(
            _("This address is registered already."), code="source-known"
        ) from error
    return source


def _move(source: Source, allowed: set[str], state: str) -> Source:
    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        if held.state not in allowed:
            raise SourceRefused(
                _("This isn't possible while the source is “%(state)s”.")
                % {"state": held.get_state_display()},
                code="source-state",
            )
        held.state = state
        held.lease_token += 1  # a harvest under way writes nothing any more
        held.lease_until, held.rung_at = None, None
        held.next_harvest_at = database_now()
        held.save()
        purge("sources", f"source:{held.slug}")
        if held.project is not None:
            purge(f"project:{held.project.slug}")
        if state == State.ACTIVE:
            _ring(held)
    return held


def _ring(source: Source) -> None:
    from projects.tasks import harvest_source

    doorbell.ring_on_commit(harvest_source, source.pk)


def _checked(url: str) -> str:
    """Return the address if the portal may go there; refuse it with the reason otherwise."""
    try:
        return check_url(url).url
    except OutboundError as refusal:
        raise SourceRefused(refusal.message, code=refusal.code) from refusal


def _slug(name: str) -> str:
    base = slugify(name)[:100] or "source"
    if base in RESERVED:
        base = f"{base}-source"
    taken = set(Source.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := base if number == 1 else f"{base}-{number}") not in taken
    )
