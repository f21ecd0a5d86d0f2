"""Pages of the directory, below /en/members/, and the dashboard."""

from django.urls import path, re_path

from members import (
    account_views,
    directory_views,
    joining_views,
    key_views,
    organisation_views,
    privacy_views,
    views,
    webhook_views,
)

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("countries/", directory_views.countries, name="countries"),
    path("wall/", directory_views.wall_setup, name="wall-setup"),
    path("join/", joining_views.apply, name="apply"),
    path("join/thanks/", joining_views.applied, name="applied"),
    path("join/<str:token>/", joining_views.application, name="application"),
    path("me/", account_views.dashboard, name="dashboard"),
    path("me/strip/", account_views.strip, name="strip"),
    path("me/details/", account_views.details, name="details"),
    path("me/keys/new/", key_views.new_key, name="new-key"),
    path("me/keys/<int:pk>/", key_views.key, name="key"),
    path("me/keys/<int:pk>/rotate/", key_views.rotate_key, name="rotate-key"),
    path("me/keys/<int:pk>/revoke/", key_views.revoke_key, name="revoke-key"),
    path("me/invitations/<str:token>/", organisation_views.invitation, name="invitation"),
    path("me/data/", privacy_views.privacy, name="privacy"),
    path("me/data/export.json", privacy_views.export_file, name="personal-data"),
    path("me/data/erase/", privacy_views.erase, name="erase"),
    path("me/webhooks/", webhook_views.webhooks, name="webhooks"),
    path("me/webhooks/new/", webhook_views.new_webhook, name="new-webhook"),
    path("me/webhooks/<int:pk>/", webhook_views.webhook, name="webhook"),
    path("me/webhooks/<int:pk>/secret/", webhook_views.rotate_secret, name="webhook-secret"),
    path(
        "me/webhooks/<int:pk>/deliveries/<int:delivery>/again/",
        webhook_views.redeliver,
        name="webhook-redeliver",
    ),
    re_path(
        r"^me/webhooks/(?P<pk>\d+)/(?P<verb>test|pause|resume|remove)/$",
        webhook_views.act,
        name="webhook-act",
    ),
    path("me/<slug:slug>/people/", organisation_views.people, name="organisation-people"),
    path("me/<slug:slug>/people/<int:pk>/", organisation_views.person, name="organisation-person"),
    path(
        "me/<slug:slug>/invitations/<int:pk>/withdraw/",
        organisation_views.withdraw,
        name="withdraw-invitation",
    ),
    path("me/<slug:slug>/domains/", organisation_views.domains, name="organisation-domains"),
    path("me/<slug:slug>/domains/<int:pk>/", organisation_views.domain, name="organisation-domain"),
    path("me/<slug:slug>/sign-in/", organisation_views.sign_in, name="organisation-sign-in"),
    path(
        "me/<slug:slug>/sign-in/<slug:key>/",
        organisation_views.provider,
        name="organisation-provider",
    ),
    path("me/<slug:slug>/entry/", organisation_views.entry, name="organisation-entry"),
    path("me/<slug:slug>/logo/", organisation_views.logo, name="organisation-logo"),
    path("me/<slug:slug>/trail/", organisation_views.events, name="organisation-trail"),
    path("<slug:slug>/", views.organisation, name="organisation"),
]
