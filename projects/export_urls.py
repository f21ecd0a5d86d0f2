"""The lists with a suffix: /en/projects.csv, /en/events.jsonld."""

from django.urls import re_path

from projects import exports

app_name = "exports"
urlpatterns = [
    re_path(r"^projects\.(?P<suffix>csv|json|jsonld)$", exports.projects, name="projects"),
    re_path(r"^events\.(?P<suffix>csv|json|jsonld)$", exports.events, name="events"),
]
