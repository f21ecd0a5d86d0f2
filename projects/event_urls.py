"""Pages of events; they share the namespace of projects."""

from django.urls import URLPattern

app_name = "events"
urlpatterns: list[URLPattern] = []
