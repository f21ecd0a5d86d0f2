"""A person keeps a search under a name, or forgets it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from search.errors import SearchNotSaved
from search.models import SavedSearch

MOST = 50


def save_search(*, person_id: int, name: str, query: str) -> SavedSearch:
    """Keep a search; refuse an empty one, a name or search kept already, and more than fifty."""
    if not query:
        raise SearchNotSaved(
            _("This search asks for nothing yet. Write a word or choose a filter.")
        )
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=person_id)  # one at a time counts
        if SavedSearch.objects.of(person_id).count() >= MOST:
            raise SearchNotSaved(_("You keep fifty searches. Forget one before you save another."))
        try:
            with transaction.atomic():
                return SavedSearch.objects.create(person_id=person_id, name=name, query=query)
        except IntegrityError as error:
            raise SearchNotSaved(
                _("You already keep this search, or another of this name.")
            ) from error


def forget_search(*, person_id: int, pk: int) -> bool:
    """Forget one of a person's own searches; say whether there was one."""
    deleted, _models = SavedSearch.objects.of(person_id).filter(pk=pk).delete()
    return bool(deleted)
