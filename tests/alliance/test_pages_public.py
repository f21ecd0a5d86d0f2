"""Public pages: one for everyone, in two languages, with the headers that let others keep them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ROOF = [
    "",
    "learn/",
    "learn/ranking/",
    "learn/verify/",
    "learn/votes/",
    "learn/node/",
    "api/",
    "search/?q=ibm",
]
ROOMS = ["members/", "log/"]


@pytest.mark.parametrize("path", ROOF + ROOMS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_public_page_is_cacheable_and_sets_no_cookie(
    client: Client, path: str, language: str
) -> None:
    answer = client.get(f"/{language}/{path}")
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()
    assert f'<html lang="{language}">' in answer.content.decode()


def test_a_browser_asks_for_a_page_each_time_and_a_front_keeps_it(client: Client) -> None:
    """Who has just acted must not read the copy from before; feeds may be older."""
    rules = set(client.get("/en/learn/")["Cache-Control"].split(", "))
    assert rules == {"public", "max-age=0", "s-maxage=15", "must-revalidate"}


@pytest.mark.parametrize("path", ROOF + ROOMS)
def test_a_public_page_is_the_same_for_a_signed_in_reader(client: Client, cast, path: str) -> None:
    anonymous = client.get(f"/en/{path}").content
    client.force_login(cast.rep_a)
    assert client.get(f"/en/{path}").content == anonymous


def test_an_etag_saves_the_body(client: Client) -> None:
    first = client.get("/en/learn/")
    second = client.get("/en/learn/", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 304
    assert not second.content


def test_the_policy_allows_nothing_inline(client: Client) -> None:
    policy = client.get("/en/")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ROOF + ROOMS)
def test_no_page_carries_inline_code(client: Client, path: str) -> None:
    html = client.get(f"/en/{path}").content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


def test_the_root_asks_the_browser_for_its_language(client: Client) -> None:
    assert client.get("/", headers={"Accept-Language": "fr-CA,fr;q=0.9"})["Location"] == "/fr/"
    assert client.get("/", headers={"Accept-Language": "de"})["Location"] == "/en/"


def test_an_unknown_language_is_not_found(client: Client) -> None:
    answer = client.get("/de/members/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_the_api_says_not_found_as_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/organisations/nobody/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_health(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_a_guide_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/en/learn/nothing/").status_code == 404


def test_no_page_links_to_a_page_that_is_not_there(client: Client) -> None:
    seen: set[str] = set()
    waiting = ["/en/", "/fr/"]
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        assert answer.status_code in (200, 302), path
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue  # a file that the page offers: there, and without links
        found = re.findall(r'href="(/(?:en|fr)/[^"#?]*)', answer.content.decode())
        waiting += [link for link in dict.fromkeys(found) if link not in seen]
        seen.update(found)
    assert len(seen) > 10
