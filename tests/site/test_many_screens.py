"""Any number of open screens costs the desk nothing that others need."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from testing.load import alert
from testing.machine import eventually
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

MANY = 200


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(11, 0))
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


class Screen:
    """A browser's ear at `/live`, as a bare connection."""

    def __init__(self, desk: Desk, visitor: Visitor, about: str = "any") -> None:
        cookies = "; ".join(f"{one.name}={one.value}" for one in visitor.client.cookies.jar)
        self.heard = b""
        self._socket = socket.create_connection(("127.0.0.1", desk.port), timeout=120)
        asked = f"GET /live?about={about} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        self._socket.sendall(f"{asked}Cookie: {cookies}\r\n\r\n".encode())

    def hears(self, words: bytes) -> bool:
        """Wait until it was told that; whether that came before the stream was ended."""
        while words not in self.heard:
            part = self._socket.recv(65536)
            if not part:
                return False
            self.heard += part
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def screens(desk: Desk, ada: Visitor) -> Iterator[list[Screen]]:
    screens = [Screen(desk, ada) for _ in range(MANY)]
    try:
        for screen in screens:
            assert screen.hears(b"retry: 2000"), screen.heard
        yield screens
    finally:
        for screen in screens:
            screen.close()


def sign_in(desk: Desk) -> httpx.Response:
    """Sign in as a browser would that saw the form."""
    with httpx.Client(base_url=desk.url, timeout=120) as browser:
        browser.get("/account/login/")
        form = {
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            "login": "ada@example.org",
            "password": "walking-desk-1",
        }
        return browser.post("/account/login/", data=form)


def connections(desk: Desk) -> str:
    checks = httpx.get(f"{desk.url}/healthz").json()["checks"]
    return str(checks["connections"]["says"])


def test_with_two_hundred_screens_open_everybody_is_answered(
    desk: Desk, ada: Visitor, screens: list[Screen]
) -> None:
    key = ada.send("/alarms/keys/", name="Alertmanager").text
    path = re.findall(r"(/alarms/in/alertmanager/[\w-]+)", key)[0]
    with httpx.Client(base_url=desk.url, timeout=120) as sender:
        # A screen that held a connection or a thread would let nobody else have one.
        for number in range(12):
            assert ada.client.get("/").status_code == 200
            assert sender.post(path, json=alert(number)).status_code == 200
    assert sign_in(desk).status_code < 400
    for screen in screens:
        assert screen.hears(b"data: alarm:")
    # Whoever asks holds the one, and no screen any.
    told = "1 of 8 are taken, 0 wait for one, one listens"
    eventually(lambda: connections(desk).startswith(told))


@pytest.mark.usefixtures("ada")
def test_a_stream_ends_with_its_session(desk: Desk) -> None:
    ada = Visitor(desk)
    ada.see("/account/login/")
    signed_in = ada.send("/account/login/", login="ada@example.org", password="walking-desk-1")
    assert signed_in.status_code == 200
    screen = Screen(desk, ada)
    assert screen.hears(b"retry: 2000")
    ada.send("/account/logout/")
    assert not screen.hears(b"nothing says this")
    screen.close()


def test_nobody_listens_who_is_not_signed_in(desk: Desk) -> None:
    answer = httpx.get(f"{desk.url}/live", params={"about": "any"})
    assert answer.status_code == 401
    assert httpx.post(f"{desk.url}/live").status_code == 405


def test_when_the_screens_are_closed_nobody_is_told_any_more(desk: Desk, ada: Visitor) -> None:
    for _ in range(3):
        screen = Screen(desk, ada)
        assert screen.hears(b"retry: 2000")
        screen.close()
    eventually(lambda: "1 of 8" in connections(desk))


def test_a_host_that_isnt_ours_is_one_line_in_the_log(desk: Desk) -> None:
    before = len(desk.log.read_text())
    for _ in range(3):
        answer = httpx.get(f"{desk.url}/", headers={"Host": "evil.example"})
        assert answer.status_code == 400
    told = eventually(lambda: desk.log.read_text()[before:])
    lines = [line for line in told.splitlines() if "evil.example" in line]
    assert len(lines) <= 3
    assert "Traceback" not in told
