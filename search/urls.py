"""Pages of the search, below /en/ and /fr/."""

from django.urls import path

from search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/saved/", views.saved, name="saved-searches"),
    path("search/saved/<int:pk>/forget/", views.forget, name="forget-search"),
]
