"""An organisation's webhooks: made, changed, tested, and their log of deliveries."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import clock
from members import actions, policies, trail
from members.account_views import signed_in
from members.errors import WebhookRefused
from members.models import MembersEvent, Organisation, Webhook, WebhookDelivery
from members.step_up import step_up
from members.viewers import viewer_of
from members.webhook_forms import WebhookForm

SHOWN = 50


@require_safe
@never_cache
@signed_in
def webhooks(request: HttpRequest) -> HttpResponse:
    """The webhooks of the organisations I manage."""
    rows = Webhook.objects.of_organisations(_managed(request))
    return render(request, "members/webhooks.html", {"webhooks": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@step_up
def new_webhook(request: HttpRequest) -> HttpResponse:
    """Make a webhook and show its secret once."""
    viewer = viewer_of(request)
    organisations = Organisation.objects.visible_to(viewer).among(_managed(request))
    first = organisations.first()
    form = WebhookForm(organisations, request.POST or None, initial={"organisation": first})
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = actions.create_webhook(
                viewer=viewer, now=clock.database_now(), **form.cleaned_data
            )
        except WebhookRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            return render(
                request, "members/webhook_secret.html", {"webhook": webhook, "secret": secret}
            )
    return render(request, "members/webhook_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@step_up
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with its log; posting changes where it sends and what."""
    found = _webhook(request, pk)
    form = WebhookForm(None, request.POST or None, initial={"url": found.url, "kinds": found.kinds})
    if request.method == "POST" and form.is_valid():
        actions.change_webhook(
            viewer=viewer_of(request), webhook=found, now=clock.database_now(), **form.cleaned_data
        )
        messages.success(request, _("The webhook is changed."))
        return redirect(found)
    pages = Paginator(WebhookDelivery.objects.to_webhook(found.pk), SHOWN)
    context = {
        "webhook": found,
        "form": form,
        "page": pages.get_page(request.GET.get("page")),
        "events": trail.rows(MembersEvent.objects.about_webhook(found.pk)[:SHOWN]),
    }
    return render(request, "members/webhook.html", context)


@require_POST
@never_cache
@signed_in
@step_up
def rotate_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new secret and show it once."""
    found = _webhook(request, pk)
    secret = actions.rotate_webhook_secret(
        viewer=viewer_of(request), webhook=found, now=clock.database_now()
    )
    context = {"webhook": found, "secret": secret, "is_replaced": True}
    return render(request, "members/webhook_secret.html", context)


@require_POST
@never_cache
@signed_in
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Test, pause, resume or remove."""
    found, viewer, now = _webhook(request, pk), viewer_of(request), clock.database_now()
    try:
        if verb == "test":
            actions.send_test_event(viewer=viewer, webhook=found, now=now)
            messages.success(request, _("The test is on its way. Look at the log below."))
        elif verb == "remove":
            actions.remove_webhook(viewer=viewer, webhook=found, now=now)
            messages.success(request, _("%(url)s gets no events any more.") % {"url": found.url})
            return redirect("members:webhooks")
        else:
            actions.set_webhook_state(
                viewer=viewer, webhook=found, active=verb == "resume", now=now
            )
    except WebhookRefused as refusal:
        messages.error(request, refusal.message)
    return redirect(found)


@require_POST
@never_cache
@signed_in
def redeliver(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send one event again."""
    found = _webhook(request, pk)
    row = get_object_or_404(WebhookDelivery, pk=delivery, webhook=found)
    try:
        actions.redeliver(viewer=viewer_of(request), delivery=row, now=clock.database_now())
        messages.success(request, _("The event is sent again."))
    except WebhookRefused as refusal:
        messages.error(request, refusal.message)
    return redirect(found)


def _managed(request: HttpRequest) -> list[int]:
    managed = policies.organisations_with_managed_keys(
        viewer_of(request), clock.database_now().date()
    )
    if not managed:
        raise Http404
    return managed


def _webhook(request: HttpRequest, pk: int) -> Webhook:
    return get_object_or_404(Webhook.objects.of_organisations(_managed(request)), pk=pk)
