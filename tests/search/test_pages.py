"""The search's page, feed and API; saved searches of a person."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.test import Client

from projects.models import Project
from search.actions.saving import MOST
from search.models import SavedSearch
from tests.cast import Cast

pytestmark = [pytest.mark.usefixtures("indexed"), pytest.mark.django_db]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize(
    "wanted",
    [
        "%", "_", "\\", "'", "a" * 4000, "\x00docling", "<script>alert(1)</script>", "🙂🙂🙂🙂", "()&|!:*<->", "-", '"',
        "«docling»", "docling:*", "a b c d e f g h i j k l m n o p q r s t u v w x y z", "' OR 1=1 --", "café’s l’été",
        "docling -", '"docling', "--docling", "%s %(words)s", "mod*", "::tsquery",
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/fr/search/", "/search.atom", "/api/v1/search/"])
def test_no_text_breaks_it(client: Client, address: str, wanted: str) -> None:
    answer = client.get(address, {"q": wanted})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    "extra", ["area=%27", "kind=%00", "page=1e9", "year=abc", "area=" + "a" * 300, "language=de"]
)
def test_no_filter_breaks_it(client: Client, extra: str) -> None:
    assert client.get(f"/en/search/?q=open&{extra}").status_code == 200


def test_words_found_are_marked_and_the_rest_is_escaped(client: Client) -> None:
    Project.objects.filter(slug="docling").update(text_en="Un <b>café</b> & modèles évalués")
    html = client.get("/en/search/?q=evalues").content.decode()
    assert "<mark>évalués</mark>" in html
    assert "&lt;b&gt;café&lt;/b&gt; &amp;" in html


def test_a_long_question_is_cut_and_says_so(client: Client) -> None:
    html = client.get("/en/search/?" + urlencode({"q": "open " * 60})).content.decode()
    assert "first twelve words" in html


def test_a_near_spelling_is_said(client: Client) -> None:
    html = client.get("/en/search/?q=doclnig").content.decode()
    assert "Did you mean <strong>docling</strong>?" in html
    assert "/en/projects/docling/" in html


def test_the_empty_page_lists_the_kinds(client: Client) -> None:
    html = client.get("/fr/search/").content.decode()
    assert 'href="?kind=elections"' in html
    assert 'rel="nofollow"' not in html


def test_facets_stand_in_the_address_and_can_be_taken_away(client: Client) -> None:
    html = client.get("/en/search/?q=open&kind=projects&area=open-models-and-data").content.decode()
    assert 'href="?q=open&amp;kind=projects"' in html
    assert '<input type="hidden" name="area" value="open-models-and-data">' in html
    assert 'aria-current="true"' in html
    assert "There are not that many pages." in client.get("/en/search/?q=docling&page=9").content.decode()  # fmt: skip


def test_every_page_is_the_same_for_everybody(client: Client, cast: Cast) -> None:
    for address in ("/en/search/?q=open", "/search.atom?q=open"):
        public = client.get(address)
        assert "public" in public["Cache-Control"]
        client.force_login(cast.rep_a)
        assert client.get(address).content == public.content
        client.logout()


def test_any_search_is_a_feed_in_the_language_asked_for(client: Client) -> None:
    root = ElementTree.fromstring(client.get("/search.atom?kind=events&lang=fr").content)
    entries = root.findall(f"{ATOM}entry")
    assert entries
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert all("/fr/events/" in entry.find(f"{ATOM}link").get("href") for entry in entries)  # type: ignore[union-attr]
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert not ElementTree.fromstring(client.get("/search.atom?q=doclnig").content).findall(f"{ATOM}entry")  # fmt: skip


def test_the_api_pages_like_the_page(client: Client) -> None:
    body = client.get("/api/v1/search/?q=open&lang=fr").json()
    seen, total = [row["url"] for row in body["results"]], body["total"]
    assert sum(body["kinds"].values()) == total
    while body["next"]:
        body = client.get(body["next"].removeprefix("http://127.0.0.1:8000")).json()
        seen += [row["url"] for row in body["results"]]
    assert len(set(seen)) == len(seen) == total
    assert all(re.search(r"/fr/", url) for url in seen)
    assert client.get("/api/v1/search/?q=doclnig").json()["meant"] == "docling"


def test_a_person_saves_names_follows_and_forgets_a_search(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep_a)
    page = client.get("/en/search/saved/?q=open&kind=projects&page=3").content.decode()
    assert 'value="q=open&amp;kind=projects"' in page
    sent = {"name": "Open projects", "query": "kind=projects&q=open&nonsense=1"}
    assert client.post("/en/search/saved/", sent).status_code == 302
    kept = SavedSearch.objects.get()
    assert kept.query == "q=open&kind=projects"
    page = client.get("/en/search/saved/").content.decode()
    assert "/search.atom?q=open&amp;kind=projects&amp;lang=en" in page
    assert client.get(kept.feed_path).status_code == 200
    assert "Open projects" in client.get("/en/members/me/").content.decode()
    again = client.post("/en/search/saved/", sent | {"name": "Another"})
    assert "already keep this search" in again.content.decode()
    assert client.post(f"/en/search/saved/{kept.pk}/forget/").status_code == 302
    assert not SavedSearch.objects.exists()


def test_nobody_sees_or_forgets_the_searches_of_others(client: Client, cast: Cast) -> None:
    kept = SavedSearch.objects.create(person=cast.rep_a, name="Mine alone", query="q=open")
    assert client.get("/en/search/saved/").status_code == 302
    assert client.post(f"/en/search/saved/{kept.pk}/forget/").status_code == 302
    client.force_login(cast.rep_b)
    assert "Mine alone" not in client.get("/en/search/saved/").content.decode()
    assert client.post(f"/en/search/saved/{kept.pk}/forget/").status_code == 404
    assert SavedSearch.objects.filter(pk=kept.pk).exists()


def test_there_is_an_end_to_saving_and_an_empty_search_is_not_saved(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.rep_a)
    answer = client.post("/fr/search/saved/", {"name": "Rien", "query": ""})
    assert answer.status_code == 200
    assert not SavedSearch.objects.exists()
    SavedSearch.objects.bulk_create(
        SavedSearch(person=cast.rep_a, name=f"n{i}", query=f"q=n{i}") for i in range(MOST)
    )
    client.post("/en/search/saved/", {"name": "One more", "query": "q=open"})
    assert SavedSearch.objects.count() == MOST


def test_saved_searches_go_with_the_person(cast: Cast) -> None:
    from members.personal_data import export

    SavedSearch.objects.create(person=cast.rep_a, name="Mine", query="q=open")
    assert export(cast.rep_a)["records"]["search.SavedSearch.person"][0]["name"] == "Mine"
