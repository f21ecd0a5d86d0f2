"""The register as an Atom feed, in the language asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.i18n import LANGUAGE_CODES
from alliance.pages import public_page
from alliance.viewer import ANONYMOUS
from governance import vote_page, wording
from governance.models import Decision, Election

LENGTH = 50


class DecisionsFeed(Feed):
    """The latest decisions and results of elections."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("AI Alliance: register of decisions")

    def subtitle(self) -> str:
        return _("Every decision with its number, its count and what it did.")

    def link(self) -> str:
        return reverse("governance:decisions")

    def items(self) -> list[Decision | Election]:
        decided = Decision.objects.visible_to(ANONYMOUS).for_list()[:LENGTH]
        counted = Election.objects.visible_to(ANONYMOUS).counted().for_list().order_by("-ended_at")
        rows: list[Decision | Election] = [*decided, *counted[:LENGTH]]
        return sorted(rows, key=_moment, reverse=True)[:LENGTH]

    def item_title(self, item: Any) -> str:
        return f"{item.number}: {item.title}"

    def item_description(self, item: Decision | Election) -> str:
        if isinstance(item, Election):
            won = list(item.result["winners"]) if item.result else []
            words = _("Elected: %(names)s.") % {"names": ", ".join(won)}
            return f"{item.body}: {words if won else _('Nobody was elected.')}"
        acts = [f"{effect.sentence} ({effect.state_name})" for effect in vote_page.effects_of(item)]
        return " ".join([f"{item.body}: {wording.outcome_line(item.outcome, item.tally)}.", *acts])

    def item_link(self, item: Decision | Election) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Decision | Election) -> str:
        noun = "election" if isinstance(item, Election) else "decision"
        return f"urn:alliance:{noun}:{item.number}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Decision | Election) -> datetime:
        return _moment(item)

    def item_updateddate(self, item: Decision | Election) -> datetime:
        return _moment(item)


def _moment(item: Decision | Election) -> datetime:
    if isinstance(item, Decision):
        return item.decided_at
    assert item.ended_at is not None
    return item.ended_at


@require_safe
@public_page("decisions", max_age=300)
def decisions(request: HttpRequest) -> HttpResponse:
    """Serve the feed; `?lang=fr` chooses French."""
    language = request.GET.get("lang", "")
    with translation.override(language if language in LANGUAGE_CODES else "en"):
        return DecisionsFeed()(request)
