"""Sign-in pages of our own, beside allauth's."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
