"""The workshop of an organisation's engineers: register, confirm keys, associate, pause, see every pull."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance.desks import carry_out
from alliance.problems import DomainError
from leaderboard import actions, policies
from leaderboard.forms import (
    BenchmarksForm,
    EndpointForm,
    KeysForm,
    RegisterForm,
    RevokeForm,
)
from leaderboard.models import Benchmark, Node
from leaderboard.proposing import ways
from leaderboard.workshop import workshop_of
from members.models import Organisation, Person
from members.viewers import viewer_of

View = Callable[..., HttpResponse]


def _owned_node(view: View) -> View:
    """Give the view a node that the reader may manage; to everybody else there is none."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        viewer = viewer_of(request)
        nodes = Node.objects.visible_to(viewer).select_related("organisation", "last_checkpoint")
        node = get_object_or_404(nodes, slug=slug)
        if not policies.may_manage_nodes(viewer, node.organisation, timezone.now().date()):
            raise Http404
        return view(request, node, **kwargs)

    return wrapped


def _organisations(request: HttpRequest) -> Any:
    viewer = viewer_of(request)
    if viewer.is_staff:
        return Organisation.objects.visible_to(viewer)
    managed = policies.managed_organisations(viewer, timezone.now().date())
    return Organisation.objects.visible_to(viewer).filter(pk__in=managed)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


@require_safe
@never_cache
@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """The nodes of my organisations."""
    organisations = list(_organisations(request).values_list("pk", flat=True))
    if not organisations:
        raise Http404
    nodes = Node.objects.owned_by(organisations).with_counts()
    return render(request, "leaderboard/manage/list.html", {"nodes": nodes})


@never_cache
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Ask a node who it is, and show what it says."""
    organisations = _organisations(request)
    first = organisations.first()
    if first is None:
        raise Http404
    form = RegisterForm(organisations, request.POST or None, initial={"organisation": first})
    if request.method == "POST" and form.is_valid():
        try:
            node = actions.register_node(
                organisation=form.cleaned_data["organisation"],
                endpoint=form.cleaned_data["endpoint"],
                actor=_person(request),
            )
        except DomainError as refusal:
            form.add_error("endpoint", refusal.message)
        else:
            return redirect("leaderboard:node-workshop", slug=node.slug)
    status = 422 if form.errors else 200
    return render(request, "leaderboard/manage/register.html", {"form": form}, status=status)


@require_safe
@_owned_node
def workshop(request: HttpRequest, node: Node) -> HttpResponse:
    """Everything about one node, and everything one can do with it."""
    return _workshop(request, node)


@require_POST
@_owned_node
def confirm(request: HttpRequest, node: Node) -> HttpResponse:
    """Pin the compared keys."""
    form = KeysForm(node, request.POST)
    if not form.is_valid():
        return _workshop(request, node, keys_form=form, status=422)
    return _do(
        request,
        node,
        lambda: actions.confirm_node(
            node=node, kids=form.cleaned_data["kids"], actor=_person(request)
        ),
        _("The keys are confirmed."),
    )


@require_POST
@_owned_node
def benchmarks(request: HttpRequest, node: Node) -> HttpResponse:
    """Associate exactly the chosen benchmarks."""
    form = BenchmarksForm(request.POST)
    if not form.is_valid():
        return _workshop(request, node, benchmarks_form=form, status=422)
    wanted, actor = set(form.cleaned_data["benchmarks"]), _person(request)

    def change() -> None:
        for benchmark in Benchmark.objects.all():
            change = actions.associate_benchmark
            if benchmark not in wanted:
                change = actions.dissociate_benchmark
            change(node=node, benchmark=benchmark, actor=actor)

    return _do(request, node, change, _("The benchmarks are kept."))


@require_POST
@_owned_node
def move(request: HttpRequest, node: Node) -> HttpResponse:
    """Follow the node to another address."""
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _workshop(request, node, move_form=form, status=422)
    return _do(
        request,
        node,
        lambda: actions.move_node(
            node=node, endpoint=form.cleaned_data["endpoint"], actor=_person(request)
        ),
        _("The portal now pulls from the new address."),
    )


@require_POST
@_owned_node
def keys(request: HttpRequest, node: Node) -> HttpResponse:
    """Fetch the key set again."""
    return _do(
        request,
        node,
        lambda: actions.look_for_keys(node=node, actor=_person(request)),
        _("The key set was read. New keys wait below to be compared."),
    )


@require_POST
@_owned_node
def revoke(request: HttpRequest, node: Node) -> HttpResponse:
    """Take a key out of force."""
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the key is revoked."))
        return redirect("leaderboard:node-workshop", slug=node.slug)
    wanted = form.cleaned_data
    return _do(
        request,
        node,
        lambda: actions.revoke_key(
            node=node, kid=wanted["kid"], reason=wanted["reason"], actor=_person(request)
        ),
        _("The key is revoked. Nothing that it signs is taken any more."),
    )


@require_POST
@_owned_node
def act(request: HttpRequest, node: Node, verb: str) -> HttpResponse:
    """Pause, resume, or pull now."""
    actor = _person(request)
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "pause": (lambda: actions.pause_node(node=node, actor=actor), _("The node is paused.")),
        "resume": (lambda: actions.resume_node(node=node, actor=actor), _("The node is active.")),
        "wake": (lambda: actions.wake_node(slug=node.slug), _("The portal looks at it now.")),
    }
    if verb not in verbs:
        raise Http404
    return _do(request, node, *verbs[verb])


def _do(request: HttpRequest, node: Node, action: Callable[[], object], done: str) -> HttpResponse:
    """Run one action and say on the node's page how it went."""
    carry_out(request, action, done)
    return redirect("leaderboard:node-workshop", slug=node.slug)


def _workshop(request: HttpRequest, node: Node, *, status: int = 200, **forms: Any) -> HttpResponse:
    viewer, now = viewer_of(request), timezone.now()
    associated = [row.benchmark_id for row in node.associations.all()]
    context = {
        "keys_form": KeysForm(node),
        "benchmarks_form": BenchmarksForm(initial={"benchmarks": associated}),
        "move_form": EndpointForm(initial={"endpoint": node.endpoint}),
        "shop": workshop_of(node, now),
        "ways": ways(viewer, "admit-node", now.date(), node=node.slug)
        if node.state == Node.State.CHECKED
        else [],
        "node": node,
        **forms,
    }
    return render(request, "leaderboard/manage/workshop.html", context, status=status)
