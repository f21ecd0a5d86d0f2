"""Pages below /en/projects/."""

from django.urls import path

from projects import (
    desk,
    landscape,
    learning,
    parts_desk,
    source_urls,
    stage_desk,
    stage_views,
    views,
)

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("areas/", views.areas, name="areas"),
    *source_urls.urlpatterns,
    path("landscape/", landscape.landscape, name="landscape"),
    path("landscape/embed/", landscape.embed, name="landscape-embed"),
    path("learning/", learning.resources, name="learning"),
    path("stages/", stage_views.stages, name="stages"),
    path("applications/<slug:reference>/", stage_views.application, name="application"),
    path("applications/<slug:reference>/desk/", stage_desk.application, name="application-desk"),
    path("<slug:slug>/history/", views.history, name="history"),
    path("<slug:slug>/edit/", desk.edit, name="edit"),
    path("<slug:slug>/milestones/new/", desk.milestone, name="new-milestone"),
    path("<slug:slug>/milestones/<int:pk>/", desk.milestone, name="milestone"),
    path("<slug:slug>/parts/<slug:kind>/", parts_desk.part, name="new-part"),
    path("<slug:slug>/parts/<slug:kind>/<int:pk>/", parts_desk.part, name="part"),
    path("<slug:slug>/review/", desk.review, name="review"),
    path("<slug:slug>/apply/", stage_desk.apply, name="apply"),
    path("<slug:slug>/", views.project, name="project"),
]
