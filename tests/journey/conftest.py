"""The whole portal as `make run` starts it, on a free port with its own data, for the browser to walk through."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer

from tests.browser import running

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 600


@dataclass(frozen=True)
class Portal:
    """A running portal."""

    url: str
    data: Path
    log: Path
    seconds_to_board: float

    def json(self, path: str) -> dict:
        with urlopen(f"{self.url}{path}", timeout=10) as answer:
            return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _replicated(board: dict) -> int:
    return sum(1 for row in board["rows"] if row["organisations"] >= 3)


def _wait_for_board(process: subprocess.Popen[bytes], url: str, log: Path) -> float:
    began = time.monotonic()
    last = "no answer yet"
    while time.monotonic() - began < START_SECONDS:
        if process.poll() is not None:
            pytest.fail(f"the portal stopped with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            with urlopen(f"{url}/api/v1/boards/language-id/", timeout=5) as answer:
                board = json.load(answer)
            last = f"{_replicated(board)} systems replicated"
            if _replicated(board) >= 5:
                return time.monotonic() - began
        except (OSError, ValueError) as error:
            last = str(error)
        time.sleep(1)
    pytest.fail(f"no replicated board after {START_SECONDS} s ({last}):\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def receiver() -> Iterator[HTTPServer]:
    """A member's system on this machine, which the running portal may call: it takes what is posted to `/hook`."""
    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/hook", method="POST").respond_with_data("taken")
        yield server


@pytest.fixture(scope="session")
def portal(
    chromium: str, receiver: HTTPServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Start everything with the launcher, wait for the replicated board, stop it in the end."""
    folder = tmp_path_factory.mktemp("portal")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    keep = {"PATH", "HOME", "LANG", "CHROMIUM"}
    env = {name: value for name, value in os.environ.items() if name in keep}
    env |= {"PORT": str(port), "DATA_DIR": str(folder / "data")}
    env |= {"OUTBOUND_ALLOWED_HOSTS": f"127.0.0.1:{receiver.port}"}
    log = folder / "launcher.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "run"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        seconds = _wait_for_board(process, url, log)
        yield Portal(url, folder / "data", log, seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, ended with the module: Playwright's event loop would stay in this thread."""
    with running(chromium) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A fresh reader; anything the browser complains about fails the test."""
    context = browser.new_context(
        base_url=portal.url, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def sign_in(page: Page, email: str, organisation: str) -> None:
    """Sign in with the demonstration password and land on the desk."""
    page.goto("/en/accounts/login/")
    page.locator('input[name="login"]').fill(email)
    page.locator('input[name="password"]').fill("demonstration")
    page.locator('main form:has(input[name="password"]) button').first.click()
    expect(page.locator("main")).to_contain_text(organisation)
