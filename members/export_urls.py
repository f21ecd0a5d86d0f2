"""The directory with a suffix: /en/members.csv, with the parameters of the page."""

from django.urls import path

from members import directory_views, views

app_name = "directory"
urlpatterns = [
    path("members.csv", views.directory_csv, name="csv"),
    path("members.json", views.directory_json, name="json"),
    path("members.jsonld", directory_views.directory_jsonld, name="jsonld"),
]
