"""What every test stands on: throw-away settings, a clean cache, the cast of people."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.cast"]

# A busy machine is no failure: properties are about what holds, not about how fast.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole files, and the journeys as one: they share one running portal."""
    from xdist.scheduler import LoadFileScheduling

    class WholeFiles(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "journey" if file.startswith("tests/journey/") else file

    return WholeFiles(config, log)


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Let no test count against the rate limits of another."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin in English: a request for a French page leaves its language to the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of published golden data, or a skip that says so."""
    folder = Path(
        os.environ.get("GOLDEN_DATA", Path(__file__).parent.parent.parent / "shared" / "golden")
    )
    if not folder.is_dir():
        pytest.skip("no golden data: set GOLDEN_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; without one the test is skipped, or fails under REQUIRE_BROWSER=1."""
    if CHROMIUM:
        return CHROMIUM
    message = (
        "no Chromium on this machine: install the package chromium, or set CHROMIUM to its path"
    )
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(message)
    pytest.skip(message)
