"""The operators' desk of relays: register one, compare its key, choose whose statements are taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.desks import carry_out
from alliance.problems import DomainError
from leaderboard import policies
from leaderboard.actions import relays as actions
from leaderboard.forms import OriginForm, RelayForm
from leaderboard.models import Node, Relay
from leaderboard.pull_log import SHOWN, rows_of
from members.models import Person
from members.viewers import viewer_of

View = Callable[..., HttpResponse]


def _operators(view: View) -> View:
    """Let operators in; to everybody else the page is not there."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not policies.may_manage_relays(viewer_of(request)):
            raise Http404
        return view(request, **kwargs)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@_operators
def manage(request: HttpRequest) -> HttpResponse:
    """All relays, and a form for another."""
    form = RelayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_relay(actor=_person(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("endpoint", refusal.message)
        else:
            return redirect("leaderboard:relay-desk", slug=made.slug)
    rows = Relay.objects.visible_to(viewer_of(request)).with_counts()
    context = {"form": form, "relays": rows}
    status = 422 if form.errors else 200
    return render(request, "leaderboard/manage/relays.html", context, status=status)


@require_safe
@_operators
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """One relay: its key to compare, its nodes to take."""
    relay = _relay(request, slug)
    offers: list[dict[str, Any]] = []
    failure = ""
    if relay.state == Relay.State.ACTIVE:
        try:
            offers = [_offer(relay, origin) for origin in actions.origins_on_offer(relay)]
        except DomainError as refusal:
            failure = refusal.message
    context = {
        "relay": relay,
        "key": bytes(relay.log_key).hex(),
        "offers": offers,
        "failure": failure,
        "taken": relay.origins.select_related("node__organisation"),
        "pulls": rows_of(relay.pulls.newest_first()[:SHOWN]),
        "events": relay.events.select_related("actor")[:20],
    }
    return render(request, "leaderboard/manage/relay.html", context)


@require_POST
@_operators
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Confirm the key, take a node, pause, resume, pull now."""
    relay, actor = _relay(request, slug), _person(request)
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "confirm": (
            lambda: actions.confirm_relay(relay=relay, actor=actor),
            _("The key is confirmed. Choose whose statements are taken."),
        ),
        "accept": (lambda: _accept(request, relay), _("Its statements are taken from now on.")),
        "pause": (
            lambda: actions.move_relay(relay=relay, to=Relay.State.PAUSED, actor=actor),
            _("The relay is paused."),
        ),
        "resume": (
            lambda: actions.move_relay(relay=relay, to=Relay.State.ACTIVE, actor=actor),
            _("The relay is pulled again."),
        ),
        "wake": (
            lambda: actions.look_at_relay(relay=relay),
            _("The portal looks at it now."),
        ),
    }
    if verb not in verbs:
        raise Http404
    action, done = verbs[verb]
    carry_out(request, action, done)
    return redirect("leaderboard:relay-desk", slug=relay.slug)


def _accept(request: HttpRequest, relay: Relay) -> None:
    form = OriginForm(request.POST)
    if not form.is_valid():
        raise actions.RelayRefused(_("Choose the organisation and the keys you have compared."))
    said = form.cleaned_data
    actions.accept_origin(
        relay=relay,
        node_id=said["node_id"],
        organisation=said["organisation"],
        kids=request.POST.getlist("kids"),
        actor=_person(request),
    )


def _offer(relay: Relay, origin: Any) -> dict[str, Any]:
    known = Node.objects.filter(node_id=origin.node_id).first()
    held = set(known.keys.confirmed().values_list("kid", flat=True)) if known else set()
    return {
        "origin": origin,
        "known": known,
        "kids": [kid for kid in actions.keys_shown(relay, origin) if kid not in held],
        "form": OriginForm(),
    }


def _relay(request: HttpRequest, slug: str) -> Relay:
    return get_object_or_404(Relay.objects.visible_to(viewer_of(request)), slug=slug)


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
