"""Signed-in pages: votes that need me, proxies I gave and hold, and how often I want letters."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliance.clock import database_now
from alliance.desks import carry_out
from alliance.problems import DomainError
from governance import actions
from governance.forms import LettersForm, ProxyForm
from governance.models import NoticeChoice, Proxy, Seat, Vote
from members.models import Person
from members.step_up import step_up
from members.viewers import viewer_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def mine(request: HttpRequest) -> HttpResponse:
    """Votes that need me with what is left of their time; my seats and the proxies for them."""
    viewer, person = viewer_of(request), request.user
    assert isinstance(person, Person)
    today = database_now().date()
    seats = list(
        Seat.objects.held_by(viewer, today).select_related("body", "organisation").order_by("pk")
    )
    form = ProxyForm(seats, today, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_proxy(viewer=viewer, **form.wanted())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The proxy is given. You can take it back at any time."))
            return redirect("governance:mine")
    standing = Proxy.objects.standing(today).for_list()
    choice = NoticeChoice.objects.filter(person=person).first()
    context = {
        "awaiting": Vote.objects.visible_to(viewer).awaiting(viewer, today).for_list(),
        "seats": seats,
        "form": form,
        "given": standing.filter(seat__in=seats),
        "held": standing.filter(person=person),
        "letters": LettersForm(initial={"delivery": choice.delivery if choice else "at-once"}),
    }
    return render(request, "governance/mine.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
@step_up
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proxy back."""
    viewer = viewer_of(request)
    seen = Proxy.objects.seen_by(viewer, database_now().date())
    proxy = get_object_or_404(seen, pk=pk)
    carry_out(
        request,
        lambda: actions.revoke_proxy(viewer=viewer, proxy=proxy),
        _("The proxy is taken back."),
    )
    return redirect("governance:mine")


@require_POST
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Choose how often letters come."""
    form = LettersForm(request.POST)
    assert isinstance(request.user, Person)
    if form.is_valid():
        actions.choose_letters(person=request.user, delivery=form.cleaned_data["delivery"])
        messages.success(request, _("Your choice is kept."))
    else:
        messages.error(request, _("Choose one of the three."))
    return redirect("governance:mine")
