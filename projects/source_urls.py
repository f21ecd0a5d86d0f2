"""Pages about sources, below /en/projects/; `projects/urls.py` includes them before the projects' own."""

from django.urls import path

from projects import source_views as views

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/rules/", views.rules, name="manifest-rules"),
    path("sources/manifest/", views.maker, name="manifest-maker"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("sources/<slug:slug>/<int:pk>/", views.copy, name="copy"),
    path("harvest/", views.harvest, name="harvest"),
    path("harvest/register/", views.register, name="harvest-register"),
    path("harvest/catalogue/", views.register_catalogue, name="harvest-catalogue"),
    path("harvest/<slug:slug>/", views.log, name="harvest-source"),
    path("harvest/<slug:slug>/parts/", views.parts, name="harvest-parts"),
    path("harvest/<slug:slug>/<str:verb>/", views.act, name="harvest-act"),
]
