"""The index of what is public, the words it knows, the changes that wait, and people's saved searches."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import LANGUAGE_CODES
from search.querysets import SavedSearchQuerySet

LANGUAGES = [(code, code) for code in LANGUAGE_CODES]


class FacetSet(models.Model):
    """A kind with a combination of facets: entries share a few hundred of them, so that counting stays cheap."""

    kind = models.CharField(max_length=20)
    facets: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=120))

    class Meta:
        verbose_name = _("combination of facets")
        verbose_name_plural = _("combinations of facets")
        constraints = [
            models.UniqueConstraint(fields=["kind", "facets"], name="search_facet_set_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(self.facets)}"


class Entry(models.Model):
    """One public thing in one language, made from its room's description and never edited.

    `vector` weighs: A its title, B its title in the other language, C its text, D its text in the other language.
    `title_vector` holds A and B alone. Text and `vector` lie apart from the row, which a scan of many then passes by.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=2, choices=LANGUAGES)
    facet_set = models.ForeignKey(FacetSet, models.PROTECT, related_name="entries", db_index=False)
    title = models.CharField(max_length=300)
    plain_title = models.CharField(max_length=300, help_text=_("small letters, without accents"))
    note = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=400)
    digest = models.CharField(max_length=32, help_text=_("of all it was made from"))
    updated = models.DateTimeField()
    title_vector = SearchVectorField()
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        indexes = [
            *(
                GinIndex(
                    fields=[column], name=f"search_{column}_{code}", condition=Q(language=code)
                )
                for column in ("vector", "title_vector")
                for code in LANGUAGE_CODES
            ),
            models.Index(fields=["language", "facet_set", "-updated"], name="search_entry_newest"),
            models.Index(fields=["language", "plain_title"], name="search_entry_title"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "language"], name="search_entry_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word that entries hold, for those who misspell it."""

    plain = models.CharField(max_length=60, primary_key=True)
    shown = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("known word")
        verbose_name_plural = _("known words")
        indexes = [GinIndex(fields=["plain"], name="search_word_near", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.shown


class Change(models.Model):
    """A thing whose entries are old: written by triggers, taken away once they are made again."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SavedSearch(models.Model):
    """A name that a person gave to a search. Its results are public; that the person keeps it is not."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=600, help_text=_("The parameters of the search’s address"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_search_name_once"),
            models.UniqueConstraint(fields=["person", "query"], name="saved_search_query_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('search')}?{self.query}"

    @property
    def feed_path(self) -> str:
        """The Atom address of the same search, without a language."""
        return f"{reverse('search-feed')}?{self.query}"
