"""A real browser, the system's Chromium, without a window."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, NoReturn

import pytest

from tests.needs import missing

NEEDED = "EQUITYSIM_NEEDS_BROWSER"
"""Environment variable: 1 makes a missing browser a failure, as in .ci/run."""

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _missing(what: str) -> NoReturn:
    missing(NEEDED, f"the page was NOT tested in a browser: {what} (docs/page.md says how to get it)")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, with a profile of its own that nobody used before."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        _missing(f"none of {', '.join(NAMES)} is installed")
    for module in ("playwright", "axe_playwright_python", "pypdf"):
        if find_spec(module) is None:
            _missing(f"the extra 'browser' is not installed, {module} is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = driver.chromium.launch(
            executable_path=program, headless=True, args=FLAGS, env={**os.environ, "HOME": profile}
        )
        yield browser
        browser.close()
