"""Checks over HTTP, against real servers that answer well, badly, or not at all."""

import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from doubles.certificates import certificate
from doubles.moody import Mood, MoodyServer
from dutydesk.adapters.trusted import authorities
from dutydesk.adapters.web_check.checker import HttpChecker
from dutydesk.ports.web_checks import CheckAnswer, WebCheck
from testing.webhooks import Receiver

pytestmark = pytest.mark.clause("measure.availability")
HERE = HttpChecker(["127.0.0.1"])


@pytest.fixture
def server() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def ask(url: str, seconds: float = 10, checker: HttpChecker = HERE, **more: object) -> CheckAnswer:
    return checker.ask(WebCheck(url, seconds, **more))  # type: ignore[arg-type]


def test_the_status_that_is_right_is_up(server: Receiver) -> None:
    server.statuses = [200, 204, 500, 401, 200]
    answers = [ask(server.url) for _ in range(3)]
    answers += [ask(server.url, status=(401,)) for _ in range(2)]
    assert [one.up for one in answers] == [True, True, False, True, False]
    assert answers[2].said == "answered 500"


def test_a_redirect_is_an_answer_and_is_not_followed(server: Receiver) -> None:
    server.statuses = [302, 302, 302]
    assert ask(server.url) == CheckAnswer(False, "answered 302, a redirect to the same host")
    server.elsewhere = "https://user:secret@inner.invalid/metadata?token=secret"
    assert ask(server.url) == CheckAnswer(False, "answered 302, a redirect to inner.invalid")
    assert ask(server.url, status=(302,)) == CheckAnswer(True)
    assert len(server.received) == 3


class Unmoved(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(304)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_what_says_nothing_of_where_it_leads_is_an_answer_too() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Unmoved)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        answer = ask(f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
    assert answer == CheckAnswer(False, "answered 304")


def test_a_text_must_stand_in_the_answer() -> None:
    server = MoodyServer("success", says="All is wéll here")
    try:
        assert ask(f"http://{server.address}", text="wéll").up
        assert ask(f"http://{server.address}", text="Unwell") == CheckAnswer(
            False, "the answer doesn't hold the text"
        )
    finally:
        server.close()


@pytest.mark.parametrize(
    ("mood", "seconds", "said"),
    [
        ("silence", 1, "no answer within 1 seconds"),
        ("trickle", 1, "no answer within 1 seconds"),
        ("reset", 60, "it can't be reached"),
        ("garbage", 60, "it can't be reached"),
    ],
)
def test_what_hangs_or_breaks_is_down_in_time(mood: Mood, seconds: float, said: str) -> None:
    server = MoodyServer(mood)
    try:
        answer = ask(f"http://{server.address}", seconds=seconds, text="ever")
    finally:
        server.close()
    assert answer.up is False and answer.said.startswith(said)
    assert not server.tired


def test_inner_hosts_are_asked_only_if_the_operator_names_them(server: Receiver) -> None:
    answer = ask(server.url, checker=HttpChecker([]))
    assert answer == CheckAnswer(None, "its host is an inner one, which is not allowed here")
    assert server.received == []


def test_nobody_there_is_down_and_no_host_too(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Receiver()
    gone.close()
    assert ask(gone.url) == CheckAnswer(False, "the connection was refused")

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert ask("http://nowhere.invalid/") == CheckAnswer(False, "its host has no address")


class Polite(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_a_certificate_that_nobody_vouches_for_is_named(tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    file.write_text(certificate()[0])
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Polite)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        answer = ask(f"https://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
    assert answer == CheckAnswer(False, "its certificate is not right: self-signed certificate")


def test_plain_http_behind_https_is_no_secure_connection(server: Receiver) -> None:
    answer = ask(server.url.replace("http://", "https://"))
    assert answer.up is False and answer.said.startswith("no secure connection")


def test_whom_it_trusts_is_read_once(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def context(**given: object) -> ssl.SSLContext:
        read.append(given)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    authorities.cache_clear()
    monkeypatch.setattr(ssl, "create_default_context", context)
    try:
        assert [ask(server.url).up for _ in range(3)] == [True] * 3
    finally:
        authorities.cache_clear()
    assert len(read) == 1
