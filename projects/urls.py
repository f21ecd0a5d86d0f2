"""Pages below /en/projects/."""

from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("areas/", views.areas, name="areas"),
    path("<slug:slug>/", views.project, name="project"),
]
