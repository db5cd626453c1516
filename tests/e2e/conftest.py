"""A real browser on a real server: one process, the session's engine, the product's own application.

Every test fails on an error in the browser's console and on any request to an outside address. Without a browser all tests here are
skipped, and say so: set CHROMIUM to its path, or install the distribution's package (`apt install chromium`).
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
import uvicorn

from dashboard.api import ROUTES, api
from dashboard.front import Front, build
from dashboard.page import pages
from dashboard.setting import Settings
from ingest.rehearsal import rehearse
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.conftest import empty
from tests.e2e.company import ZONE, fill

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import BrowserContext, CDPSession, ConsoleMessage, Page, Request, expect

expect.set_options(timeout=15_000)  # the machines that run this are slow and shared

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if BROWSER and Path(BROWSER).exists():
        return
    here = Path(__file__).parent
    for item in items:
        if here in Path(str(item.path)).parents:
            item.add_marker(pytest.mark.skip(reason="no browser: set CHROMIUM to the path of one, or `apt install chromium`"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": BROWSER, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",
    }


@dataclass(slots=True)
class Site:
    """A running server over the session's engine."""

    front: Front
    url: str
    store: Store
    address: tuple[str, int]
    asked: list[str]

    def address_of(self, path: str, **filters: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return f"{self.url}{path}{'?' + query if query else ''}"


class Running:
    """The product's application in a thread; can be stopped and started again on the same port.

    `asked` holds every request the server saw, those of shared workers included, which the browser's own log leaves out.
    """

    def __init__(self, store: Store, port: int = 0, **settings: Any) -> None:
        self.front = build(store, Settings(**{"zone": ZONE, **settings}), blueprints=[(api(store), ROUTES)])
        self.asked: list[str] = []
        config = uvicorn.Config(
            self._recorded, host="127.0.0.1", port=port, log_level="warning", interface="asgi3", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def _recorded(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        await self.front(scope, receive, send)

    def __enter__(self) -> Self:
        self.thread.start()
        end = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.front.close()
        self.server.should_exit = True
        self.thread.join(timeout=10)

    @property
    def port(self) -> int:
        port: int = self.server.servers[0].sockets[0].getsockname()[1]
        return port


@pytest.fixture(scope="module")
def bare(engine: Store) -> Iterator[Site]:
    """A server that has received nothing."""
    empty(engine)
    with Running(engine) as running:
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)


@pytest.fixture(scope="module")
def shop(engine: Store) -> Iterator[Site]:
    """A server with a small company at work."""
    empty(engine)
    fill(engine, datetime.now(UTC))
    with Running(engine) as running:
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)
    empty(engine)


@pytest.fixture(scope="module")
def demo(engine: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the demo company's last two days, brought in by the real road and through the bad network."""
    empty(engine)
    rehearse(Writer(engine, keys_in(None)), Sources(), tmp_path_factory.mktemp("demo") / "demo.json", 2, 1, lambda _: None)
    with Running(engine) as running:
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)
    empty(engine)


@dataclass
class Log:
    """What the browser said and asked for during a test; `expected` are console texts a test provokes on purpose."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def asked(self, request: Request) -> None:
        self.requests.append(f"{request.method} {request.url}")
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    def follow(self, context: BrowserContext) -> None:
        """Listen to a context: what it asks for, and what its pages say."""
        context.on("request", self.asked)
        context.on("page", self.watch)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self.heard)

    @property
    def unexpected(self) -> list[str]:
        return [error for error in self.errors if not any(text in error for text in self.expected)]


@pytest.fixture
def log(context: BrowserContext) -> Iterator[Log]:
    kept = Log()
    kept.follow(context)
    yield kept
    assert not kept.unexpected, kept.unexpected
    assert not kept.outside, kept.outside


@pytest.fixture
def page(log: Log, context: BrowserContext) -> Page:  # overrides the plugin's, so that no test goes unwatched
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    return opened


@pytest.fixture
def network(context: BrowserContext, page: Page) -> CDPSession:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return session


def open_page(page: Page, url: str) -> None:
    """Go to an address and wait until its page has been drawn."""
    page.goto(url)
    page.locator("[data-frame] h1").first.wait_for()


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what is looked for has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} times Tab")


def paths() -> list[str]:
    """One address for each registered page."""
    return [path for page in pages() for path in examples(page.path)]


def examples(path: str) -> list[str]:
    for name, value in {"metric": "service_level", "dimension": "logistics", "level": "2"}.items():
        path = path.replace(f"<{name}>", value)
    return [path]
