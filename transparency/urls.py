"""Pages of this room."""

from django.urls import URLPattern

app_name = "transparency"
urlpatterns: list[URLPattern] = []
