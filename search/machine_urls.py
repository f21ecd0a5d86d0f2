"""Addresses without a language: the feed of any search. `?lang=fr` chooses French."""

from django.urls import path

from search import feeds

urlpatterns = [path("search.atom", feeds.search, name="search-feed")]
