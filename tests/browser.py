"""The system's Chromium for one test, ended with everything that lived in its loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running(chromium: str) -> Iterator[Browser]:
    """Run the browser at this path.

    Playwright keeps an event loop in this thread, and in a loop Django opens connections of its own, which nobody
    else can see afterwards. They are closed here, or the test database could be neither copied nor dropped. The test
    itself is as synchronous as any other, which Django is told.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
            connections.close_all()
