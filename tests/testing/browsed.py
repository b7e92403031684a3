"""A real browser whose requests the desk's own views answer, in the process of the test."""

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from testing.machine import needs

T = TypeVar("T")
HOST = "http://testserver"


def _headers(sent: Mapping[str, str]) -> dict[str, str]:
    quiet = {"X-Live": sent["x-live"]} if "x-live" in sent else {}
    return {"Accept": sent.get("accept", ""), **quiet}


def answered_by(client: Client, route: Route, here: "Here") -> None:
    """Answer a browser's request as the desk would."""
    asked = route.request
    path = asked.url.removeprefix(HOST)
    if path.startswith("/static/"):
        file = finders.find(path.removeprefix("/static/"))
        assert isinstance(file, str)
        route.fulfill(path=file)
    elif path.startswith("/live"):
        route.fulfill(status=204)
    else:
        kind = asked.headers.get("content-type", "application/octet-stream")
        sent, accept = asked.post_data or "", _headers(asked.headers)
        answer = here.do(
            lambda: client.generic(asked.method, path, sent, content_type=kind, headers=accept)
        )
        headers = {"content-type": answer.headers["Content-Type"]}
        route.fulfill(status=answer.status_code, body=answer.content, headers=headers)


class Here:
    """Lets a browser, which has a thread of its own, have things done where the database is."""

    def __init__(self) -> None:
        self.asked: queue.Queue[Callable[[], None] | None] = queue.Queue()

    def do(self, what: Callable[[], T]) -> T:
        """Give what comes of it, from the thread in which the test itself runs."""
        told: queue.Queue[T] = queue.Queue()
        self.asked.put(lambda: told.put(what()))
        return told.get(timeout=60)

    def browse(self, script: Callable[[Page], None]) -> None:
        """Run the script in a browser, and do here what is asked for meanwhile."""
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(self._run, script)
            running.add_done_callback(lambda _: self.asked.put(None))
            while (what := self.asked.get(timeout=120)) is not None:
                what()
            running.result()

    def _run(self, script: Callable[[Page], None]) -> None:
        with sync_playwright() as playwright:
            path = needs("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_default_timeout(60_000)
            script(page)
            browser.close()
