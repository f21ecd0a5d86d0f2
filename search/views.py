"""The search page, which everybody sees alike, and a person's own saved searches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.i18n import active_language
from alliance.pages import public_page
from alliance.problems import DomainError
from search import page
from search.actions import forget_search, save_search
from search.asking import ask, question_of
from search.forms import SaveForm
from search.models import SavedSearch
from search.rules import LONGEST
from search.sources import all_sources

signed_in = login_required(login_url="account_login")  # by name: in the page's language


@require_safe
@public_page("search", max_age=60)
def search(request: HttpRequest) -> HttpResponse:
    """Search everything public. Scripts take #results out of the same page."""
    question = question_of(request.GET)
    language = active_language()
    answer = ask(question, language)
    context: dict[str, Any] = {"question": question, "answer": answer, "longest": LONGEST}
    if question:
        context |= {
            "tabs": page.tabs(answer),
            "facets": page.facets(answer),
            "taken": page.taken(question),
            "lines": page.lines(answer, language),
            "pages": page.page_links(answer),
        }
    else:
        context["kinds"] = all_sources()
    return render(request, "search/search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def saved(request: HttpRequest) -> HttpResponse:
    """My saved searches, and a form to save the one whose parameters the address has."""
    question = question_of(request.GET)
    form = SaveForm(
        request.POST or None, initial={"query": question.query, "name": question.text[:80]}
    )
    if request.method == "POST" and form.is_valid():
        query = question_of(QueryDict(form.cleaned_data["query"])).query
        try:
            save_search(person_id=_person_id(request), name=form.cleaned_data["name"], query=query)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The search is saved."))
            return redirect("saved-searches")
    context = {
        "form": form if form.is_bound or question else None,
        "question": question,
        "searches": SavedSearch.objects.of(_person_id(request)),
    }
    return render(request, "search/saved.html", context)


@require_POST
@never_cache
@signed_in
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of my searches."""
    if not forget_search(person_id=_person_id(request), pk=pk):
        raise Http404
    messages.success(request, _("The search is forgotten."))
    return redirect("saved-searches")


def _person_id(request: HttpRequest) -> int:
    person_id = request.user.pk
    assert person_id is not None  # by signed_in
    return int(person_id)
