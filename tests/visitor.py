"""A person with a keyboard and a browser without scripts, for journeys through the portal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from members.models import Person

WAIT = 60_000
TABS = 200


class Visitor:
    """A signed-in person who reads one of the languages and walks with the keyboard alone."""

    room = ""

    def __init__(
        self, browser: Browser, url: str, session: str, language: str = "en", width: int = 1280
    ) -> None:
        context = browser.new_context(
            base_url=url, java_script_enabled=False, viewport={"width": width, "height": 800}
        )
        context.add_cookies([{"name": "session", "value": session, "url": url}])
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.language = language

    def visit(self, path: str) -> None:
        """Open a page of the room in this person's language."""
        self.page.goto(f"/{self.language}/{self.room}{path}")
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def reach(self, wanted: Locator) -> None:
        """Walk with the tabulator until the element has the focus."""
        expect(wanted).to_have_count(1)
        for _step in range(TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def write(self, name: str, text: str) -> None:
        """Reach a field and type into it in place of what stands there."""
        self.reach(self.page.locator(f"main [name={name}]"))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def push(self, name: str) -> None:
        """Reach a button and press it."""
        self.reach(self.page.locator("main").get_by_role("button", name=name, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, name: str, within: str = "main") -> None:
        """Reach a link and follow it."""
        self.reach(self.page.locator(within).get_by_role("link", name=name, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def elsewhere(work: Callable[[], Any]) -> Any:
    """Ask the database from a thread of its own: the browser's loop runs in this one."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found, "the database gave no answer"
    return found[0]


def session_of(person: Person) -> str:
    """Sign a person in; before the browser's loop runs."""
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value


@contextmanager
def repeating(work: Callable[[], object]) -> Iterator[None]:
    """Do what beat and a worker do, again and again beside a test, until it ends."""
    over = threading.Event()

    def run() -> None:
        try:
            while not over.wait(0.3):
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    over.set()
    thread.join(WAIT / 1000)
