"""Pages about sources: public ones about what comes from where, private ones for those who look after a source."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance.clock import database_now
from alliance.desks import carry_out
from alliance.pages import public_page, tag
from alliance.problems import DomainError
from alliance.viewer import ANONYMOUS
from members.models import Person
from members.viewers import viewer_of
from projects import actions, harvest_page, making, policies_sources
from projects.forms_sources import CatalogueForm, MakerForm, ManifestForm, PartsForm
from projects.models import CatalogueCopy, Project, Source

View = Callable[..., HttpResponse]
PER_PAGE = 60


@require_safe
@public_page("sources")
def sources(request: HttpRequest) -> HttpResponse:
    """Catalogues that the portal harvests, and what they brought."""
    now = database_now()
    rows = Source.objects.visible_to(ANONYMOUS).catalogues().with_counts()
    copies = CatalogueCopy.objects.visible_to(ANONYMOUS).not_long_missing(now)
    wanted = request.GET.get("q", "").strip()[:100]
    if wanted:
        copies = copies.matching(wanted)
    page = Paginator(copies, PER_PAGE).get_page(request.GET.get("page"))
    context = {"sources": rows, "page": page, "wanted": wanted}
    return render(request, "projects/sources/list.html", context)


@require_safe
@public_page("sources")
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One catalogue: how it fares, what it brought."""
    found = get_object_or_404(Source.objects.visible_to(ANONYMOUS).catalogues(), slug=slug)
    tag(request, f"source:{slug}")
    copies = CatalogueCopy.objects.visible_to(ANONYMOUS).not_long_missing(database_now())
    page = Paginator(copies.filter(source=found), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/sources/source.html", {"source": found, "page": page})


@require_safe
@public_page("sources")
def copy(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One copy of an entry that somebody else owns, linked back."""
    rows = CatalogueCopy.objects.visible_to(ANONYMOUS).not_long_missing(database_now())
    found = get_object_or_404(rows, pk=pk, source__slug=slug)
    tag(request, f"source:{slug}")
    return render(request, "projects/sources/copy.html", {"copy": found})


@require_safe
@public_page()
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule that manifests are read by."""
    lines = harvest_page.rules_listed(database_now().date())
    return render(request, "projects/sources/rules.html", {"rules": lines})


@never_cache
def maker(request: HttpRequest) -> HttpResponse:
    """Make a manifest: show it, or give it as a file. Nothing is stored."""
    project = None
    today = database_now().date()
    if slug := request.GET.get("project", ""):
        project = get_object_or_404(Project.objects.visible_to(viewer_of(request)), slug=slug)
    initial = making.initial_of(project, today) if project else {"maintenance": "community"}
    form = MakerForm(request.POST or None, initial=initial)
    made = making.make(form, today) if request.method == "POST" and form.is_valid() else None
    if made and "download" in request.POST:
        response = HttpResponse(made.text, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{made.name}"'
        return response
    context = {"form": form, "made": made, "project": project}
    status = 422 if form.errors else 200
    return render(request, "projects/sources/maker.html", context, status=status)


def _managed(view: View) -> View:
    """Give the view a source that the reader may look after; to everybody else there is none."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        rows = policies_sources.managed_sources(viewer_of(request), database_now().date())
        rows = rows.select_related("project")
        return view(request, get_object_or_404(rows, slug=slug), **kwargs)

    return wrapped


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def _projects(request: HttpRequest) -> Any:
    """Return the projects that the reader may register a manifest for."""
    return policies_sources.editable_projects(viewer_of(request), database_now().date())


@require_safe
@never_cache
@login_required
def harvest(request: HttpRequest) -> HttpResponse:
    """The sources that I look after, and the projects that have none."""
    viewer = viewer_of(request)
    rows = policies_sources.managed_sources(viewer, database_now().date())
    rows = rows.exclude(state="withdrawn").select_related("project")
    bare = _projects(request).exclude(sources__state__in=("active", "paused"))
    context = {"sources": rows, "bare": bare[:100], "may_add_catalogue": viewer.is_staff}
    return render(request, "projects/harvest/list.html", context)


@never_cache
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Point the portal at a project's manifest."""
    projects = _projects(request)
    if not projects.exists():
        raise Http404
    chosen = projects.filter(slug=request.GET.get("project", "")).first()
    initial = {"project": chosen, "speaks_for": Source.Part.values}
    form = ManifestForm(projects, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = actions.register_manifest(
                project=said["project"], url=said["url"], speaks_for=said["speaks_for"], actor=_person(request),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("url", refusal.message)
        else:
            messages.success(request, _("The address is registered. The first harvest begins now."))
            return redirect("projects:harvest-source", slug=found.slug)
    status = 422 if form.errors else 200
    return render(request, "projects/harvest/register.html", {"form": form}, status=status)


@never_cache
@login_required
def register_catalogue(request: HttpRequest) -> HttpResponse:
    """Take up a catalogue of others; for staff."""
    if not policies_sources.may_register_catalogue(viewer_of(request)):
        raise Http404
    form = CatalogueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.register_catalogue(actor=_person(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("url", refusal.message)
        else:
            return redirect("projects:harvest-source", slug=found.slug)
    status = 422 if form.errors else 200
    return render(request, "projects/harvest/catalogue.html", {"form": form}, status=status)


@require_safe
@_managed
def log(request: HttpRequest, source: Source) -> HttpResponse:
    """Every attempt, what changed, what failed."""
    return _log(request, source)


@require_POST
@_managed
def parts(request: HttpRequest, source: Source) -> HttpResponse:
    """Choose what the manifest speaks for."""
    form = PartsForm(request.POST)
    if not form.is_valid():
        return _log(request, source, parts_form=form, status=422)
    said = form.cleaned_data["speaks_for"]
    return _do(
        request, source, lambda: actions.set_parts(source=source, speaks_for=said), _("Kept.")
    )


@require_POST
@_managed
def act(request: HttpRequest, source: Source, verb: str) -> HttpResponse:
    """Check now, pause, resume, withdraw."""
    verbs: dict[str, tuple[Callable[..., object], str]] = {
        "check": (actions.check_now, _("The portal reads it again as soon as a worker is free.")),
        "pause": (actions.pause_source, _("Harvesting is paused.")),
        "resume": (actions.resume_source, _("Harvesting goes on.")),
        "withdraw": (actions.withdraw_source, _("The address is withdrawn.")),
    }
    if verb not in verbs:
        raise Http404
    action, done = verbs[verb]
    return _do(request, source, lambda: action(source=source), done)


def _do(
    request: HttpRequest, source: Source, action: Callable[[], object], done: str
) -> HttpResponse:
    """Run one action and say on the source's page how it went."""
    carry_out(request, action, done)
    return redirect("projects:harvest-source", slug=source.slug)


def _log(request: HttpRequest, source: Source, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "parts_form": PartsForm(initial={"speaks_for": source.speaks_for}),
        **harvest_page.context(source, database_now()),
        **forms,
    }
    return render(request, "projects/harvest/log.html", context, status=status)
