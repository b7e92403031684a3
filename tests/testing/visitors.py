"""People with a browser that only follows links and fills in forms, at a whole desk."""

import re
from typing import Any

import httpx

from testing.machine import eventually
from testing.whole_desk import Desk, ordinary_tuesday


def _without_its_form(answer: httpx.Response) -> None:
    """Let a page have single spaces only, as whoever reads it sees it."""
    if "text/html" in answer.headers.get("content-type", ""):
        answer._content = b" ".join(answer.read().split())


class Visitor:
    """Somebody with a browser that only follows links and fills in forms."""

    def __init__(self, desk: Desk) -> None:
        self.client = httpx.Client(
            base_url=desk.url,
            follow_redirects=True,
            timeout=60,
            event_hooks={"response": [_without_its_form]},
        )
        desk.closing.append(self.client.close)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code < 400, f"{path}: {answer.status_code}\n{answer.text[:600]}"
        return answer.text

    def send(self, path: str, **values: Any) -> httpx.Response:
        """Post a form as a browser would, with its token."""
        token = self.client.cookies.get("csrftoken")
        if token is None:
            self.client.get(path)
            token = self.client.cookies.get("csrftoken")
        return self.client.post(path, data={"csrfmiddlewaretoken": token or "", **values})

    def do(self, action: str, about: str, **values: Any) -> httpx.Response:
        if values:
            values["filled"] = "1"
        self.client.get(f"/do/{action}/{about}")
        return self.send(f"/do/{action}/{about}", **values)


def first_account(desk: Desk, name: str = "Ada") -> Visitor:
    visitor = Visitor(desk)
    welcome(visitor, desk.first_link(), name)
    return visitor


def welcome(visitor: Visitor, link: str, name: str) -> None:
    path = "/welcome/" + link.rpartition("/")[2]
    visitor.see(path)
    email = f"{name.lower()}@example.org"
    answer = visitor.send(path, name=name, email=email, password="walking-desk-1")
    assert answer.status_code == 200, answer.text
    assert name in answer.text


def invite(desk: Desk, administrator: Visitor, name: str) -> Visitor:
    email = f"{name.lower()}@example.org"
    answer = administrator.send("/people/", what="invitation", name=name, email=email)
    link = re.findall(r"http://\S+/welcome/[\w-]+", answer.text)[0]
    visitor = Visitor(desk)
    welcome(visitor, link, name)
    return visitor


def turn_changes(ada: Visitor) -> None:
    """Let Eve have the on-call turn before Ada, so that a handover is drafted within seconds."""
    ada.send("/people/", what="engineer", name="Eve", email="eve@x.invalid")
    day = ordinary_tuesday(11, 0).strftime("%Y-%m-%d")
    for who, start, end in (("2", "11:05", "12:00"), ("1", "12:00", "23:00")):
        span = {"start": f"{day}T{start}", "end": f"{day}T{end}"}
        ada.send("/shifts/change/", what="override", duty="primary", add=who, **span, confirm="1")
    eventually(lambda: "/handovers/1" in ada.see("/handovers/"))
