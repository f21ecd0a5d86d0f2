"""Addresses without a language: feeds, files, machine endpoints."""

from django.urls import URLPattern

app_name = "projects-machine"
urlpatterns: list[URLPattern] = []
