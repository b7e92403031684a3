"""The door of the status page: for whom it opens, from memory, and for how long."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError

from dutydesk.status.api import door as doors
from dutydesk.status.api.answers import StatusAnswers
from dutydesk.status.api.door import LONGEST, STALE, StatusDoor
from dutydesk.status.api.own_host import HERE, own_host
from dutydesk.status.flows import record
from dutydesk.status.rules.page import StatusPage
from dutydesk.web.doors import Door
from dutydesk.web.memory import Remembered

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
DJANGO = 299


def page(shown: Any = "public", title: str = "How we are") -> StatusAnswers:
    found = StatusPage(shown, title, "", "", "#102030", "#a0b0c0", "Europe/London", AT, AT)
    return StatusAnswers(found, "/here")


class Known(Remembered[StatusAnswers]):
    """What is known, without hearing of changes, which needs a desk that is served."""

    def __init__(self, look: Callable[[], StatusAnswers], older: float = 0.0) -> None:
        super().__init__(look, name="page", marks=("x",))
        self._older = older

    def _listen(self) -> None:
        pass

    @property
    def age(self) -> float:
        return super().age + self._older


async def django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": DJANGO, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def whole(host: str = "status.example.org") -> Door:
    """Give a desk with a host name of the page's own, that answers 299 whatever it is asked."""
    return own_host(django, host, besides=["/static/"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 302), ("/status/", DJANGO), ("/status/subscribe", DJANGO),
        ("/static/desk.css", DJANGO),
        ("/owed/", 404), ("/account/login/", 404), ("/healthz", 404), ("/status-page/", 404),
        ("/do/status.subscribe/new", 404), ("/alarms/in/x", 404), ("/live", 404),
    ],
)  # fmt: skip
def test_by_a_name_of_its_own_there_is_only_the_page(path: str, status: int) -> None:
    named = {"host": "Status.Example.org:8443"}
    found, told, _ = send(whole(), path, **named)
    assert found == status
    assert told.get("location") == ("/status/" if path == "/" else None)
    assert send(whole(), path, host="desk.example.org")[0] == DJANGO
    assert send(whole(host=""), path, **named)[0] == DJANGO


def test_by_a_name_of_its_own_nobody_is_asked_to_sign_in() -> None:
    known = Known(lambda: page("sign-in"))
    assert ask(known, dutydesk_status_host=True)[0] == 404
    assert ask(Known(page), dutydesk_status_host=True)[0] == 200


def send(door: Door, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask a door for a path; give the status, the headers and the body."""
    sent: list[Any] = []

    async def keep(event: Any) -> None:
        sent.append(event)

    async def nothing() -> Any:
        raise AssertionError("nothing is read")

    given = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": given}
    asyncio.run(_through(door, scope, nothing, keep))
    told = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


async def _through(door: Door, *asked: Any) -> None:
    await door(*asked)


def ask(
    known: Remembered[StatusAnswers],
    path: str = "",
    method: str = "GET",
    dutydesk_status_host: bool = False,
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    given = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope: Any = {"type": "http", "method": method, "path": f"/status/{path}", "headers": given}
    if dutydesk_status_host:
        scope[HERE] = True

    async def once() -> None:
        await known.begin()
        await StatusDoor(known, django)(scope, receive, send)

    asyncio.run(once())
    told = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.mark.parametrize(("shown", "status"), [("public", 200), ("sign-in", DJANGO), ("off", 404)])
def test_it_opens_for_whom_the_process_file_says(shown: str, status: int) -> None:
    for path in ("", "history", "feed.atom", "api/v2/summary.json"):
        found, _, body = ask(Known(lambda: page(shown)), path)
        assert found == status
        assert (b"How we are" in body) is (status == 200)


def test_what_people_send_is_left_to_django() -> None:
    for path in ("subscribe", "subscriptions/x/end"):
        assert ask(Known(page), path, method="POST")[0] == DJANGO


def test_what_was_not_changed_is_not_sent_again() -> None:
    _, told, body = ask(Known(page))
    assert told["content-length"] == str(len(body))
    assert told["cache-control"] == "public, max-age=10, stale-if-error=600"
    assert told["access-control-allow-origin"] == "*"
    assert "script" not in told["content-security-policy"]
    for asked in (told["etag"], f'"x", {told["etag"]}', "*"):
        assert ask(Known(page), if_none_match=asked)[0::2] == (304, b"")
    other = Known(lambda: page(title="Otherwise"))
    assert ask(other, if_none_match=told["etag"])[0] == 200
    assert ask(Known(page, STALE + 1), if_none_match=told["etag"])[0] == 200, "it says so now"


def test_the_head_alone_can_be_asked_for_and_nothing_can_be_sent() -> None:
    status, told, body = ask(Known(page), method="HEAD")
    assert (status, body) == (200, b"")
    assert int(told["content-length"]) > 100
    assert ask(Known(page), method="POST")[0] == 405


def test_there_is_nothing_where_nothing_is() -> None:
    for path in ("nothing", "badge/none.svg", "api/v2/summary", "../healthz", "style.css/"):
        assert ask(Known(page), path)[0] == 404


def _away() -> StatusAnswers:
    raise OperationalError("away")


class Lost:
    """A database that answers once, and then is away."""

    def __init__(self) -> None:
        self.looked = 0

    def __call__(self) -> StatusAnswers:
        self.looked += 1
        return page() if self.looked == 1 else _away()


@pytest.mark.parametrize(
    ("older", "status", "says"),
    [(0, 200, False), (STALE + 1, 200, True), (LONGEST - 5, 200, True), (LONGEST + 1, 503, False)],
)
def test_for_ten_minutes_it_says_what_it_knew_and_then_that_it_knows_nothing(
    older: float, status: int, says: bool
) -> None:
    lost = Lost()
    found, told, body = ask(Known(lost, older))
    assert found == status
    assert (b"be reached just now" in body) is says
    if status == 200:
        assert told["dutydesk-read-at"] == "2026-11-24T11:00:00+00:00"
    else:
        assert told["cache-control"] == "no-store"


def test_a_database_that_never_was_there_is_no_good_news() -> None:
    assert ask(Known(_away))[0] == 503


def test_a_database_that_is_away_keeps_nobody_waiting_twice() -> None:
    lost = Lost()
    known = Known(lost)

    async def both() -> tuple[StatusAnswers | None, StatusAnswers | None]:
        await known.begin()
        first = await known.now()
        known._looked = float("-inf")
        return first, await known.now()

    first, second = asyncio.run(both())
    assert lost.looked > 1
    assert first is second is not None


def test_its_address_is_whole() -> None:
    assert record.link().endswith("/status/")


class Listener:
    """Who tells of changes, by hand."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    def join(self) -> "asyncio.Queue[str]":
        return self.queue

    def leave(self, queue: "asyncio.Queue[str]") -> None:
        assert queue is self.queue


@pytest.mark.parametrize(
    "told", ["incident:1", "announcement:2", "maintenance:3", "promised-update:4", "process", "*"]
)
def test_it_looks_again_as_soon_as_something_is_told_that_it_shows(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look() -> StatusAnswers:
        looks.append(1)
        return page(title=f"Look {len(looks)}")

    async def hear() -> tuple[bytes, bytes]:
        listener = Listener()
        monkeypatch.setattr("dutydesk.web.memory.listener", listener)
        known = Remembered(look, name="page", marks=doors.MARKS, fresh=1e9)
        await known.begin()
        first = await known.now()
        await listener.queue.put("alarm:1")
        await listener.queue.put(told)
        while len(looks) < 2:
            await asyncio.sleep(0)
        assert known._task is not None
        await known._task
        second = await known.now()
        assert first is not None and second is not None
        assert known._ear is not None
        known._ear.cancel()
        return first.page.title.encode(), second.page.title.encode()

    assert asyncio.run(hear()) == (b"Look 1", b"Look 2")
