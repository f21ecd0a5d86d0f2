"""Addresses without a language: the register as a feed."""

from django.urls import path

from governance import feeds

app_name = "governance-machine"
urlpatterns = [path("decisions.atom", feeds.decisions, name="decisions-feed")]
