"""Pages of the directory, below /en/members/, and the dashboard."""

from django.urls import path

from members import account_views, key_views, views

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("directory.json", views.directory_json, name="directory-json"),
    path("directory.csv", views.directory_csv, name="directory-csv"),
    path("me/", account_views.dashboard, name="dashboard"),
    path("me/strip/", account_views.strip, name="strip"),
    path("me/details/", account_views.details, name="details"),
    path("me/keys/new/", key_views.new_key, name="new-key"),
    path("me/keys/<int:pk>/", key_views.key, name="key"),
    path("me/keys/<int:pk>/rotate/", key_views.rotate_key, name="rotate-key"),
    path("me/keys/<int:pk>/revoke/", key_views.revoke_key, name="revoke-key"),
    path("<slug:slug>/", views.organisation, name="organisation"),
]
