"""Any search as Atom: what it finds, the latest changes first, in the language that `?lang=` names."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.i18n import LANGUAGE_CODES
from alliance.pages import public_page
from search.asking import Question, ask, question_of
from search.finding import Hit
from search.sources import source_of

LENGTH = 50


@require_safe
@public_page("search", max_age=300)
def search(request: HttpRequest) -> HttpResponse:
    """Serve one search; the parameters are those of its page."""
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGE_CODES else "en"
    with translation.override(language):
        question = question_of(request.GET)
        answer = ask(question, language, size=LENGTH, newest=True, forgiving=False)
        feed = _feed(request, question, language)
        for hit in answer.result.hits:
            _add(feed, hit)
        return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _feed(request: HttpRequest, question: Question, language: str) -> Atom1Feed:
    subtitle = _("What this search finds, the latest changes first.")
    title = _("AI Alliance: search for “%(words)s”") % {"words": question.text}
    return Atom1Feed(
        title=title if question.text else _("AI Alliance: a search"), subtitle=subtitle, description=subtitle,
        link=f"{settings.SITE_ORIGIN}{reverse('search')}?{question.query}", language=language,
        feed_url=f"{settings.SITE_ORIGIN}{request.get_full_path()}",
    )  # fmt: skip


def _add(feed: Atom1Feed, hit: Hit) -> None:
    source = source_of(hit.kind)
    host = settings.SITE_ORIGIN.partition("://")[2]
    feed.add_item(
        title=hit.title, link=f"{settings.SITE_ORIGIN}{hit.url}", description=hit.note or hit.excerpt,
        unique_id=f"tag:{host},2026:{hit.kind}/{hit.object_id}", pubdate=hit.updated, updateddate=hit.updated,
        categories=[str(source.name)] if source else [],
    )  # fmt: skip
