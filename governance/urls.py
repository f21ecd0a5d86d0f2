"""Pages below /en/governance/."""

from django.urls import path

from governance import (
    body_desk,
    desk,
    discussion_desk,
    documents,
    election_desk,
    election_views,
    mine,
    views,
)

app_name = "governance"
urlpatterns = [
    path("", views.home, name="home"),
    path("mine/", mine.mine, name="mine"),
    path("mine/letters/", mine.letters, name="letters"),
    path("mine/proxies/<int:pk>/revoke/", mine.revoke, name="revoke-proxy"),
    path("groups/", views.groups, name="groups"),
    path("bodies/<slug:slug>/", views.body, name="body"),
    path("bodies/<slug:slug>/join/", body_desk.join, name="join"),
    path("bodies/<slug:slug>/join/<int:pk>/", body_desk.answer, name="answer-request"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<slug:slug>/", documents.document, name="document"),
    path("bodies/<slug:slug>/propose/", desk.propose, name="propose"),
    path("proposals/<int:pk>/", views.proposal, name="proposal"),
    path("proposals/<int:pk>/manage/", desk.manage, name="manage"),
    path("proposals/<int:pk>/revise/", desk.revise, name="revise"),
    path("proposals/<int:pk>/changes/", views.changes, name="changes"),
    path("proposals/<int:pk>/manage/changes/", desk.changes, name="manage-changes"),
    path("proposals/<int:pk>/manage/<slug:verb>/", desk.act, name="act"),
    path("proposals/<int:pk>/amend/", discussion_desk.amend, name="amend"),
    path("proposals/<int:pk>/comments/", discussion_desk.comment, name="comment"),
    path(
        "proposals/<int:pk>/comments/<int:comment_pk>/hide/",
        discussion_desk.hide,
        name="hide-comment",
    ),
    path(
        "proposals/<int:pk>/amendments/<int:number>/<slug:verb>/",
        discussion_desk.amendment_act,
        name="amendment-act",
    ),
    path("votes/<int:pk>/", views.vote, name="vote"),
    path("votes/<int:pk>/ballot/", desk.ballot, name="ballot"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<slug:number>/", views.decision, name="decision"),
    path("bodies/<slug:slug>/elect/", election_desk.announce, name="announce-election"),
    path("elections/", election_views.elections, name="elections"),
    path("elections/<int:pk>/", election_views.election, name="election"),
    path("elections/<int:pk>/ballot/", election_desk.ballot, name="election-ballot"),
    path("elections/<int:pk>/desk/", election_desk.desk, name="election-desk"),
    path("elections/<int:pk>/desk/<slug:verb>/", election_desk.act, name="election-act"),
]
