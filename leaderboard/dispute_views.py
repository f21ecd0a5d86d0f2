"""The desk of a dispute: raise one, answer one, withdraw one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliance.desks import carry_out
from alliance.problems import DomainError
from leaderboard import actions, policies
from leaderboard.forms import AnswerForm, DisputeForm
from leaderboard.models import Dispute, Result
from leaderboard.proposing import ways
from members.models import Organisation
from members.viewers import viewer_of


@never_cache
@login_required
def disputes(request: HttpRequest, ulid: str) -> HttpResponse:
    """The disputes of a result, with what this person may do about them."""
    viewer = viewer_of(request)
    result = get_object_or_404(Result.objects.visible_to(viewer).for_page(), ulid=ulid)
    form = DisputeForm(_organisations(request, result), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.raise_dispute(viewer=viewer, result=result, **form.wanted())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The dispute is raised and public."))
            return redirect("leaderboard:disputes", ulid=ulid)
    return _desk(request, result, form)


@require_POST
@never_cache
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer for the node's organisation."""
    dispute, viewer = _dispute(request, pk), viewer_of(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write an answer of at most 5,000 characters."))
        return redirect("leaderboard:disputes", ulid=dispute.result.ulid)
    return _do(
        request,
        dispute,
        lambda: actions.answer_dispute(viewer=viewer, dispute=dispute, **form.cleaned_data),
        _("The answer is public."),
    )


@require_POST
@never_cache
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's organisation's objection back."""
    dispute, viewer = _dispute(request, pk), viewer_of(request)
    return _do(
        request,
        dispute,
        lambda: actions.withdraw_dispute(viewer=viewer, dispute=dispute),
        _("The dispute is withdrawn. It stays to be read."),
    )


def _dispute(request: HttpRequest, pk: int) -> Dispute:
    rows = Dispute.objects.visible_to(viewer_of(request)).for_list()
    return get_object_or_404(rows, pk=pk)


def _do(
    request: HttpRequest, dispute: Dispute, action: Callable[[], object], done: str
) -> HttpResponse:
    carry_out(request, action, done)
    return redirect("leaderboard:disputes", ulid=dispute.result.ulid)


def _mine(request: HttpRequest) -> list[int]:
    return policies.disputing_organisations(viewer_of(request), timezone.now().date())


def _organisations(request: HttpRequest, result: Result) -> Any:
    """Return those of the reader's organisations that may dispute this result."""
    rows = Organisation.objects.filter(pk__in=_mine(request))
    return rows.exclude(pk=result.node.organisation_id)


def _desk(request: HttpRequest, result: Result, form: DisputeForm) -> HttpResponse:
    mine, viewer, today = _mine(request), viewer_of(request), timezone.now().date()
    rows = Dispute.objects.visible_to(viewer).of_results([result.pk]).for_list()
    context = {
        "result": result,
        "rows": [
            {
                "dispute": row,
                "may_withdraw": row.is_pending and row.organisation_id in mine,
                "may_answer": row.state == row.State.OPEN and result.node.organisation_id in mine,
                "ways": ways(viewer, "settle-dispute", today, dispute=row.pk)
                if row.is_pending
                else [],
            }
            for row in rows
        ],
        "form": form,
        "answer_form": AnswerForm(),
        "may_raise": form.fields["organisation"].queryset.exists(),  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    return render(request, "leaderboard/manage/disputes.html", context, status=status)
